import { setTimeout as sleep } from 'node:timers/promises';
import { Boosts } from '../../../service/database/boosts';
import { Pictures } from '../../../service/database/pictures';
import { Posts, type Post } from '../../../service/database/posts';
import { Users } from '../../../service/database/users';
import { decodeId } from '../../../service/ids/layout';
import { move } from '../../../service/sharding/move/move';
import { readMap } from '../../../service/sharding/move/read-map';
import { evenShare, placementOf, shardOfName } from '../../../service/sharding/placement';
import type { Shards } from '../../../service/sharding/shards';
import { log, ShardServers } from './shard-servers';

const NO_GRACE = { graceSeconds: 0 };

describe('two databases', () => {
  let servers: ShardServers;
  let shards: Shards;
  let users: Users;
  let posts: Posts;
  let pictures: Pictures;
  let boosts: Boosts;

  beforeAll(async () => {
    servers = await ShardServers.start(2, { replicas: true });
    // Nobody tells this node of any move: what it believes is wrong from the first one on.
    shards = servers.shards();
    users = new Users(shards);
    posts = new Posts(shards);
    pictures = new Pictures(shards);
    boosts = new Boosts(shards);
  }, 120_000);
  afterAll(() => servers.stop(), 60_000);

  /** Numbers of the databases that have such rows. */
  const holders = async (sql: string, values: readonly unknown[]): Promise<number[]> => {
    const found = await Promise.all(servers.clusters.map(({ primary }) => primary.query(sql, values)));
    return found.flatMap((rows, number) => (rows.length > 0 ? [number] : []));
  };
  let names = 0;
  const newUser = async (physical?: number): Promise<{ id: string; name: string }> => {
    for (;;) {
      const name = `user-${(names += 1)}`;
      if (physical !== undefined && evenShare(shardOfName(name), 2) !== physical) continue;
      const { value } = await users.insert(name, 'hash', undefined);
      return { id: value.user.id, name };
    }
  };

  /** Writes and reads for a user until told to stop; every answer is held against what the user was told before. */
  function visitor(user: { id: string; name: string }, before: readonly Post[] = []) {
    const told = [...before];
    const faults: string[] = [];
    let stopped = false;
    const run = async (): Promise<void> => {
      for (let n = told.length; !stopped; n += 1) {
        const { value, position } = await posts.insert(user.id, `post ${n}`, `key-${n}`);
        told.push(value);
        const [again, list, old, row] = await Promise.all([
          posts.insert(user.id, `post ${n}`, `key-${n}`),
          posts.listByAuthor(user.id, told.length + 1, undefined, position),
          posts.find(told[Math.floor(told.length / 2)]!.id),
          users.findByName(user.name),
        ]);
        if (again.value.id !== value.id) faults.push(`post ${n} written twice`);
        const expected = [...told].map(({ id }) => id).sort((a, b) => (BigInt(a) < BigInt(b) ? 1 : -1));
        if (list.map(({ id }) => id).join() !== expected.join()) faults.push(`list wrong after post ${n}`);
        if (old === undefined && told.length > 3) faults.push(`old post missing after post ${n}`);
        if (row?.id !== user.id) faults.push(`user not found after post ${n}`);
      }
    };
    const running = run();
    return {
      told,
      stop: async (): Promise<string[]> => {
        stopped = true;
        await running;
        return faults;
      },
    };
  }

  /** All that was acknowledged is there, once, in one database. */
  const settled = async (user: { id: string }, told: readonly Post[], physical: number): Promise<void> => {
    const ids = told.map(({ id }) => id).sort();
    const found = await servers.clusters[physical]!.primary.query<{ id: string }>(
      'SELECT id::text FROM posts WHERE author_id = $1 ORDER BY id::text',
      [user.id],
    );
    expect(found.map(({ id }) => id)).toEqual(ids);
    expect(await holders('SELECT FROM posts WHERE author_id = $1', [user.id])).toEqual([physical]);
    expect(await holders('SELECT FROM users WHERE id = $1', [user.id])).toEqual([physical]);
  };

  test('have users where the map says, with all their rows', async () => {
    for (const physical of [0, 1]) {
      const user = await newUser(physical);
      await posts.insert(user.id, 'here', undefined);
      await pictures.insert(user.id, 'image/png', 10);
      expect(await holders('SELECT FROM users WHERE id = $1', [user.id])).toEqual([physical]);
      expect(await holders('SELECT FROM posts WHERE author_id = $1', [user.id])).toEqual([physical]);
      expect(await holders('SELECT FROM pictures WHERE owner_id = $1', [user.id])).toEqual([physical]);
    }
  });

  test('hand a logical shard over and back while its users write: nothing lost, nothing double, no wrong read', async () => {
    const user = await newUser(0);
    const { shard } = decodeId(user.id);
    const writing = visitor(user);
    await sleep(300);
    const there = await move(servers.administration, { shard }, 1, log, { graceSeconds: 0.5 });
    await sleep(300);
    expect(await writing.stop()).toEqual([]);
    expect(there).toMatchObject({ from: 0, to: 1 });
    await settled(user, writing.told, 1);
    const map = await readMap(servers.administration);
    expect(placementOf(map.shards)[shard]).toBe(1);

    const more = visitor(user, writing.told);
    for (const to of [0, 1, 0]) await move(servers.administration, { shard }, to, log, NO_GRACE);
    await sleep(200);
    expect(await more.stop()).toEqual([]);
    expect(more.told.length).toBeGreaterThan(writing.told.length + 10);
    await settled(user, more.told, 0);
  }, 120_000);

  test('hand over one user, whose new rows then carry a shard of their own, and the rest of the shard stays', async () => {
    const star = await newUser(1);
    const { shard } = decodeId(star.id);
    const [before, picture] = await Promise.all([
      posts.insert(star.id, 'before', undefined),
      pictures.insert(star.id, 'image/png', 10),
    ]);
    const writing = visitor(star, [before.value]);
    await sleep(200);
    const moved = await move(servers.administration, { shard, user: star.id }, 0, log, { graceSeconds: 0.5 });
    await sleep(200);
    expect(await writing.stop()).toEqual([]);
    expect(moved?.own).toEqual({ name: star.name, ownShard: shard + 4096 });
    await settled(star, [...writing.told], 0);
    // Old ids and new ones are found, by whoever knows of nothing.
    const after = await posts.insert(star.id, 'after', undefined);
    expect(decodeId(after.value.id).shard).toBe(shard + 4096);
    for (const { value } of [before, after]) expect(await posts.find(value.id)).toEqual(value);
    await pictures.setStatus(picture.value.id, 'ready');
    expect((await pictures.find(picture.value.id, undefined))?.id).toBe(picture.value.id);
    expect((await pictures.findOnWriter(picture.value.id))?.status).toBe('ready');
    // The name stays taken where it comes from.
    const again = await users.insert(star.name, 'other', undefined);
    expect([again.value.created, again.value.user.id]).toEqual([false, star.id]);
    expect(await users.findByName('nobody-has-this')).toBeUndefined();

    // The shard the user came from moves; the user does not.
    await move(servers.administration, { shard }, 0, log, NO_GRACE);
    expect((await posts.find(after.value.id))?.text).toBe('after');
    await move(servers.administration, { shard }, 1, log, NO_GRACE);
    await settled(star, [...writing.told, after.value], 0);
    expect((await readMap(servers.administration)).users).toEqual([
      { sk: star.id, name: star.name, ownShard: shard + 4096, physical: 0 },
    ]);
    await move(servers.administration, { shard, user: star.id }, 1, log, NO_GRACE);
    await settled(star, [...writing.told, after.value], 1);
    for (const { value } of [before, after]) expect(await posts.find(value.id)).toEqual(value);
  }, 120_000);

  test('give no number twice, wherever a shard goes', async () => {
    const user = await newUser(0);
    const { shard } = decodeId(user.id);
    const ids = new Set<string>();
    let written = 0;
    for (const to of [1, 0, 1, 0]) {
      for (let n = 0; n < 20; n += 1, written += 1)
        ids.add((await posts.insert(user.id, 'x', undefined)).value.id);
      await move(servers.administration, { shard }, to, log, NO_GRACE);
    }
    expect(ids.size).toBe(written);
  }, 60_000);

  test('a boost lives with its payer, the post elsewhere', async () => {
    const [payer, author] = [await newUser(0), await newUser(1)];
    const { value: post } = await posts.insert(author.id, 'boosted', undefined);
    expect(await posts.exists(post.id)).toBe(true);
    await boosts.insert(payer.id, { postId: post.id, amountCents: 500, currency: 'EUR' }, 'key');
    expect(await holders('SELECT FROM boosts WHERE payer_id = $1', [payer.id])).toEqual([0]);
  });

  test('a move that was cut off between its last steps is finished by the next try', async () => {
    const user = await newUser(0);
    const { shard } = decodeId(user.id);
    await posts.insert(user.id, 'kept', undefined);
    await move(servers.administration, { shard }, 1, log, NO_GRACE);
    // As after a crash: given up by one, not yet taken by the other.
    await servers.clusters[1]!.primary.query(
      "UPDATE shard_places SET physical = 0, changed_at = now() - interval '1 hour' WHERE logical = $1",
      [shard],
    );
    await expect(posts.insert(user.id, 'refused', undefined)).rejects.toThrow('is being moved');
    await expect(posts.listByAuthor(user.id, 9)).rejects.toThrow('is being moved');
    await move(servers.administration, { shard }, 1, log, NO_GRACE);
    expect((await posts.listByAuthor(user.id, 9)).map(({ text }) => text)).toEqual(['kept']);
  }, 60_000);

  test('a replica that does not hear of it keeps a shard where it is', async () => {
    const user = await newUser(0);
    const { shard } = decodeId(user.id);
    const [replica] = servers.replicas[0]!;
    await replica!.query('SELECT pg_wal_replay_pause()');
    await posts.insert(user.id, 'stays', undefined);
    await expect(move(servers.administration, { shard }, 1, log, NO_GRACE)).rejects.toThrow(
      'behind; nothing was moved',
    );
    await replica!.query('SELECT pg_wal_replay_resume()');
    await posts.insert(user.id, 'still writes', undefined);
    expect(
      await holders('SELECT FROM posts p WHERE author_id = $1 AND lives_here(author_id)', [user.id]),
    ).toEqual([0]);
    await move(servers.administration, { shard }, 1, log, NO_GRACE);
    expect(await posts.listByAuthor(user.id, 9)).toHaveLength(2);
  }, 60_000);
});
