import type { FastifyInstance } from 'fastify';
import { accessToken, authenticate } from '../http/authentication';
import type { ZodTypes } from '../http/zod';
import type { Dependencies } from '../dependencies';
import type { OpenSession } from '../sessions/sessions';
import { bearer, bodyFailures, failures, refreshBody, tokens, nothing } from './schemas';

/** What a client gets of a session that was opened or kept up. */
export const tokensOf = (
  app: FastifyInstance,
  { signingKeys, config }: Pick<Dependencies, 'signingKeys' | 'config'>,
  { claims, refreshToken }: OpenSession,
) => ({
  token: accessToken(app, signingKeys, claims),
  expiresInSeconds: config.ACCESS_LIFETIME_SECONDS,
  refreshToken,
});

export async function sessionRoutes(instance: FastifyInstance, dependencies: Dependencies) {
  const app = instance.withTypeProvider<ZodTypes>();
  const { sessions } = dependencies;

  app.post(
    '/v1/sessions/refresh',
    {
      schema: {
        summary: 'Get new tokens for a refresh token, which is used up',
        description:
          'Repeated within a minute, as after a lost answer, it answers the same. A token that is used again later ends its session.',
        body: refreshBody,
        response: { 200: tokens, ...bodyFailures(401) },
      },
    },
    async (request, reply) => {
      void reply.header('cache-control', 'no-store');
      return tokensOf(app, dependencies, await sessions.refresh(request.body.refreshToken));
    },
  );

  app.delete(
    '/v1/sessions',
    {
      onRequest: authenticate,
      schema: {
        summary: 'Log out: end the session of this token',
        security: bearer,
        response: { 204: nothing, ...failures(401) },
      },
    },
    async (request, reply) => {
      await sessions.end(request.user);
      await reply.status(204).send(null);
    },
  );

  app.post(
    '/v1/users/me/revoke',
    {
      onRequest: authenticate,
      schema: {
        summary: 'End all sessions of the user, this one too',
        security: bearer,
        response: { 204: nothing, ...failures(401) },
      },
    },
    async (request, reply) => {
      await sessions.endAll(request.user.sub);
      request.log.info({ userId: request.user.sub }, 'all sessions ended');
      await reply.status(204).send(null);
    },
  );
}
