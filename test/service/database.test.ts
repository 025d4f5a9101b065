import { pino } from 'pino';
import { Database } from '../../service/database/database';
import { migrate, readMigrations } from '../../service/database/migrations';
import { createPool, withClient, type PoolClient } from '../../service/database/pool';
import { Posts } from '../../service/database/posts';
import { Reader } from '../../service/database/reader';
import { Users } from '../../service/database/users';
import { Shards } from '../../service/sharding/shards';
import { resolve } from 'node:path';
import { DATABASE, PostgresCluster, type PostgresServer } from '../support/postgres';
import { waitFor } from '../support/wait';

const log = pino({ level: 'silent' });

describe('one writer with two replicas', () => {
  let cluster: PostgresCluster;
  let replicas: PostgresServer[];
  let database: Database;
  let posts: Posts;
  let author: string;

  const open = (): Database => {
    const pool = (port: number) =>
      createPool({
        endpoint: { host: '127.0.0.1', port },
        database: DATABASE,
        user: 'postgres',
        password: 'not-checked',
        caFile: cluster.certificates.caFile,
        applicationName: 'test',
        size: 4,
        log,
      });
    const readers = replicas.map((replica) => new Reader(replica.host, pool(replica.port)));
    return new Database(pool(cluster.primary.port), readers, log);
  };
  /** Port of the server that answers a read. */
  const servedBy = (position?: string): Promise<number> =>
    database.read(async (client: PoolClient) => {
      const result = await client.query<{ port: number }>('SELECT inet_server_port() AS port');
      return result.rows[0]?.port ?? 0;
    }, position);
  const caughtUp = async (): Promise<void> => {
    const [now] = await cluster.primary.query<{ lsn: string }>('SELECT pg_current_wal_lsn()::text AS lsn');
    for (const replica of replicas) {
      await waitFor('replay', async () => {
        const [row] = await replica.query<{ done: boolean }>(
          'SELECT pg_last_wal_replay_lsn() >= $1::pg_lsn AS done',
          [now?.lsn],
        );
        return row?.done;
      });
    }
  };

  beforeAll(async () => {
    cluster = await PostgresCluster.start();
    replicas = [await cluster.addReplica(), await cluster.addReplica()];
    database = open();
    await withClient(database.writer, (client) =>
      migrate(client, readMigrations(resolve(__dirname, '../../service/migrations')), log),
    );
    const shards = new Shards([database]);
    posts = new Posts(shards);
    author = (await new Users(shards).insert('author', 'hash', undefined)).value.user.id;
    await caughtUp();
  }, 90_000);
  afterAll(async () => {
    await database.close();
    await cluster.stop();
  }, 60_000);

  test('reads go to both replicas and not to the writer', async () => {
    const ports = new Set<number>();
    for (let n = 0; n < 40; n += 1) ports.add(await servedBy());
    expect([...ports].sort()).toEqual(replicas.map((replica) => replica.port).sort());
  });

  test('a replica that has not replayed the position is passed over, one that has is used', async () => {
    const [ahead, behind] = replicas as [PostgresServer, PostgresServer];
    await behind.query('SELECT pg_wal_replay_pause()');
    const { value, position } = await posts.insert(author, 'only ahead', undefined);
    await waitFor(
      'the other replica',
      async () => (await ahead.query('SELECT 1 FROM posts WHERE id = $1', [value.id])).length > 0,
    );
    for (let n = 0; n < 20; n += 1) {
      expect(await servedBy(position)).toBe(ahead.port);
      expect((await posts.find(value.id, position))?.text).toBe('only ahead');
    }
    // Without a position the replica that lags still serves, and shows its older state.
    expect(await behind.query('SELECT 1 FROM posts WHERE id = $1', [value.id])).toEqual([]);
    await behind.query('SELECT pg_wal_replay_resume()');
    await caughtUp();
  });

  test('with every replica behind, the writer serves what the client wrote', async () => {
    for (const replica of replicas) await replica.query('SELECT pg_wal_replay_pause()');
    const { value, position } = await posts.insert(author, 'nobody has it yet', undefined);
    expect(await servedBy(position)).toBe(cluster.primary.port);
    expect(await posts.find(value.id, position)).toEqual(value);
    expect((await posts.listByAuthor(author, 1, undefined, position))[0]).toEqual(value);
    expect(await posts.find(value.id)).toBeUndefined();
    for (const replica of replicas) await replica.query('SELECT pg_wal_replay_resume()');
    await caughtUp();
    expect(await servedBy(position)).not.toBe(cluster.primary.port);
  });

  test('the same request key writes one post, however many come at once', async () => {
    const written = await Promise.all(Array.from({ length: 8 }, () => posts.insert(author, 'once', 'key-1')));
    expect(new Set(written.map(({ value }) => value.id)).size).toBe(1);
  });

  test('replicas that die are replaced by the others, and by the writer when none is left', async () => {
    const [first, second] = replicas as [PostgresServer, PostgresServer];
    await first.stop();
    for (let n = 0; n < 10; n += 1) expect(await servedBy()).toBe(second.port);
    await second.stop();
    for (let n = 0; n < 10; n += 1) expect(await servedBy()).toBe(cluster.primary.port);
    await cluster.restart(first);
    // The probe finds it again.
    await waitFor('the replica to serve again', async () => (await servedBy()) === first.port, 40_000);
    await cluster.restart(second);
  }, 90_000);

  test('a replica that was promoted is no longer read, since its data goes its own way', async () => {
    const [promoted, other] = replicas as [PostgresServer, PostgresServer];
    await waitFor(
      'both replicas',
      async () => new Set([await servedBy(), await servedBy(), await servedBy()]).size > 1,
      40_000,
    );
    await promoted.query('SELECT pg_promote()');
    await waitFor(
      'the probe to notice',
      () => database.readers.some((reader) => reader.name === promoted.host && !reader.available()),
      15_000,
    );
    const ports = new Set<number>();
    for (let n = 0; n < 20; n += 1) ports.add(await servedBy());
    expect([...ports]).toEqual([other.port]);
  }, 90_000);

  test('the writer away: replicas go on serving, a write fails in bounded time, and all works when it is back', async () => {
    const { value } = await posts.insert(author, 'before the fall', undefined);
    await waitFor('replay', () => posts.find(value.id).then((found) => found !== undefined));
    await cluster.primary.stop();
    expect((await posts.find(value.id))?.text).toBe('before the fall');
    await expect(posts.insert(author, 'lost', undefined)).rejects.toThrow(/ECONNREFUSED|terminated/);
    await cluster.restart(cluster.primary);
    const again = await posts.insert(author, 'after the fall', undefined);
    expect((await posts.find(again.value.id, again.position))?.text).toBe('after the fall');
  }, 90_000);
});
