import type { Post } from '../database/posts';
import {
  patient,
  reading,
  readingWriters,
  scatter,
  scatterAll,
  type Gathered,
  type Part,
} from '../sharding/scatter';
import type { Shards } from '../sharding/shards';
import { momentOf, timestampOf, type Cursor } from './moment';

/** A post with its place in the order of feeds. */
export interface FeedPost extends Cursor {
  readonly post: Post;
}
/** That a post belongs into the feeds of its author's followers. */
export interface Entry extends Cursor {
  readonly authorId: string;
}

interface Row {
  readonly authorId: string;
  /** Null in the row that says that the author is elsewhere. */
  readonly postId: string | null;
  readonly at: string;
  readonly text: string;
  readonly createdAt: Date;
  readonly version: number;
}

export interface Wanted {
  /** Authors whose posts are asked for; each with whether its newest ones are wanted, however few followers it has. */
  readonly authors: ReadonlyMap<string, boolean>;
  /** Posts of these authors that are wanted in any case. */
  readonly postIds: readonly string[];
  readonly before: Cursor | undefined;
  readonly limit: number;
}

const POST = `author_id::text AS "authorId", posts.id::text AS "postId", ${momentOf('created_at')} AS at, text, created_at AS "createdAt", version`;
const ORDER = 'ORDER BY created_at DESC, posts.id DESC';

/**
 * The posts of a page, from the shards of their authors: one statement for each shard. Of widely followed authors, and those whose newest are
 * wanted, come the newest ones older than the cursor.
 * @param patience ms for which a shard is waited for
 */
export async function feedPosts(
  shards: Shards,
  { authors, postIds, before, limit }: Wanted,
  position: string | undefined,
  patience: number,
): Promise<Gathered<FeedPost>> {
  const access = patient(patience, reading(shards, position));
  return scatter(shards, [...authors.keys()], access, async (client, own): Promise<Part<FeedPost>> => {
    const { rows } = await client.query<Row>(
      `WITH asked AS MATERIALIZED (
         SELECT id AS author, lives_here(id) AS here,
                newest OR EXISTS (SELECT FROM widely_followed WHERE user_id = id) AS newest
         FROM unnest($1::bigint[], $2::boolean[]) AS given (id, newest))
       SELECT author::text AS "authorId", NULL AS "postId", NULL AS at, NULL AS text, NULL AS "createdAt", NULL AS version
       FROM asked WHERE NOT here
       UNION ALL
       SELECT ${POST} FROM posts JOIN asked ON author = author_id
       WHERE here AND posts.id = ANY ($3::bigint[]) AND deleted_at IS NULL
       UNION ALL
       (SELECT ${POST} FROM asked CROSS JOIN LATERAL (
          SELECT * FROM posts
          WHERE author_id = author AND deleted_at IS NULL
            AND ($4::bigint IS NULL OR (created_at, posts.id) < (${timestampOf('$4')}, $5::bigint))
          ${ORDER} LIMIT $6) AS posts
        WHERE here AND newest ${ORDER} LIMIT $6)`,
      [own, own.map((id) => authors.get(id) ?? false), postIds, before?.at, before?.postId, limit],
    );
    return {
      away: rows.flatMap(({ postId, authorId }) => (postId === null ? [authorId] : [])),
      rows: rows.flatMap(({ postId: id, authorId, at, text, version, createdAt }) =>
        id === null
          ? []
          : [{ at, postId: id, post: { id, authorId, text, version, createdAt: createdAt.toISOString() } }],
      ),
    };
  });
}

/** The newest posts of authors without too many followers, as their writers have them: what belongs into a feed. */
export async function entriesOf(
  shards: Shards,
  authorIds: readonly string[],
  limit: number,
): Promise<readonly Entry[]> {
  return scatterAll(shards, authorIds, readingWriters(shards), async (client, own): Promise<Part<Entry>> => {
    const { rows } = await client.query<Entry & Pick<Row, 'postId'>>(
      `WITH asked AS MATERIALIZED (
         SELECT id AS author, lives_here(id) AS here, EXISTS (SELECT FROM widely_followed WHERE user_id = id) AS widely
         FROM unnest($1::bigint[]) AS id)
       SELECT author::text AS "authorId", NULL AS "postId", NULL AS at FROM asked WHERE NOT here
       UNION ALL
       (SELECT author_id::text, posts.id::text, ${momentOf('created_at')} FROM asked CROSS JOIN LATERAL (
          SELECT * FROM posts WHERE author_id = author AND deleted_at IS NULL ${ORDER} LIMIT $2) AS posts
        WHERE here AND NOT widely ${ORDER} LIMIT $2)`,
      [own, limit],
    );
    return {
      away: rows.flatMap(({ postId, authorId }) => (postId === null ? [authorId] : [])),
      rows: rows.filter(({ postId }) => postId !== null),
    };
  });
}
