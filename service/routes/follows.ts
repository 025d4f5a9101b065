import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { authenticate } from '../http/authentication';
import { ServiceError } from '../http/errors';
import type { ZodTypes } from '../http/zod';
import type { Dependencies } from '../dependencies';
import { FOLLOWS_LIMIT } from '../limits';
import { requireFeature } from './features';
import { absent, requireId } from './ids';
import { bearer, failures, id, idParams, pageOf, readHeaders } from './schemas';

const answer = z.object({ following: z.boolean() });
const people = z.object({ userIds: z.array(id), next: id.nullable() });

export async function followRoutes(
  instance: FastifyInstance,
  { follows, users, clientConfig }: Dependencies,
) {
  const app = instance.withTypeProvider<ZodTypes>();
  const guards = {
    onRequest: authenticate,
    preHandler: [requireFeature(clientConfig, 'follows'), requireId('user')],
  };
  const about = { security: bearer, params: idParams };

  app.put(
    '/v1/users/:id/follow',
    {
      ...guards,
      schema: {
        summary: 'Follow a user',
        ...about,
        response: { 200: answer, ...failures(401, 404, 409, 422) },
      },
    },
    async (request, reply) => {
      const { id: followee } = request.params;
      if (followee === request.user.sub)
        throw new ServiceError(
          422,
          'own_follow',
          'Users can not follow themselves. Your own posts are in your feed.',
        );
      if (!(await users.exists(followee))) throw absent('user', followee);
      const { value: following, position } = await follows.follow(request.user.sub, followee);
      if (!following) {
        const message = `You follow ${FOLLOWS_LIMIT} users, the most one can. Stop following somebody first.`;
        throw new ServiceError(409, 'too_many_follows', message);
      }
      void reply.header('x-tiers-position', position);
      return { following };
    },
  );

  app.delete(
    '/v1/users/:id/follow',
    {
      ...guards,
      schema: {
        summary: 'Stop following a user',
        ...about,
        response: { 200: answer, ...failures(401, 404) },
      },
    },
    async (request, reply) => {
      const { position } = await follows.unfollow(request.user.sub, request.params.id);
      void reply.header('x-tiers-position', position);
      return { following: false };
    },
  );

  for (const list of ['followers', 'following'] as const) {
    app.get(
      `/v1/users/:id/${list}`,
      {
        preHandler: requireId('user'),
        schema: {
          summary: list === 'followers' ? 'Who follows a user' : 'Whom a user follows',
          params: idParams,
          headers: readHeaders,
          querystring: pageOf('user'),
          response: { 200: people, ...failures(404) },
        },
      },
      async (request, reply) => {
        void reply.header('cache-control', 'private, no-cache');
        const { limit, before } = request.query;
        const found = await follows[list](
          request.params.id,
          limit + 1,
          before,
          request.headers['x-tiers-position'],
        );
        const userIds = found.slice(0, limit);
        return { userIds, next: found.length > limit ? (userIds.at(-1) ?? null) : null };
      },
    );
  }
}
