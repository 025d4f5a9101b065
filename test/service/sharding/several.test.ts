import { setTimeout as sleep } from 'node:timers/promises';
import { Posts } from '../../../service/database/posts';
import type { Cursor } from '../../../service/feed/moment';
import { postsOfAuthors } from '../../../service/feed/posts-of-authors';
import { Users } from '../../../service/database/users';
import { decodeId } from '../../../service/ids/layout';
import { move } from '../../../service/sharding/move/move';
import { evenShare, shardOfName } from '../../../service/sharding/placement';
import { settlePlaces } from '../../../service/sharding/settle';
import type { Shards } from '../../../service/sharding/shards';
import { waitFor } from '../../support/wait';
import { log, ShardServers } from './shard-servers';

describe('posts of several authors', () => {
  let servers: ShardServers;
  let shards: Shards;
  let posts: Posts;
  /** Two on each database. */
  let authors: string[];
  const written: string[] = [];

  beforeAll(async () => {
    servers = await ShardServers.start(2, { replicas: true });
    shards = servers.shards();
    posts = new Posts(shards);
    const users = new Users(shards);
    authors = [];
    for (let n = 0; authors.length < 4; n += 1) {
      const name = `author-${n}`;
      if (evenShare(shardOfName(name), 2) !== authors.length % 2) continue;
      authors.push((await users.insert(name, 'hash', undefined)).value.user.id);
    }
    for (let n = 0; n < 22; n += 1)
      written.unshift((await posts.insert(authors[n % 4]!, `post ${n}`, undefined)).value.id);
    await waitFor('replicas', async () => (await page(99)).posts.length === 22);
  }, 120_000);
  afterAll(() => servers.stop(), 60_000);

  const page = (limit: number, before?: Cursor, of = authors) =>
    postsOfAuthors(shards, of, { limit, before }, log);
  const pages = async (limit: number): Promise<string[]> => {
    const found: string[] = [];
    for (let before: Cursor | undefined; ;) {
      const next = await page(limit, before);
      found.push(...next.posts.map(({ id }) => id));
      if (next.next === undefined) return found;
      before = next.next;
    }
  };

  test.each([1, 3, 5, 22, 99])('come newest first, each once, in pages of %i', async (limit) => {
    expect(await pages(limit)).toEqual(written);
  });

  test('cost one statement for each database, however many authors there are', async () => {
    let statements = 0;
    for (const { readers } of shards.all) {
      for (const { pool } of readers) {
        const client = await pool.connect();
        const query = client.query.bind(client);
        client.query = ((...all: Parameters<typeof query>) => {
          statements += 1;
          return query(...all);
        }) as typeof client.query;
        client.release();
      }
    }
    statements = 0;
    expect((await page(99)).posts).toHaveLength(22);
    expect(statements).toBe(2);
  });

  test('are found where an author has gone that nobody told of', async () => {
    const { shard } = decodeId(authors[0]!);
    await move(servers.administration, { shard, user: authors[0]! }, 1, log, { graceSeconds: 0 });
    expect(await pages(5)).toEqual(written);
    await move(servers.administration, { shard }, 1, log, { graceSeconds: 0 });
    await move(servers.administration, { shard, user: authors[0]! }, 0, log, { graceSeconds: 0 });
    expect(await pages(5)).toEqual(written);
  }, 60_000);

  test('a replica that lags is left out, and read again once it has caught up; one with nothing to replay is not', async () => {
    const [{ readers }] = shards.all as [(typeof shards.all)[0]];
    await sleep(7_000);
    expect(readers[0]!.available()).toBe(true);
    await servers.replicas[0]![0]!.query('SELECT pg_wal_replay_pause()');
    await posts.insert(authors[2]!, 'behind', undefined);
    await waitFor('the probe', () => !readers[0]!.available(), 20_000);
    expect((await posts.listByAuthor(authors[2]!, 1))[0]?.text).toBe('behind');
    await servers.replicas[0]![0]!.query('SELECT pg_wal_replay_resume()');
    await waitFor('the replica to be read again', () => readers[0]!.available(), 20_000);
  }, 60_000);

  test('say whose are missing while a database is away; users of the others are served', async () => {
    await Promise.all([servers.clusters[1]!.primary.stop(), servers.replicas[1]![0]!.stop()]);
    const found = await page(99);
    expect([...found.incomplete].sort()).toEqual([authors[1], authors[3]].sort());
    expect(new Set(found.posts.map(({ authorId }) => authorId))).toEqual(new Set([authors[0], authors[2]]));
    await posts.insert(authors[0]!, 'still written', undefined);
    await expect(posts.insert(authors[1]!, 'not now', undefined)).rejects.toThrow(/ECONNREFUSED|terminated/);
    await servers.clusters[1]!.restart(servers.clusters[1]!.primary);
    await servers.clusters[1]!.restart(servers.replicas[1]![0]!);
    await waitFor('all authors', async () => (await page(99)).incomplete.length === 0, 30_000);
  }, 90_000);

  test('databases in another order are refused', async () => {
    await servers.clusters[1]!.primary.query('UPDATE physical_shard SET number = 7');
    await expect(settlePlaces(servers.administration, log)).rejects.toThrow('that database is shard 7');
    await servers.clusters[1]!.primary.query('UPDATE physical_shard SET number = 1');
    await settlePlaces(servers.administration, log);
  });
});
