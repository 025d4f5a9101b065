import { timingSafeEqual } from 'node:crypto';
import replyFrom from '@fastify/reply-from';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { ApiConfig } from '../config';
import { ElsewhereError } from '../database/reader';
import { sendError, ServiceError, unavailable } from '../http/errors';
import type { SigningKeys } from '../http/signing-keys';
import type { WriterRegion } from './writer-region';

/** Names the region that passed a request on; one that arrives with it is passed on no further. */
const FORWARDED_BY = 'x-tiers-forwarded-by';
/** Proves that a region of ours sent that header; clients never see it. */
const FORWARDED_CODE = 'x-tiers-forwarded-code';
export const SAFE_METHODS: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS']);
/** Shorter than the time in which this side must have answered. */
const TIMEOUT_MS = 10_000;
const CONNECTIONS = 64;

const moving = (): ServiceError =>
  new ServiceError(503, 'writer_moving', 'The region that takes writes is changing. Try again in a moment.');

/**
 * Passes on what only the region of the writer can do: every request that may change something, once its token and its form
 * were found right here, and reads that the copies of this region are too far behind for.
 */
export class Forwarding {
  constructor(
    private readonly config: Pick<ApiConfig, 'AWS_REGION' | 'REGION_API_URL'>,
    private readonly writer: WriterRegion,
    private readonly keys: Pick<SigningKeys, 'macs'>,
  ) {}

  /** Whether a request that arrives was passed on by a region of ours, which the header alone does not show. */
  isOurs(request: FastifyRequest): boolean {
    const { [FORWARDED_BY]: region, [FORWARDED_CODE]: code } = request.headers;
    if (typeof region !== 'string' || typeof code !== 'string') return false;
    const given = Buffer.from(code, 'base64url');
    return this.codes(region, request.id).some(
      (one) => one.length === given.length && timingSafeEqual(one, given),
    );
  }

  private codes(region: string, requestId: string): readonly Buffer[] {
    return this.keys.macs(`forwarded by ${region} ${requestId}`);
  }

  async use(app: FastifyInstance): Promise<void> {
    if (this.config.REGION_API_URL === undefined) return;
    await app.register(replyFrom, {
      disableRequestLogging: true,
      undici: { connections: CONNECTIONS, headersTimeout: TIMEOUT_MS, bodyTimeout: TIMEOUT_MS },
    });
    app.addHook('preValidation', async (request, reply) => {
      if (this.writer.isHere || SAFE_METHODS.has(request.method)) return;
      await this.pass(request, reply);
    });
  }

  /** Whether a failed request may succeed in the region of the writer. */
  rescues(error: unknown): boolean {
    return error instanceof ElsewhereError && this.config.REGION_API_URL !== undefined;
  }

  pass(request: FastifyRequest, reply: FastifyReply): FastifyReply {
    const base = this.config.REGION_API_URL;
    // Two regions that each hold the other for the writer would pass a request to and fro.
    if (base === undefined || request.headers[FORWARDED_BY] !== undefined || this.writer.isHere)
      return sendError(moving(), request, reply);
    const [path] = request.raw.url!.split('?');
    return reply.from(base.replace('{region}', this.writer.current) + path!, {
      rewriteRequestHeaders: (_request, headers) => ({
        ...headers,
        'x-request-id': request.id,
        [FORWARDED_BY]: this.config.AWS_REGION,
        [FORWARDED_CODE]: this.codes(this.config.AWS_REGION, request.id)[0]!.toString('base64url'),
      }),
      onError: (failed, { error }) => {
        void sendError(unavailable('writer', error), request, failed as FastifyReply);
      },
    });
  }
}
