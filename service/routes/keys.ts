import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import type { ZodTypes } from '../http/zod';
import type { Dependencies } from '../dependencies';
import { failures } from './schemas';

const key = z.object({
  kty: z.string(),
  crv: z.string(),
  x: z.string(),
  kid: z.string(),
  use: z.string(),
  alg: z.string(),
});

/** The public keys of the tokens, so that whoever gets a token can verify it without being able to make one. */
export async function keyRoutes(instance: FastifyInstance, { signingKeys }: Dependencies) {
  instance.withTypeProvider<ZodTypes>().get(
    '/.well-known/jwks.json',
    {
      schema: {
        summary: 'Public keys of the tokens (RFC 7517)',
        response: { 200: z.object({ keys: z.array(key) }), ...failures() },
      },
    },
    async (_request, reply) => {
      // A key that a reader does not know yet is a reason to ask again before the time.
      void reply.header('cache-control', 'public, max-age=300');
      return { keys: [...signingKeys.published] };
    },
  );
}
