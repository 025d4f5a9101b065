import { scatterAll, writing } from '../sharding/scatter';
import type { Shards } from '../sharding/shards';
import type { Entry } from './feed-posts';
import { momentOf, timestampOf, type Cursor } from './moment';

/** What a reader's feed keeps: the newest. Older posts are read from their authors. */
export const FEED_LENGTH = 1_000;

/** What the reader's shard knows of a page. */
export interface ReaderSide {
  /** Whether posts older than those that are kept belong to the feed. */
  readonly trimmed: boolean;
  /** Whom the reader follows; of each whether the posts of before are not among the entries yet. */
  readonly followees: ReadonlyMap<string, boolean>;
  /** Newest first. */
  readonly entries: readonly Entry[];
}

interface Row {
  readonly authorId: string;
  readonly flag: boolean;
  readonly postId: string | null;
  readonly at: string;
}

/** The read model: what is in each reader's feed, on the reader's shard. Every change may be made twice. */
export class Entries {
  constructor(private readonly shards: Shards) {}

  /** One statement. */
  async page(
    readerId: string,
    before: Cursor | undefined,
    limit: number,
    position: string | undefined,
  ): Promise<ReaderSide> {
    const rows = await this.shards.read(
      readerId,
      async (client) =>
        (
          await client.query<Row>(
            `WITH reader AS (
               SELECT coalesce((SELECT posted_at FROM feed_floors WHERE user_id = $1), '-infinity') AS floor
               WHERE lives_here($1))
             SELECT $1::bigint::text AS "authorId", floor > '-infinity' AS flag, NULL AS "postId", NULL AS at FROM reader
             UNION ALL
             SELECT followee_id::text, NOT filled, NULL, NULL FROM follows, reader WHERE follower_id = $1 AND active
             UNION ALL
             (SELECT author_id::text, false, post_id::text, ${momentOf('posted_at')} FROM feed_entries, reader
              WHERE user_id = $1 AND posted_at > floor
                AND ($2::bigint IS NULL OR (posted_at, post_id) < (${timestampOf('$2')}, $3::bigint))
              ORDER BY posted_at DESC, post_id DESC LIMIT $4)`,
            [readerId, before?.at, before?.postId, limit],
          )
        ).rows,
      position,
    );
    const followees = new Map<string, boolean>();
    const entries: Entry[] = [];
    let trimmed = false;
    for (const { authorId, flag, postId, at } of rows) {
      if (postId !== null) entries.push({ authorId, postId, at });
      else if (authorId === readerId) trimmed = flag;
      else followees.set(authorId, flag);
    }
    return { trimmed, followees, entries };
  }

  /** Puts a post into the feeds of those readers who follow its author at this moment. */
  async put(readerIds: readonly string[], { postId, authorId, at }: Entry): Promise<void> {
    await scatterAll(this.shards, readerIds, writing(this.shards), async (client, own) => {
      const { rows } = await client.query<{ id: string }>(
        // The rows are held until the end, so that nobody stops following in between.
        `WITH asked AS MATERIALIZED (SELECT id, lives_here(id) AS here FROM unnest($1::bigint[]) AS id),
         reader AS (
           SELECT follower_id FROM follows JOIN asked ON id = follower_id
           WHERE here AND followee_id = $2 AND active ORDER BY follower_id FOR SHARE OF follows),
         put AS (
           INSERT INTO feed_entries (user_id, post_id, author_id, posted_at)
           SELECT follower_id, $3::bigint, $2, ${timestampOf('$4')} FROM reader ON CONFLICT DO NOTHING)
         SELECT id::text FROM asked WHERE NOT here`,
        [own, authorId, postId, at],
      );
      return { rows: [], away: rows.map(({ id }) => id) };
    });
  }

  /**
   * Puts the posts of before into the feed of somebody who has begun to follow their author.
   * @param version of the follow: when it has changed again, its later change does so
   */
  async fill(readerId: string, authorId: string, version: number, posts: readonly Entry[]): Promise<void> {
    await this.shards.write(readerId, async (client) => {
      await client.query(
        `WITH reader AS (
           UPDATE follows SET filled = true
           WHERE follower_id = $1 AND followee_id = $2 AND version = $3 AND active RETURNING follower_id)
         INSERT INTO feed_entries (user_id, post_id, author_id, posted_at)
         SELECT follower_id, post_id, $2, ${timestampOf('at')}
         FROM reader, unnest($4::bigint[], $5::bigint[]) AS post (post_id, at) ON CONFLICT DO NOTHING`,
        [readerId, authorId, version, posts.map(({ postId }) => postId), posts.map(({ at }) => at)],
      );
    });
    await this.trim(readerId);
  }

  /** Deletes what is more than a feed keeps, and notes where it ends now. */
  async trim(readerId: string): Promise<void> {
    await this.shards.write(readerId, async (client) => {
      await client.query(
        `WITH reader AS (
           INSERT INTO feed_floors AS known (user_id, posted_at)
           SELECT user_id, posted_at FROM feed_entries WHERE user_id = $1
           ORDER BY posted_at DESC, post_id DESC OFFSET ${FEED_LENGTH} LIMIT 1
           ON CONFLICT (user_id) DO UPDATE SET posted_at = greatest(known.posted_at, excluded.posted_at)
           RETURNING posted_at)
         DELETE FROM feed_entries USING reader WHERE user_id = $1 AND feed_entries.posted_at <= reader.posted_at`,
        [readerId],
      );
    });
  }

  /**
   * Empties a feed, which from now on is read from the authors until `rebuilt`; what is fanned out meanwhile stays.
   * @returns whom the reader follows
   */
  async clear(readerId: string): Promise<string[]> {
    const { value } = await this.shards.write(readerId, async (client) => {
      await client.query('BEGIN');
      await client.query(
        `INSERT INTO feed_floors (user_id, posted_at) VALUES ($1, 'infinity')
         ON CONFLICT (user_id) DO UPDATE SET posted_at = excluded.posted_at`,
        [readerId],
      );
      await client.query('DELETE FROM feed_entries WHERE user_id = $1', [readerId]);
      const { rows } = await client.query<{ id: string }>(
        'SELECT followee_id::text AS id FROM follows WHERE follower_id = $1 AND active',
        [readerId],
      );
      await client.query('COMMIT');
      return { followees: rows.map(({ id }) => id) };
    });
    return value.followees;
  }

  /** What `clear` has emptied is whole again with these, newest first: all there are, or one more than is kept. */
  async rebuilt(readerId: string, posts: readonly Entry[]): Promise<void> {
    const kept = posts.slice(0, FEED_LENGTH);
    await this.shards.write(readerId, async (client) => {
      await client.query('BEGIN');
      await client.query(
        `INSERT INTO feed_entries (user_id, post_id, author_id, posted_at)
         SELECT $1::bigint, post_id, author_id, ${timestampOf('at')}
         FROM unnest($2::bigint[], $3::bigint[], $4::bigint[]) AS post (post_id, author_id, at)
         JOIN follows ON follower_id = $1 AND followee_id = author_id AND active ON CONFLICT DO NOTHING`,
        [
          readerId,
          kept.map(({ postId }) => postId),
          kept.map(({ authorId }) => authorId),
          kept.map(({ at }) => at),
        ],
      );
      const floor = posts[FEED_LENGTH]?.at;
      if (floor === undefined) await client.query('DELETE FROM feed_floors WHERE user_id = $1', [readerId]);
      else
        await client.query(`UPDATE feed_floors SET posted_at = ${timestampOf('$2')} WHERE user_id = $1`, [
          readerId,
          floor,
        ]);
      await client.query('COMMIT');
    });
  }
}
