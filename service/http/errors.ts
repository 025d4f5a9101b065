import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify';
import { endpointOf } from '../metrics/metrics';
import { errorCode, isTimeout, isUnavailable } from '../database/errors';
import { MovingError } from '../sharding/shards';

/** An answer other than success that the client can act on. `code` is stable, `message` is for people. */
export class ServiceError extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
    readonly details?: readonly { path: string; message: string }[],
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

/** A dependency does not answer; the same request may succeed soon. */
export const unavailable = (part: string, cause: unknown): ServiceError =>
  new ServiceError(
    503,
    `${part}_unavailable`,
    `The ${part} does not answer. Try again in a moment.`,
    undefined,
    {
      cause,
    },
  );

export const unauthenticated = (): ServiceError =>
  new ServiceError(401, 'unauthenticated', 'Send a valid token as "Authorization: Bearer <token>".');

const FASTIFY_CODES: Readonly<Record<string, [number, string, string]>> = {
  FST_ERR_CTP_BODY_TOO_LARGE: [413, 'body_too_large', 'The request body is larger than 64 KiB.'],
  FST_ERR_CTP_INVALID_MEDIA_TYPE: [415, 'unsupported_media_type', 'Send the body as application/json.'],
  FST_ERR_CTP_EMPTY_JSON_BODY: [400, 'invalid_request', 'The body is empty; send JSON.'],
  FST_ERR_CTP_INVALID_JSON_BODY: [400, 'invalid_request', 'The body is not valid JSON.'],
};

function translate(error: FastifyError | Error): ServiceError {
  if (error instanceof ServiceError) return error;
  const code = errorCode(error);
  const known = code === undefined ? undefined : FASTIFY_CODES[code];
  if (known !== undefined) return new ServiceError(...known);
  if (code?.startsWith('FST_JWT') || code?.startsWith('FAST_JWT')) {
    return unauthenticated();
  }
  if (error instanceof MovingError) return unavailable('shard', error);
  if (isUnavailable(error) || isTimeout(error)) return unavailable('database', error);
  if (code === 'ECONNABORTED') return new ServiceError(400, 'invalid_request', 'The request ended early.');
  const status = 'statusCode' in error ? error.statusCode : undefined;
  if (status !== undefined && status >= 400 && status < 500) {
    return new ServiceError(status, 'invalid_request', error.message);
  }
  return new ServiceError(
    500,
    'internal',
    'Something went wrong here. The request id names it in our logs.',
    undefined,
    {
      cause: error,
    },
  );
}

/** The fault behind an error; one of ours is logged. */
export function reportedFault(error: FastifyError | Error, request: FastifyRequest): ServiceError {
  const fault = translate(error);
  if (fault.status >= 500) {
    const endpoint = endpointOf(request.method, request.routeOptions.url);
    request.log.error({ err: fault.cause ?? fault, code: fault.code, endpoint }, fault.message);
  }
  return fault;
}

/** Every error of the API has this one shape. */
export function sendError(
  error: FastifyError | Error,
  request: FastifyRequest,
  reply: FastifyReply,
): FastifyReply {
  const fault = reportedFault(error, request);
  if (fault.status === 503) void reply.header('retry-after', '1');
  return reply
    .status(fault.status)
    .header('cache-control', 'no-store')
    .send({
      error: { code: fault.code, message: fault.message, requestId: request.id, details: fault.details },
    });
}

export function sendNotFound(request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const path = request.url.split('?')[0] ?? '';
  return sendError(
    new ServiceError(404, 'not_found', `There is nothing at ${request.method} ${path}.`),
    request,
    reply,
  );
}
