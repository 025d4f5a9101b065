import type { FastifyBaseLogger } from 'fastify';
import type { Post } from '../database/posts';
import { isPassing, patient, reading, scatter, type Part } from '../sharding/scatter';
import type { Shards } from '../sharding/shards';
import { compare, momentOf, timestampOf, type Cursor } from './moment';

/** A database that has not answered by then is left out of the page. */
const PATIENCE_MS = 2_500;

export interface AuthorsPage {
  /** Newest first. */
  readonly posts: readonly Post[];
  /** Where the next page begins; undefined at the end. */
  readonly next: Cursor | undefined;
  /** Authors whose database did not answer; their posts are missing from the page. */
  readonly incomplete: readonly string[];
}
interface Row extends Cursor {
  readonly authorId: string;
  readonly text: string;
  readonly version: number;
  readonly createdAt: Date;
}

/** The newest of each author by its index, and of those the newest; and which of the authors live here, as of the same moment. */
const STATEMENT = `
  WITH here AS MATERIALIZED (SELECT author FROM unnest($1::bigint[]) AS author WHERE lives_here(author))
  SELECT ARRAY(SELECT author::text FROM here) AS here, page.*
  FROM (SELECT) AS one LEFT JOIN (
    SELECT newest.* FROM here, LATERAL (
      SELECT id::text AS "postId", author_id::text AS "authorId", text, version, created_at AS "createdAt",
             ${momentOf('created_at')} AS at
      FROM posts WHERE author_id = author AND deleted_at IS NULL
        AND ($2::bigint IS NULL OR (created_at, id) < (${timestampOf('$2')}, $3::bigint))
      ORDER BY created_at DESC, id DESC LIMIT $4) AS newest
    ORDER BY newest."createdAt" DESC, newest."postId"::bigint DESC LIMIT $4) AS page ON true`;

/**
 * Posts of several authors, joined here, as they may be on any database: one statement to each database that has some of them.
 * A database that is away costs its authors, not the page.
 */
export async function postsOfAuthors(
  shards: Shards,
  authors: readonly string[],
  { limit, before }: { readonly limit: number; readonly before?: Cursor | undefined },
  log: Pick<FastifyBaseLogger, 'warn'>,
  seen?: string,
): Promise<AuthorsPage> {
  const access = patient(PATIENCE_MS, reading(shards, seen));
  const { rows, missing, faults } = await scatter(
    shards,
    authors,
    access,
    async (client, own): Promise<Part<Row>> => {
      const found = await client.query<Row & { here: string[] }>(STATEMENT, [
        own,
        before?.at,
        before?.postId,
        limit + 1,
      ]);
      const here = new Set(found.rows[0]?.here);
      return {
        away: own.filter((author) => !here.has(author)),
        // Where nobody here wrote anything, the one row says only who is here.
        rows: found.rows.filter(({ postId }) => (postId as string | null) !== null),
      };
    },
  );
  for (const fault of faults) {
    if (!isPassing(fault)) throw fault;
    log.warn({ err: fault }, 'authors left out of a page');
  }
  const ordered = [...rows].sort(compare);
  const shown = ordered.slice(0, limit);
  return {
    posts: shown.map(({ postId: id, authorId, text, version, createdAt }) => ({
      ...{ id, authorId, text, version },
      createdAt: createdAt.toISOString(),
    })),
    next: ordered.length > limit ? shown.at(-1) : undefined,
    incomplete: missing,
  };
}
