import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Cache } from '../cache/cache';
import type { RateLimits } from '../config';
import { ServiceError } from '../http/errors';
import { isProbe } from '../metrics/metrics';
import { budgetAddress, OwnBuckets, SharedBuckets, type Draw } from './buckets';

const SAFE = new Set(['GET', 'HEAD', 'OPTIONS']);

export interface LimitSettings {
  readonly limits: RateLimits;
  readonly cache: Pick<Cache, 'command'>;
  /** False while limits are switched off for everybody. */
  readonly on: () => boolean;
  /** Whether a region of ours passed the request on: it was counted there, by the address of its client. */
  readonly counted: (request: FastifyRequest) => boolean;
}

/**
 * Bounds what one address, one user, one name can ask for. What only reads is counted by each server for itself, as a question to the
 * cache would cost more than the answer; everything else is counted for all servers together.
 */
export function useRateLimits(app: FastifyInstance, { limits, cache, on, counted }: LimitSettings): void {
  const [shared, own] = [new SharedBuckets(cache), new OwnBuckets()];
  // After the token was verified and the body read, before anything is passed on to another region.
  app.addHook('preValidation', async (request, reply) => {
    if (!on() || isProbe(request.routeOptions.url) || counted(request)) return;
    const draws = drawsOf(request, limits);
    if (draws.length === 0) return;
    const reads = SAFE.has(request.method);
    const { waitMs, remaining } = reads ? own.draw(draws) : await shared.draw(draws);
    if (!reads) void reply.header('ratelimit-remaining', String(remaining));
    if (waitMs === 0) return;
    void reply.header('retry-after', String(Math.ceil(waitMs / 1000)));
    throw new ServiceError(
      429,
      'too_many_requests',
      `Too many requests. Try again in ${Math.ceil(waitMs / 1000)} s.`,
    );
  });
}

function drawsOf(request: FastifyRequest, limits: RateLimits): Draw[] {
  const draw = (limit: keyof RateLimits, of: string): Draw[] => {
    const rate = limits[limit];
    return rate === undefined ? [] : [{ limit, of, rate }];
  };
  const address = budgetAddress(request.ip);
  if (SAFE.has(request.method)) return draw('read', address);
  switch (`${request.method} ${request.routeOptions.url}`) {
    case 'POST /v1/users':
      return draw('signUp', address);
    case 'POST /v1/sessions':
      return [...draw('logIn', address), ...draw('logInName', nameIn(request.body))];
    case 'POST /v1/sessions/refresh':
      return draw('refresh', address);
    default: {
      const user = (request.user as FastifyRequest['user'] | null)?.sub;
      return [...draw('writeAddress', address), ...(user === undefined ? [] : draw('write', user))];
    }
  }
}

/** The name that a log-in is tried with; the form of the body is checked later. */
const nameIn = (body: unknown): string =>
  typeof body === 'object' && body !== null && 'name' in body ? String(body.name).toLowerCase() : '';
