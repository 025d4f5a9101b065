import { randomUUID } from 'node:crypto';
import cors from '@fastify/cors';
import jwt, { type TokenOrHeader } from '@fastify/jwt';
import fastify, {
  LogController,
  type FastifyBaseLogger,
  type FastifyError,
  type FastifyInstance,
  type FastifyReply,
  type FastifyRequest,
} from 'fastify';
import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import type { Logger } from 'pino';
import type { ApiConfig } from '../config';
import { endpointOf, isProbe } from '../metrics/metrics';
import type { Forwarding } from '../regions/forwarding';
import { sendError, sendNotFound, unauthenticated, unavailable } from './errors';
import { useOpenApi } from './openapi';
import type { SessionClaims, Sessions } from '../sessions/sessions';
import type { SigningKeys } from './signing-keys';
import { useZod } from './zod';
import { requestInHand } from '../trace';

/**
 * Idle connections stay open for longer than the balancer keeps them (60 s by default: "Edit attributes for your
 * Application Load Balancer"), so that it never sends a request into one that this side is closing.
 */
export const KEEP_ALIVE_MS = 75_000;
const REQUEST_TIMEOUT_MS = 30_000;
const BODY_LIMIT_BYTES = 65_536;
const HEADER_LIMIT_BYTES = 16_384;
const ALGORITHM = 'EdDSA';
/** Tokens whose signature was found right once, per key: a look-up in place of 0.1 ms of arithmetic. */
const VERIFIED_TOKENS = 10_000;

/** A caller's id is taken over only when it is harmless in logs and headers. */
const REQUEST_ID = /^[A-Za-z0-9._:=@/+-]{1,128}$/;

function requestId(request: IncomingMessage): string {
  const own = request.headers['x-request-id'];
  if (typeof own === 'string' && REQUEST_ID.test(own)) return own;
  return traceId(request.headers) ?? randomUUID();
}

/** What the balancer calls the request; its access log has the same. */
function traceId({ 'x-amzn-trace-id': trace }: IncomingHttpHeaders): string | undefined {
  return typeof trace === 'string' ? /Root=([0-9a-f-]{1,64})/.exec(trace)?.[1] : undefined;
}

/**
 * What the line of a request says, and all that reports are made of: no path, query, body, header or address. Undefined members are
 * left out.
 */
function requestLine(request: FastifyRequest, reply: FastifyReply) {
  return {
    endpoint: endpointOf(request.method, request.routeOptions.url),
    status: reply.statusCode,
    ms: Math.round(reply.elapsedTime * 10) / 10,
    userId: signedIn(request)?.sub,
    traceId: traceId(request.headers),
  };
}

/** Null until a token has been verified, whatever the type says. */
function signedIn({ user }: { readonly user: { sub: string } | null | undefined }) {
  return user ?? undefined;
}

export interface AppParts {
  readonly forwarding?: Forwarding;
  /** Whether the session of a token was not ended. */
  readonly isOpen?: Sessions['isOpen'];
  /** Adds what bounds the requests of each client, before any is passed on. */
  readonly bound?: (app: FastifyInstance) => void;
}

/** The HTTP server without routes: limits, ids, logs, errors, tokens, OpenAPI. */
export async function createApp(
  config: Pick<ApiConfig, 'API_BASE_URL' | 'WEB_ORIGIN' | 'ACCESS_LIFETIME_SECONDS'>,
  keys: Pick<SigningKeys, 'find'>,
  log: Logger,
  { forwarding, isOpen = async () => true, bound }: AppParts = {},
): Promise<FastifyInstance> {
  const loggerInstance: FastifyBaseLogger = log;
  const app = fastify({
    loggerInstance,
    logController: new LogController({ disableRequestLogging: true, requestIdLogLabel: 'requestId' }),
    genReqId: requestId,
    // Requests arrive through balancers inside the network; only those may name the client's address.
    trustProxy: ['loopback', 'uniquelocal'],
    bodyLimit: BODY_LIMIT_BYTES,
    keepAliveTimeout: KEEP_ALIVE_MS,
    requestTimeout: REQUEST_TIMEOUT_MS,
    http: { maxHeaderSize: HEADER_LIMIT_BYTES, headersTimeout: 10_000 },
    routerOptions: { maxParamLength: 128 },
    // While closing, requests in flight and on open connections are still answered.
    return503OnClosing: false,
    forceCloseConnections: 'idle',
  });
  app.addHook('onRequest', async (request, reply) => {
    void reply.header('x-request-id', request.id);
    void reply.header('x-content-type-options', 'nosniff');
  });
  // After the body was read: what is begun for a part of it knows nothing of its request.
  app.addHook('preHandler', (request, _reply, done) => requestInHand.run(request.id, done));
  app.addHook('onResponse', async (request, reply) => {
    // Checks come every few seconds from every balancer node.
    const level = isProbe(request.routeOptions.url) && reply.statusCode === 200 ? 'debug' : 'info';
    request.log[level](requestLine(request, reply), 'request');
  });
  app.setErrorHandler((error: FastifyError, request, reply) =>
    forwarding?.rescues(error) ? forwarding.pass(request, reply) : sendError(error, request, reply),
  );
  app.setNotFoundHandler(sendNotFound);
  useZod(app);
  await app.register(cors, {
    origin: [config.WEB_ORIGIN],
    methods: ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'],
    allowedHeaders: ['authorization', 'content-type', 'idempotency-key', 'x-request-id', 'x-tiers-position'],
    exposedHeaders: [
      'x-request-id',
      'x-tiers-position',
      'idempotent-replayed',
      'retry-after',
      'ratelimit-remaining',
    ],
    maxAge: 600,
  });
  await app.register(jwt, {
    secret: async (_request: FastifyRequest, token: TokenOrHeader) => {
      const { kid } = 'header' in token ? token.header : token;
      const key = await keys.find(kid).catch((error: unknown) => {
        throw unavailable('signing_key', error);
      });
      if (key === undefined) throw unauthenticated();
      return key;
    },
    decode: { complete: true },
    trusted: (_request, claims) => isOpen(claims as SessionClaims),
    sign: { algorithm: ALGORITHM, expiresIn: config.ACCESS_LIFETIME_SECONDS, iss: config.WEB_ORIGIN },
    verify: { algorithms: [ALGORITHM], allowedIss: config.WEB_ORIGIN, cache: VERIFIED_TOKENS },
  });
  bound?.(app);
  if (forwarding) await forwarding.use(app);
  await useOpenApi(app, config.API_BASE_URL);
  return app;
}
