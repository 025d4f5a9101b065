import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { readFeed } from '../feed/feed';
import { CURSOR, parseCursor } from '../feed/moment';
import { authenticate } from '../http/authentication';
import type { ZodTypes } from '../http/zod';
import type { Dependencies } from '../dependencies';
import { isIdOf } from '../ids/layout';
import { requireFeature } from './features';
import { bearer, failures, pageLimit, post, readHeaders } from './schemas';

const NO_CURSOR = 'must be the value of `next` of the page before';
const before = z
  .string()
  .regex(CURSOR, NO_CURSOR)
  .refine((value) => isIdOf('post', parseCursor(value).postId), NO_CURSOR);

export async function feedRoutes(instance: FastifyInstance, { shards, clientConfig }: Dependencies) {
  instance.withTypeProvider<ZodTypes>().get(
    '/v1/feed',
    {
      onRequest: authenticate,
      preHandler: requireFeature(clientConfig, 'feed'),
      schema: {
        summary: 'What you and whom you follow have written, newest first',
        security: bearer,
        headers: readHeaders,
        querystring: z.object({
          limit: pageLimit,
          before: before.optional().describe('The value of `next`'),
        }),
        response: {
          200: z.object({
            posts: z.array(post),
            next: z.string().nullable(),
            incomplete: z
              .boolean()
              .describe('Posts may be missing, as their place did not answer; ask again later'),
          }),
          ...failures(401),
        },
      },
    },
    async (request, reply) => {
      void reply.header('cache-control', 'private, no-store');
      const { limit, before: from } = request.query;
      const page = { limit, before: from === undefined ? undefined : parseCursor(from) };
      const { posts, next, incomplete } = await readFeed(
        shards,
        request.user.sub,
        page,
        request.headers['x-tiers-position'],
        request.log,
      );
      return { posts: [...posts], next, incomplete };
    },
  );
}
