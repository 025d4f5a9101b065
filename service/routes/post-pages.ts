import { createHash } from 'node:crypto';
import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { reportedFault, ServiceError } from '../http/errors';
import type { ZodTypes } from '../http/zod';
import { pageAssets } from '../pages/assets';
import { errorPage, LANGUAGES, PAGE_POLICY, postPage, type Variant } from '../pages/post-page';
import type { Dependencies } from '../dependencies';
import { requireFeature } from './features';
import { absent, requireId } from './ids';
import { idParams, readHeaders } from './schemas';

/**
 * Browsers ask each time, as nobody can take a page back from them; the CDN keeps it for a minute unless it is told to forget it, for
 * a minute more while it asks again, and for a day while nobody answers.
 */
const KEPT = 'public, max-age=0, s-maxage=60, stale-while-revalidate=60, stale-if-error=86400';
/** What was deleted stays so. Shorter than it might be: a replica that is behind may still show the post to the CDN. */
const GONE = 'public, max-age=0, s-maxage=60';
/** The CDN keeps what is not there for seconds: it may be about to arrive from the writer. */
const NOT_KEPT = 'no-store';

/** None for what the query may say beside the languages that there are. */
const languageOf = ({ query }: FastifyRequest): Variant['language'] | undefined =>
  LANGUAGES.find((known) => known === (query as { lang?: unknown }).lang);

/** What the CDN has in its key beside the path, and nothing else. */
function variantOf(request: FastifyRequest): Variant {
  const theme = /(?:^|;\s*)theme=(light|dark)(?:;|$)/.exec(request.headers.cookie ?? '')?.[1];
  return {
    language: languageOf(request) ?? LANGUAGES[0],
    theme: theme === 'light' || theme === 'dark' ? theme : undefined,
    saveData: request.headers['save-data'] === 'on',
  };
}

/** Pages, of errors too; only what bounds requests answers before a page is thought of. */
const ANSWERS = Object.fromEntries(
  [200, 302, 304, 400, 404, 410, 429, 503].map((status) => [status, z.any()]),
);

const tagOf = (body: string): string =>
  `"${createHash('sha256').update(body).digest('base64url').slice(0, 27)}"`;

/** Whether the client has this already (RFC 9110, 13.1.2: tags are compared weakly). */
const has = (header: string | undefined, tag: string): boolean =>
  header?.split(',').some((given) => ['*', tag].includes(given.trim().replace(/^W\//, ''))) ?? false;

/** The page of one post: for search engines, previews of links, and everybody who has no account. */
export async function postPageRoutes(
  instance: FastifyInstance,
  { config, clientConfig, posts, cached }: Dependencies,
): Promise<void> {
  const site = { origin: config.WEB_ORIGIN, assets: pageAssets(config.WEB_ROOT) };

  const send = (reply: FastifyReply, status: number, body: string, cacheControl: string): FastifyReply =>
    reply
      .status(status)
      .headers({
        'cache-control': cacheControl,
        'content-security-policy': PAGE_POLICY,
        'referrer-policy': 'strict-origin-when-cross-origin',
        vary: 'Cookie, Save-Data',
      })
      .type('text/html; charset=utf-8')
      .send(body);

  instance.setErrorHandler((error: FastifyError, request, reply) => {
    const { status } = reportedFault(error, request);
    // An address that no post can have names none.
    const shown = status === 400 ? 404 : status;
    if (shown === 503) void reply.header('retry-after', '1');
    return send(reply, shown, errorPage(site, shown, variantOf(request)), shown === 410 ? GONE : NOT_KEPT);
  });

  instance.withTypeProvider<ZodTypes>().get(
    '/p/:id',
    {
      preHandler: [requireFeature(clientConfig, 'publicPages'), requireId('post')],
      schema: {
        summary: 'A post as a page',
        params: idParams,
        headers: readHeaders,
        querystring: z.object({ lang: z.string().default(LANGUAGES[0]) }),
        produces: ['text/html', 'application/json'],
        response: ANSWERS,
      },
    },
    async (request, reply) => {
      const { id } = request.params;
      // Every address that is kept is one that the writer knows to invalidate.
      if (languageOf(request) === undefined)
        return reply.type('text/html').header('cache-control', NOT_KEPT).redirect(`/p/${id}`, 302);
      const position = request.headers['x-tiers-position'];
      const post = await posts.find(id, position);
      if (post === undefined && (await posts.wasDeleted(id, position)))
        throw new ServiceError(410, 'post_deleted', `Post ${id} was deleted.`);
      if (post === undefined) throw absent('post', id);
      const { value: author } = await cached.users.get(post.authorId, position);
      const body = postPage(site, post, author?.name, variantOf(request));
      const tag = tagOf(body);
      void reply.header('etag', tag);
      if (!has(request.headers['if-none-match'], tag)) return send(reply, 200, body, KEPT);
      return reply.status(304).headers({ 'cache-control': KEPT, vary: 'Cookie, Save-Data' }).send();
    },
  );
}
