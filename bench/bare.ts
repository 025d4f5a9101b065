import jwt from '@fastify/jwt';
import fastify, { LogController } from 'fastify';
import { Redis } from 'ioredis';
import { pino } from 'pino';

/**
 * What there is to compare with: Fastify with one route that does nothing, and one that verifies a token, asks Valkey once and writes one
 * line, as anybody would write them who needs no more.
 */
async function run(): Promise<void> {
  const { PORT, VALKEY_PORT, PUBLIC_KEY = '', ISSUER = '', VERIFIED_TOKENS = '0' } = process.env;
  const redis = new Redis({ host: '127.0.0.1', port: Number(VALKEY_PORT) });
  const app = fastify({
    loggerInstance: pino(),
    logController: new LogController({ disableRequestLogging: true }),
  });
  await app.register(jwt, {
    secret: { public: PUBLIC_KEY },
    // How many tokens are not looked at again, as the service does it.
    verify: { algorithms: ['EdDSA'], allowedIss: ISSUER, cache: Number(VERIFIED_TOKENS) },
  });
  app.get('/empty', async () => ({ ok: true }));
  app.get<{ Params: { id: string } }>('/bare/:id', async (request) => {
    await request.jwtVerify();
    const found = await redis.get(`bare:${request.params.id}`);
    request.log.info({ id: request.params.id, status: 200 }, 'request');
    return JSON.parse(found ?? 'null') as unknown;
  });
  await app.listen({ host: '127.0.0.1', port: Number(PORT) });
}

void run();
