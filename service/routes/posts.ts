import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { isMissingReference } from '../database/errors';
import { authenticate, identify } from '../http/authentication';
import { ServiceError } from '../http/errors';
import { Idempotency } from '../http/idempotency';
import type { ZodTypes } from '../http/zod';
import type { Dependencies } from '../dependencies';
import { requireFeature } from './features';
import { absent, requireId } from './ids';
import {
  bearer,
  changedPost,
  nothing,
  bodyFailures,
  failures,
  id,
  idParams,
  newPost,
  page,
  post,
  readHeaders,
  writeHeaders,
} from './schemas';

export async function postRoutes(
  instance: FastifyInstance,
  { posts, cached, idempotency, clientConfig, metrics }: Dependencies,
) {
  const app = instance.withTypeProvider<ZodTypes>();

  app.post(
    '/v1/posts',
    {
      onRequest: authenticate,
      preHandler: requireFeature(clientConfig, 'posts'),
      schema: {
        summary: 'Write a post',
        security: bearer,
        headers: writeHeaders,
        body: newPost,
        response: { 201: z.object({ post }), ...bodyFailures(401, 409, 422) },
      },
    },
    async (request, reply) => {
      const author = request.user.sub;
      const given = request.headers['idempotency-key'];
      const requestKey = given && Idempotency.requestKey(`post ${author}`, given);
      const { result, replayed } = await idempotency.run(requestKey, request.body, () =>
        posts.insert(author, request.body.text, requestKey).catch((error: unknown) => {
          if (!isMissingReference(error)) throw error;
          throw new ServiceError(
            401,
            'unknown_user',
            'The user of this token is no longer there. Log in again.',
          );
        }),
      );
      if (result.value.text !== request.body.text) throw Idempotency.reused();
      if (replayed) void reply.header('idempotent-replayed', 'true');
      else {
        await cached.posts.written(result.value.id, result.value, result.position);
        metrics.count('Posts');
        request.log.info({ event: 'post', userId: author, postId: result.value.id }, 'posted');
      }
      void reply.status(201).header('x-tiers-position', result.position);
      return { post: result.value };
    },
  );

  const guards = {
    onRequest: authenticate,
    preHandler: [requireFeature(clientConfig, 'posts'), requireId('post')],
  };

  app.patch(
    '/v1/posts/:id',
    {
      ...guards,
      schema: {
        summary: 'Change the text of your own post',
        security: bearer,
        params: idParams,
        body: changedPost,
        response: { 200: z.object({ post }), ...bodyFailures(401, 404, 409) },
      },
    },
    async (request, reply) => {
      const postId = request.params.id;
      const { text, version } = request.body;
      const { value, position } = await posts.change(postId, request.user.sub, version, text);
      // With a refusal too: who reads the post after it sees what it was refused for.
      void reply.header('x-tiers-position', position);
      // Somebody else's post is not there to be changed.
      if (value === false) throw absent('post', postId);
      // A repetition of a change that was made is answered as the first one was.
      const repeated = !value.changed && value.post.version === version + 1 && value.post.text === text;
      if (!value.changed && !repeated)
        throw new ServiceError(
          409,
          'post_changed',
          `The post is at version ${value.post.version} by now. Read it again, then change it.`,
        );
      await cached.posts.written(postId, value.post, position);
      return { post: value.post };
    },
  );

  app.delete(
    '/v1/posts/:id',
    {
      ...guards,
      schema: {
        summary: 'Delete your own post',
        security: bearer,
        params: idParams,
        response: { 204: nothing, ...failures(401, 404) },
      },
    },
    async (request, reply) => {
      const postId = request.params.id;
      const { value, position } = await posts.delete(postId, request.user.sub);
      if (!value) throw absent('post', postId);
      await cached.posts.written(postId, undefined, position);
      await reply.status(204).header('x-tiers-position', position).send(null);
    },
  );

  app.get(
    '/v1/posts/:id',
    {
      onRequest: identify,
      preHandler: requireId('post'),
      schema: {
        summary: 'Read a post',
        params: idParams,
        headers: readHeaders,
        response: { 200: z.object({ post }), ...failures(404) },
      },
    },
    async (request, reply) => {
      const postId = request.params.id;
      const { value, hit } = await cached.posts.get(postId, request.headers['x-tiers-position']);
      if (value === undefined) throw absent('post', postId);
      void reply.header('x-tiers-cache', hit ? 'hit' : 'miss');
      void reply.header('cache-control', 'public, max-age=60');
      return { post: value };
    },
  );

  app.get(
    '/v1/users/:id/posts',
    {
      preHandler: requireId('user'),
      schema: {
        summary: "List a user's posts, newest first",
        params: idParams,
        headers: readHeaders,
        querystring: page,
        response: { 200: z.object({ posts: z.array(post), next: id.nullable() }), ...failures(404) },
      },
    },
    async (request, reply) => {
      // Each client may be at another position, so nobody in between keeps this.
      void reply.header('cache-control', 'private, no-cache');
      const { limit, before } = request.query;
      const position = request.headers['x-tiers-position'];
      // One more than asked for tells whether there is a further page.
      const found = await posts.listByAuthor(request.params.id, limit + 1, before, position);
      const shown = found.slice(0, limit);
      return { posts: shown, next: found.length > limit ? (shown.at(-1)?.id ?? null) : null };
    },
  );
}
