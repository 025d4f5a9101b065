import type { FastifyBaseLogger } from 'fastify';
import type { Database } from './database';
import { ElsewhereError } from './reader';
import type { PoolClient } from './pool';
import type { Post } from './posts';
import type { Shards } from '../sharding/shards';

/** Databases that are asked at a time. */
const AT_ONCE = 8;
/** A database that has not answered by then is left out of the page. */
const LIMIT_MS = 2_500;

/** Where a page begins: the moment of the last post of the page before, in microseconds, and its id. */
export interface Cursor {
  readonly at: string;
  readonly id: string;
}
export interface AuthorsPage {
  /** Newest first. */
  readonly posts: readonly Post[];
  readonly next?: Cursor;
  /** Authors whose database did not answer; their posts are missing from the page. */
  readonly incomplete: readonly string[];
}
interface Row extends Omit<Post, 'createdAt'> {
  readonly createdAt: Date;
  readonly at: string;
}

/** The newest of each author by its index, and of those the newest; and which of the authors live here, as of the same moment. */
const STATEMENT = `
  WITH here AS MATERIALIZED (SELECT author FROM unnest($1::bigint[]) AS author WHERE lives_here(author))
  SELECT ARRAY(SELECT author::text FROM here) AS here, page.*
  FROM (SELECT) AS one LEFT JOIN (
    SELECT newest.* FROM here, LATERAL (
      SELECT id::text, author_id::text AS "authorId", text, version, created_at AS "createdAt",
             (extract(epoch FROM created_at) * 1000000)::bigint::text AS at
      FROM posts WHERE author_id = author AND deleted_at IS NULL
        AND ($2::bigint IS NULL OR (created_at, id) < ('epoch'::timestamptz + $2 * interval '1 microsecond', $3::bigint))
      ORDER BY created_at DESC, id DESC LIMIT $4) AS newest
    ORDER BY newest."createdAt" DESC, newest.id::bigint DESC LIMIT $4) AS page ON true`;

/**
 * Posts of several authors, joined here, as they may be on any database: one statement to each database that has some of them.
 * A database that is away costs its authors, not the page.
 */
export async function postsOfAuthors(
  shards: Shards,
  authors: readonly string[],
  page: { readonly limit: number; readonly before?: Cursor | undefined },
  log: Pick<FastifyBaseLogger, 'warn'>,
  seen?: string,
): Promise<AuthorsPage> {
  const rows: Row[] = [];
  const incomplete: string[] = [];
  const read = (of: readonly string[]) => async (client: PoolClient) => {
    const found = await client.query<Row & { here: string[] }>(STATEMENT, [
      of,
      page.before?.at,
      page.before?.id,
      page.limit + 1,
    ]);
    return {
      here: new Set(found.rows[0]?.here),
      rows: found.rows.filter(({ id }) => (id as string | null) !== null),
    };
  };
  const attempt = async (of: readonly string[], run: () => Promise<void>): Promise<void> => {
    try {
      await within(LIMIT_MS, run());
    } catch (error) {
      if (error instanceof ElsewhereError) throw error;
      log.warn({ err: error, authors: of.length }, 'authors left out of a page');
      incomplete.push(...of);
    }
  };
  const groups = new Map<Database, string[]>();
  for (const author of new Set(authors)) {
    const database = shards.of(author);
    groups.set(database, [...(groups.get(database) ?? []), author]);
  }
  await inTurns(AT_ONCE, [...groups], ([database, of]) =>
    attempt(of, async () => {
      const found = await database.read(read(of), seen);
      rows.push(...found.rows);
      // Where the map was wrong, each is gone after.
      const strays = of.filter((author) => !found.here.has(author));
      await inTurns(AT_ONCE, strays, (author) =>
        attempt([author], async () => {
          const answer = await shards.read(
            author,
            async (client) => {
              const alone = await read([author])(client);
              return alone.here.has(author) ? alone : undefined;
            },
            seen,
          );
          rows.push(...(answer?.rows ?? []));
        }),
      );
    }),
  );
  const newest = (a: Row, b: Row): number => compare(b.at, a.at) || compare(b.id, a.id);
  const posts = rows.filter(({ authorId }) => !incomplete.includes(authorId)).sort(newest);
  const shown = posts.slice(0, page.limit);
  const last = shown.at(-1);
  return {
    posts: shown.map(({ id, authorId, text, version, createdAt }) => ({
      id,
      authorId,
      text,
      version,
      createdAt: createdAt.toISOString(),
    })),
    ...(posts.length > page.limit && last !== undefined ? { next: { at: last.at, id: last.id } } : {}),
    incomplete,
  };
}

const compare = (a: string, b: string): number => Math.sign(Number(BigInt(a) - BigInt(b)));

/** Runs something for each item, so many at a time. */
async function inTurns<T>(
  count: number,
  items: readonly T[],
  run: (item: T) => Promise<void>,
): Promise<void> {
  const waiting = [...items];
  const lane = async (): Promise<void> => {
    for (let item = waiting.shift(); item !== undefined; item = waiting.shift()) await run(item);
  };
  await Promise.all(Array.from({ length: Math.min(count, items.length) }, lane));
}

async function within(milliseconds: number, work: Promise<void>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer within ${milliseconds} ms`)), milliseconds);
  });
  try {
    await Promise.race([work, limit]);
  } finally {
    clearTimeout(timer);
  }
}
