import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { CURSOR, formatCursor, parseCursor } from '../feed/moment';
import { postsOfAuthors } from '../feed/posts-of-authors';
import type { Dependencies } from '../dependencies';
import type { ZodTypes } from '../http/zod';
import { isIdOf } from '../ids/layout';
import { AUTHORS_LIMIT } from '../limits';
import { failures, id, pageLimit, post, readHeaders } from './schemas';

const AUTHORS = `must be 1 to ${AUTHORS_LIMIT} ids of users, separated by commas`;
const cursor = z.string().regex(CURSOR, 'must be the value of `next` of the page before');
const query = z.object({
  authors: z
    .string(AUTHORS)
    .transform((value) => value.split(','))
    .refine((ids) => ids.length <= AUTHORS_LIMIT && ids.every((one) => isIdOf('user', one)), AUTHORS)
    .describe('Ids of users, separated by commas'),
  limit: pageLimit,
  before: cursor.optional().describe('The value of `next` of the page before'),
});
const page = z.object({
  posts: z.array(post),
  next: cursor.nullable(),
  incomplete: z.array(id).describe('Authors whose posts could not be read just now'),
});

/** Posts of several authors, wherever they live. */
export async function postsOfAuthorsRoutes(instance: FastifyInstance, { shards }: Dependencies) {
  instance.withTypeProvider<ZodTypes>().get(
    '/v1/posts',
    {
      schema: {
        summary:
          'Posts of several authors, newest first; says whose are missing when a part of the database is away',
        headers: readHeaders,
        querystring: query,
        response: { 200: page, ...failures() },
      },
    },
    async (request, reply) => {
      void reply.header('cache-control', 'private, no-cache');
      const { authors, limit, before } = request.query;
      const found = await postsOfAuthors(
        shards,
        authors,
        { limit, before: before === undefined ? undefined : parseCursor(before) },
        request.log,
        request.headers['x-tiers-position'],
      );
      const next = found.next ? formatCursor(found.next) : null;
      return { posts: [...found.posts], next, incomplete: [...found.incomplete] };
    },
  );
}
