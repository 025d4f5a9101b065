import { Client } from 'pg';
import { readFeed } from '../../../service/feed/feed';
import { Entries, FEED_LENGTH } from '../../../service/feed/entries';
import { shardOfName } from '../../../service/sharding/placement';
import { FANOUT_LIMIT, log, World, type Person } from './world';

let world: World;
beforeAll(async () => {
  world = await World.start();
}, 120_000);
afterAll(() => world.stop(), 60_000);

let people = 0;
const name = () => `reader_${(people += 1)}`;
/** A name whose logical shard is on this one of two physical shards. */
const nameOn = (physical: number): string => {
  for (;;) {
    const candidate = name();
    if (shardOfName(candidate) >> 11 === physical) return candidate;
  }
};
const someone = (physical = people % 2) => world.person(nameOn(physical));
const crowd = (count: number) => Promise.all(Array.from({ length: count }, (_, n) => someone(n % 2)));
/** As the read model is to be: what those wrote whom a reader follows and who are not followed by too many. */
const modelOf = (reader: Person, widely: readonly Person[]): string[] =>
  world.written
    .filter(({ author }) => reader.follows.has(author) && !widely.includes(author))
    .map(({ id }) => id)
    .reverse();

/** The same draws in each run. */
function draws(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

test('shows each reader what a model of all follows and posts says, in pages, with some authors followed by many', async () => {
  // Somebody whose logical shard has moved, of which the map knows nothing.
  const moved = nameOn(0);
  await world
    .server(0)
    .query('INSERT INTO shard_places (logical, physical) VALUES ($1, 1)', [shardOfName(moved)]);
  const all = [...(await crowd(8)), await world.person(moved)];
  const draw = draws(7);
  const pick = () => all[draw(all.length)]!;
  for (let n = 0; n < 160; n += 1) {
    const [who, whom] = [pick(), pick()];
    const what = draw(8);
    if (what < 3) await world.write(who);
    else if (who === whom) continue;
    else if (what < 7) await world.follow(who, whom);
    else await world.unfollow(who, whom);
    // Right at every moment, also before anything was told, except for what reaches followers a little later.
    if (n % 40 === 39) await world.settled();
  }
  await world.settled();
  for (const reader of all) expect(await world.feed(reader)).toEqual(world.expected(reader));
  // More followers than a message has, and more than are written to: both kinds were there.
  const many = await world.server(0).query('SELECT 1 FROM widely_followed');
  expect(many.length + (await world.server(1).query('SELECT 1 FROM widely_followed')).length).toBeGreaterThan(
    0,
  );
  expect(world.done.some((job) => job.type === 'fan-out' && job.after !== undefined)).toBe(true);
}, 120_000);

test('shows what one has written, and whom one has just followed, before anything was told', async () => {
  const [reader, author] = await Promise.all([someone(0), someone(1)]);
  const theirs = await world.write(author);
  await world.settled();
  await world.follow(reader, author);
  const own = await world.write(reader);
  expect(await world.feed(reader)).toEqual([own, theirs]);
  await world.unfollow(reader, author);
  expect(await world.feed(reader)).toEqual([own]);
  await world.settled();
  expect(await world.entries(reader)).toEqual([]);
});

test('is the same when every event and job comes again, late and in another order', async () => {
  const [author, ...readers] = await crowd(5);
  for (const reader of readers) await world.follow(reader, author!);
  await world.write(author!);
  await world.settled();
  await world.unfollow(readers[0]!, author!);
  await world.settled();
  const before = await Promise.all(readers.map((reader) => world.entries(reader)));
  const mirror = () => world.follows.followers(author!.id, 10);
  const followers = await mirror();
  expect(followers).toHaveLength(3);
  for (const job of world.done.slice(-20).reverse()) {
    if (job.type === 'fan-out' || job.type === 'fill-feed') await world.run(job);
  }
  await world.follows.mirror({
    followerId: readers[0]!.id,
    followeeId: author!.id,
    active: true,
    version: 1,
  });
  expect(await mirror()).toEqual(followers);
  expect(await Promise.all(readers.map((reader) => world.entries(reader)))).toEqual(before);
});

test('is written to nobody whose author more than so many follow, and read from the author ever after', async () => {
  const [author, ...readers] = await crowd(FANOUT_LIMIT + 2);
  for (const reader of readers) await world.follow(reader, author!);
  await world.settled();
  const post = await world.write(author!);
  await world.settled();
  for (const reader of readers) {
    expect(await world.entries(reader)).toEqual([]);
    expect(await world.feed(reader)).toEqual([post]);
  }
  // With fewer followers again, older posts are still in nobody's feed.
  await world.unfollow(readers[0]!, author!);
  await world.unfollow(readers[1]!, author!);
  const later = await world.write(author!);
  await world.settled();
  expect(await world.feed(readers[2]!)).toEqual([later, post]);
});

test('is made anew from follows and posts, for one reader and for all of a shard', async () => {
  const readers = await crowd(4);
  const author = readers[0]!;
  const reader = readers[1]!;
  for (const other of readers.slice(1)) {
    await world.follow(other, author);
    await world.follow(author, other);
  }
  for (let n = 0; n < 6; n += 1) await world.write(readers[n % 4]!);
  await world.settled();
  const stranger = await world.write(await someone());
  const broken = async (of: Person) => {
    for (const cluster of world.clusters) {
      await cluster.primary.query('DELETE FROM feed_entries WHERE user_id = $1 AND post_id = $2', [
        of.id,
        modelOf(of, [])[0],
      ]);
    }
    const shard = world.shards.of(of.id).number;
    await world
      .server(shard)
      .query('INSERT INTO feed_entries SELECT $1, $2, $3, now()', [of.id, stranger, author.id]);
    expect(await world.entries(of)).not.toEqual(modelOf(of, []));
  };
  await broken(reader);
  await world.run({ type: 'rebuild-feed', userId: reader.id, requestId: 'test' });
  expect(await world.entries(reader)).toEqual(modelOf(reader, []));
  expect(await world.feed(reader)).toEqual(world.expected(reader));
  for (const of of readers) await broken(of);
  for (const shard of [0, 1]) await world.run({ type: 'rebuild-feeds', shard, requestId: 'test' });
  for (const of of readers) {
    expect(await world.entries(of)).toEqual(modelOf(of, []));
    expect(await world.feed(of)).toEqual(world.expected(of));
  }
}, 60_000);

test('is read from the authors while it is made anew, and keeps what arrives meanwhile', async () => {
  const [reader, author] = await crowd(2);
  await world.follow(reader!, author!);
  await world.write(author!);
  await world.settled();

  const entries = new Entries(world.shards);
  await entries.clear(reader!.id);
  const late = await world.write(author!);
  await world.settled();
  expect(await world.feed(reader!)).toEqual(world.expected(reader!));
  await entries.rebuilt(reader!.id, []);
  expect(await world.entries(reader!)).toEqual([late]);
});

test(`keeps the newest ${FEED_LENGTH} of a reader, and asks the authors for older ones`, async () => {
  const [reader, author, other] = await crowd(3);
  const own = world.shards.of(author!.id).number;
  await world.write(other!);
  const { length } = await world.server(own).query(
    `INSERT INTO posts (id, author_id, text, created_at)
     SELECT (row_shard($1) << 46) | (2::bigint << 36) | nextval('posts_local'), $1, 'old', now() - n * interval '1 minute'
     FROM generate_series(1, $2) AS n RETURNING id`,
    [author!.id, FEED_LENGTH + 50],
  );
  await world.follow(reader!, author!);
  await world.follow(reader!, other!);
  await world.settled();
  expect(await world.entries(reader!)).toHaveLength(FEED_LENGTH);
  expect(new Set(await world.feed(reader!, 100)).size).toBe(length + 1);
  await world.run({ type: 'rebuild-feed', userId: reader!.id, requestId: 'test' });
  expect(new Set(await world.feed(reader!, 100)).size).toBe(length + 1);
}, 60_000);

describe('a page', () => {
  const statements = async (reader: Person, limit: number): Promise<number> => {
    const query = jest.spyOn(Client.prototype, 'query');
    try {
      await readFeed(world.shards, reader.id, { limit }, undefined, log);
      return query.mock.calls.length;
    } finally {
      query.mockRestore();
    }
  };

  test('takes one statement and one for each shard, however many authors and posts it has', async () => {
    const readers = await crowd(7);
    const reader = readers[0]!;
    expect(await statements(reader, 20)).toBe(2);
    for (const author of readers.slice(1)) {
      await world.follow(reader, author);
      await world.write(author);
      await world.write(author);
    }
    await world.settled();
    expect(await statements(reader, 20)).toBe(3);
    expect(await statements(reader, 2)).toBe(3);
  });

  test('says so when a shard is away, and shows the others', async () => {
    const [reader, near, far] = await Promise.all([someone(0), someone(0), someone(1)]);
    for (const author of [near, far]) await world.follow(reader, author);
    const [here, there] = [await world.write(near), await world.write(far)];
    await world.settled();
    await world.server(1).stop();
    try {
      const page = await readFeed(world.shards, reader.id, { limit: 5 }, undefined, log);
      expect([page.incomplete, page.posts.map(({ id }) => id)]).toEqual([true, [here]]);
    } finally {
      await world.clusters[1]!.restart(world.server(1));
    }
    expect(await world.feed(reader)).toEqual([there, here]);
  }, 60_000);
});
