import { resolve } from 'node:path';
import { pino } from 'pino';
import { Database } from '../../../service/database/database';
import { migrate, readMigrations } from '../../../service/database/migrations';
import { createPool, withClient } from '../../../service/database/pool';
import { Posts } from '../../../service/database/posts';
import { Users } from '../../../service/database/users';
import { readFeed } from '../../../service/feed/feed';
import { Follows } from '../../../service/feed/follows';
import { parseCursor } from '../../../service/feed/moment';
import { FeedJobs } from '../../../service/jobs/feeds';
import type { Job, JobOf, JobType } from '../../../service/jobs/job';
import { delivery } from '../../../service/outbox/delivery';
import { Relay } from '../../../service/outbox/relay';
import { Shards } from '../../../service/sharding/shards';
import { DATABASE, PostgresCluster, type PostgresServer } from '../../support/postgres';
import { waitFor } from '../../support/wait';

export const log = pino({ level: process.env['X_LOG'] ?? 'silent' });
/** Small, so that the tests have authors above it and several pages of followers. */
export const FANOUT_LIMIT = 4;
const FOLLOWERS_A_MESSAGE = 2;

/** Jobs that feeds have nothing to do with. */
type Others = 'video.uploaded' | 'thumbnail' | 'forget-page' | 'event' | 'active-users';

/** What the service knows of somebody, and what a test does. */
export interface Person {
  readonly id: string;
  readonly follows: Set<Person>;
  /** Ids, oldest first. */
  readonly posts: string[];
}

/** Two physical shards, each a server, with a relay that tells what is written and jobs that are done at once. */
export class World {
  readonly users: Users;
  readonly posts: Posts;
  readonly follows: Follows;
  readonly jobs: FeedJobs;
  readonly done: Job[] = [];
  private readonly relay: Relay;
  /** Every post in the order of writing. */
  readonly written: { readonly id: string; readonly author: Person }[] = [];

  private constructor(
    readonly clusters: readonly PostgresCluster[],
    readonly shards: Shards,
  ) {
    this.users = new Users(shards);
    this.posts = new Posts(shards);
    this.follows = new Follows(shards);
    const send = (job: Job): Promise<void> => this.run(job);
    this.jobs = new FeedJobs(shards, { fanoutLimit: FANOUT_LIMIT, page: FOLLOWERS_A_MESSAGE, send });
    const queue = { present: false, send, ping: () => Promise.resolve(), close: () => Promise.resolve() };
    const caches = { here: () => Promise.resolve(), elsewhere: () => Promise.resolve() };
    const deliver = delivery({ jobs: queue, follows: this.follows, caches });
    this.relay = new Relay(
      shards.all,
      { deliver, writesHere: () => true },
      { outboxAge: () => undefined },
      log,
    );
  }

  static async start(): Promise<World> {
    const clusters = await Promise.all([PostgresCluster.start(), PostgresCluster.start()]);
    const databases = clusters.map(({ primary, certificates }, number) => {
      const pool = createPool({
        endpoint: { host: '127.0.0.1', port: primary.port },
        database: DATABASE,
        user: 'postgres',
        password: 'not-checked',
        caFile: certificates.caFile,
        applicationName: 'test',
        size: 10,
        log,
      });
      return new Database(pool, [], log, { number });
    });
    for (const { writer } of databases) {
      await withClient(writer, (client) =>
        migrate(client, readMigrations(resolve(__dirname, '../../../service/migrations')), log),
      );
    }
    const world = new World(clusters, new Shards(databases));
    world.relay.start();
    return world;
  }

  async stop(): Promise<void> {
    await this.relay.stop();
    await this.shards.close();
    for (const cluster of this.clusters) await cluster.stop();
  }

  server(shard: number): PostgresServer {
    return this.clusters[shard]!.primary;
  }

  async run(job: Job): Promise<void> {
    this.done.push(job);
    const handlers: { readonly [T in Exclude<JobType, Others>]: (of: JobOf<T>) => Promise<void> } = {
      'fan-out': (of) => this.jobs.fanOut(of, log),
      'fill-feed': (of) => this.jobs.fill(of),
      'rebuild-feed': (of) => this.jobs.rebuild(of),
      'rebuild-feeds': (of) => this.jobs.rebuildAll(of),
    };
    if (job.type in handlers) await handlers[job.type as keyof typeof handlers](job as never);
  }

  async person(name: string): Promise<Person> {
    const { value } = await this.users.insert(name, 'hash', undefined);
    return { id: value.user.id, follows: new Set(), posts: [] };
  }

  async follow(who: Person, whom: Person): Promise<void> {
    expect((await this.follows.follow(who.id, whom.id)).value).toBe(true);
    who.follows.add(whom);
  }

  async unfollow(who: Person, whom: Person): Promise<void> {
    await this.follows.unfollow(who.id, whom.id);
    who.follows.delete(whom);
  }

  async write(author: Person): Promise<string> {
    const { value } = await this.posts.insert(author.id, `post ${this.written.length}`, undefined);
    author.posts.push(value.id);
    this.written.push({ id: value.id, author });
    return value.id;
  }

  /** Everything that was written is told, and what follows from it is done. */
  async settled(): Promise<void> {
    await waitFor(
      'empty outboxes',
      async () => {
        const left = await Promise.all(
          this.clusters.map(({ primary }) => primary.query('SELECT 1 FROM outbox')),
        );
        return left.flat().length === 0;
      },
      15_000,
    );
  }

  /** What a reader is to see, by the test's own account, newest first. */
  expected(reader: Person): string[] {
    return this.written
      .filter(({ author }) => author === reader || reader.follows.has(author))
      .map(({ id }) => id)
      .reverse();
  }

  /** All pages of a feed. */
  async feed(reader: Person, limit = 3): Promise<string[]> {
    const ids: string[] = [];
    for (let before: string | null | undefined; before !== null;) {
      const cursor = before === undefined ? undefined : parseCursor(before);
      const page = await readFeed(this.shards, reader.id, { limit, before: cursor }, undefined, log);
      expect(page.incomplete).toBe(false);
      expect(page.posts.length).toBeLessThanOrEqual(limit);
      ids.push(...page.posts.map(({ id }) => id));
      before = page.next;
    }
    return ids;
  }

  /** The rows of the read model, newest first. */
  async entries({ id }: Person): Promise<string[]> {
    const rows = await Promise.all(
      this.clusters.map(({ primary }) =>
        primary.query<{ post: string }>(
          'SELECT post_id::text AS post FROM feed_entries WHERE user_id = $1 ORDER BY posted_at DESC, post_id DESC',
          [id],
        ),
      ),
    );
    return rows.flat().map(({ post }) => post);
  }
}
