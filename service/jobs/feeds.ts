import type { Logger } from 'pino';
import { entriesOf } from '../feed/feed-posts';
import { Entries, FEED_LENGTH } from '../feed/entries';
import { compare, momentOf } from '../feed/moment';
import type { Shards } from '../sharding/shards';
import type { JobOf } from './job';

/** Feeds written by one message; each takes a lock of its user's place, of which a server has some thousands. */
const PAGE = 100;
/** Users whose feeds one message has rebuilt, each by a message of its own. */
const USERS = 200;
/** A feed is cut to its length with every so manieth post that goes into it. */
const TRIM_EVERY = 20n;

export interface FeedJobsOptions {
  /** Above so many followers, a post is not written to each of them. */
  readonly fanoutLimit: number;
  readonly send: (job: JobOf<'fan-out' | 'rebuild-feed' | 'rebuild-feeds'>) => Promise<void>;
  /** Feeds written by one message. Default 100. */
  readonly page?: number;
}

/** What keeps feeds up to date. Every job may run twice, and later than the next one. */
export class FeedJobs {
  private readonly entries: Entries;
  private readonly page: number;

  constructor(
    private readonly shards: Shards,
    private readonly options: FeedJobsOptions,
  ) {
    this.entries = new Entries(shards);
    this.page = options.page ?? PAGE;
  }

  /** A post goes into the feeds of a page of its author's followers; the next page is a message of its own. */
  async fanOut(job: JobOf<'fan-out'>, log: Logger): Promise<void> {
    const { postId, authorId, after, requestId } = job;
    const at = job.at ?? (await this.momentOfPost(postId));
    if (at === undefined) {
      log.info('the post is gone');
      return;
    }
    if (after === undefined && (await this.isWidelyFollowed(authorId))) {
      log.info('followed by too many: readers fetch the post');
      return;
    }
    const readers = await this.followers(authorId, after ?? '0');
    await this.entries.put(readers, { postId, authorId, at });
    if (BigInt(postId) % TRIM_EVERY === 0n) for (const id of readers) await this.entries.trim(id);
    const last = readers.at(-1);
    if (readers.length === this.page && last !== undefined)
      await this.options.send({ type: 'fan-out', postId, authorId, at, after: last, requestId });
  }

  /** The posts of before of an author whom somebody has begun to follow. The mirror has the follower by now, so later ones come. */
  async fill({ followerId, followeeId, version }: JobOf<'fill-feed'>): Promise<void> {
    await this.entries.fill(
      followerId,
      followeeId,
      version,
      await entriesOf(this.shards, [followeeId], FEED_LENGTH),
    );
  }

  /** Makes a feed anew, from follows and posts alone. */
  async rebuild({ userId }: JobOf<'rebuild-feed'>): Promise<void> {
    const followees = await this.entries.clear(userId);
    const found = await entriesOf(this.shards, followees, FEED_LENGTH + 1);
    const newest = [...found].sort(compare).slice(0, FEED_LENGTH + 1);
    await this.entries.rebuilt(userId, newest);
  }

  /** Has the feeds of all users of a physical shard made anew. */
  async rebuildAll({ shard, after, requestId }: JobOf<'rebuild-feeds'>): Promise<void> {
    const database = this.shards.all[shard];
    if (database === undefined) throw new Error(`there is no physical shard ${shard}`);
    const { rows } = await database.readFromWriter((client) =>
      client.query<{ id: string }>(
        'SELECT id::text FROM users WHERE id > $1 AND lives_here(id) ORDER BY users.id LIMIT $2',
        [after ?? '0', USERS],
      ),
    );
    for (const { id } of rows) await this.options.send({ type: 'rebuild-feed', userId: id, requestId });
    const last = rows.at(-1);
    if (rows.length === USERS && last)
      await this.options.send({ type: 'rebuild-feeds', shard, after: last.id, requestId });
  }

  private async momentOfPost(postId: string): Promise<string | undefined> {
    return this.shards.readFromWriter(postId, async (client) => {
      const { rows } = await client.query<{ at: string }>(
        `SELECT ${momentOf('created_at')} AS at FROM posts WHERE id = $1 AND deleted_at IS NULL AND lives_here(author_id)`,
        [postId],
      );
      return rows[0]?.at;
    });
  }

  /** Counts, and remembers that there were too many once: what was not written to everybody is fetched ever after. */
  private async isWidelyFollowed(authorId: string): Promise<boolean> {
    const { value } = await this.shards.write(authorId, async (client) => {
      const { rows } = await client.query<{ many: boolean }>(
        `WITH counted AS (
           SELECT count(*) > $2::bigint AS many
           FROM (SELECT FROM followers WHERE followee_id = $1 AND active LIMIT $2::bigint + 1) AS counted_followers),
         put AS (
           INSERT INTO widely_followed (user_id) SELECT $1::bigint FROM counted WHERE many ON CONFLICT DO NOTHING)
         SELECT many OR EXISTS (SELECT FROM widely_followed WHERE user_id = $1) AS many FROM counted WHERE lives_here($1)`,
        [authorId, this.options.fanoutLimit],
      );
      return rows;
    });
    return value[0]?.many ?? false;
  }

  private async followers(authorId: string, after: string): Promise<string[]> {
    return this.shards.readFromWriter(authorId, async (client) => {
      const { rows } = await client.query<{ id: string }>(
        `SELECT follower_id::text AS id FROM followers
         WHERE followee_id = $1 AND active AND follower_id > $2 AND lives_here($1) ORDER BY follower_id LIMIT $3`,
        [authorId, after, this.page],
      );
      return rows.map(({ id }) => id);
    });
  }
}
