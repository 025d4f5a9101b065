import type { ResponseTimeObjective } from '../lib/objectives';

const objective = (endpoint: string, milliseconds: number, percent = 99): ResponseTimeObjective => ({
  endpoint,
  milliseconds,
  percent,
});

/**
 * How fast each endpoint of the service answers, measured at the service. Reads are one query or one look into the cache;
 * writes wait for the standby in another zone as well; sign-up and log-in hash a password, which is meant to be slow; the
 * endpoints of pictures ask the bucket or the queue. docs/service.md describes them.
 */
export const RESPONSE_TIMES: readonly ResponseTimeObjective[] = [
  objective('GET /v1/posts/:id', 300),
  objective('GET /v1/posts', 500),
  objective('GET /p/:id', 300),
  objective('GET /v1/users/:id', 300),
  objective('GET /v1/users/:id/posts', 300),
  objective('GET /v1/users/:id/followers', 300),
  objective('GET /v1/users/:id/following', 300),
  objective('GET /v1/feed', 500),
  objective('GET /v1/pictures/:id', 300),
  objective('GET /v1/client-config', 100),
  objective('GET /v1/statistics/daily', 300),
  objective('GET /.well-known/jwks.json', 100),
  objective('POST /v1/posts', 500),
  objective('PATCH /v1/posts/:id', 500),
  objective('DELETE /v1/posts/:id', 500),
  objective('POST /v1/posts/:id/boosts', 500),
  objective('PUT /v1/users/:id/follow', 500),
  objective('DELETE /v1/users/:id/follow', 500),
  objective('POST /v1/pictures', 500),
  objective('POST /v1/pictures/:id/complete', 1000),
  objective('POST /v1/users', 1000),
  objective('POST /v1/sessions', 1000),
  objective('POST /v1/sessions/refresh', 300),
  objective('DELETE /v1/sessions', 300),
  objective('POST /v1/users/me/revoke', 300),
];

/** Percent of all requests, whatever the endpoint, that are answered without a failure (5xx). */
export const AVAILABILITY = 99.9;
