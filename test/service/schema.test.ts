import { Pool } from 'pg';
import { pino } from 'pino';
import { Database } from '../../service/database/database';
import { migrate } from '../../service/database/migrations';
import { createPool, withClient } from '../../service/database/pool';
import { Schema, shippedMigrations } from '../../service/schema';
import { Shards } from '../../service/sharding/shards';
import { Bench } from '../support/bench';
import { freePort } from '../support/ports';
import { PostgresCluster, type PostgresServer } from '../support/postgres';
import type { TestProcess } from '../support/process';
import { Visitor } from '../support/visitor';
import { waitFor as waitUntil } from '../support/wait';

/** Processes take their time to start on a busy machine. */
const waitFor = <T>(what: string, probe: Parameters<typeof waitUntil<T>>[1]) =>
  waitUntil(what, probe, 50_000);

let bench: Bench;
beforeAll(async () => {
  bench = await Bench.start();
}, 120_000);
afterAll(() => bench.stop(), 60_000);

/** An API that is not waited for. */
async function start(overrides: Record<string, string>): Promise<{ url: string; process: TestProcess }> {
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  return { url, process: bench.spawn('api', { PORT: String(port), API_BASE_URL: url, ...overrides }) };
}
const ask = async (url: string, path: string): Promise<[number, string]> => {
  const answer = await fetch(url + path);
  return [answer.status, ((await answer.json()) as { status: string }).status];
};
const errors = (process: TestProcess): string[] =>
  process
    .text()
    .split('\n')
    .filter((line) => /"level":"(error|fatal)"/.test(line));

/** Where to find databases of a test's own. */
const on = (...servers: (PostgresServer | undefined)[]) => ({
  DB_WRITER_HOST: servers[0]!.host,
  DB_SHARDS: servers.map((server) => server!.host).join(' '),
  DB_AUTH: 'peer',
  DB_ADMIN_SECRET_ARN: '',
  DB_ADMIN_USER: 'postgres',
});

describe('a process whose database has not its schema yet', () => {
  test('is starting until it has, fails no query, and serves then', async () => {
    await bench.cluster.primary.query('CREATE DATABASE later');
    const { url, process } = await start({ DB_NAME: 'later' });
    await waitFor('the API to listen', async () => (await fetch(`${url}/healthz`)).status > 0);
    expect([await ask(url, '/healthz'), await ask(url, '/readyz')]).toEqual([
      [503, 'starting'],
      [503, 'starting'],
    ]);
    const worker = bench.spawn('worker', { DB_NAME: 'later' });
    await waitFor('both to wait', () =>
      [process, worker].every((one) => one.text().includes('waiting for the schema')),
    );
    const migrated = bench.spawn('migrate', { DB_NAME: 'later' });
    expect(await migrated.exited()).toBe(0);
    await waitFor('the API to serve', async () => (await fetch(`${url}/healthz`)).ok);
    await waitFor('the worker', () => worker.text().includes('"working"'));
    expect((await ask(url, '/readyz'))[0]).toBe(200);
    await (await new Visitor(url).signUp()).post('after the migration');
    expect([...errors(process), ...errors(worker)]).toEqual([]);
    await Promise.all([process.stop(), worker.stop()]);
  }, 120_000);

  test('waits for each of its shards that answers, and for none that is away', async () => {
    const clusters = [await PostgresCluster.start(true), await PostgresCluster.start(true)];
    const [first, other] = clusters.map(({ primary }) => primary);
    try {
      const migrated = bench.spawn('migrate', on(first));
      expect([await migrated.exited(), migrated.text()]).toEqual([0, expect.any(String)]);
      const { url, process } = await start(on(first, other));
      await waitFor('the API to wait', () => /"shards":\[1\].*waiting for the schema/.test(process.text()));
      expect(await ask(url, '/healthz')).toEqual([503, 'starting']);
      await other!.stop();
      await waitFor('the API to serve', async () => (await fetch(`${url}/healthz`)).ok);
      expect(await ask(url, '/readyz')).toEqual([200, 'degraded']);
      await process.stop();
    } finally {
      await Promise.all(clusters.map((cluster) => cluster.stop()));
    }
  }, 120_000);

  test('that is told to stop while it waits stops', async () => {
    await bench.cluster.primary.query('CREATE DATABASE never');
    const { process } = await start({ DB_NAME: 'never' });
    await waitFor('the API to wait', () => process.text().includes('waiting for the schema'));
    expect([await process.stop(), errors(process)]).toEqual([0, []]);
  }, 120_000);
});

describe('the wait for the schema', () => {
  const log = pino({ level: 'silent' });
  let shards: Shards;
  beforeAll(() => {
    const pool = createPool({
      endpoint: { host: '127.0.0.1', port: bench.cluster.primary.port },
      database: 'app',
      user: 'postgres',
      caFile: bench.cluster.certificates.caFile,
      applicationName: 'test',
      size: 2,
      log,
    });
    shards = new Shards([new Database(pool, [], log)]);
  });
  afterAll(() => shards.close());

  test('ends, and the state of the schema is known from then on too', async () => {
    const level = shippedMigrations().length;
    const schema = new Schema(shards, log, level + 1, 0);
    expect(schema.waiting).toBe(true);
    await schema.wait();
    expect(schema.waiting).toBe(false);
    await expect(schema.check()).rejects.toThrow('shards 0 are not migrated');
    await bench.cluster.primary.query(
      "INSERT INTO schema_migrations (version, name, checksum) VALUES ($1, 'next', '')",
      [level + 1],
    );
    await schema.check();
    // A service of before finds a newer schema in order.
    const older = new Schema(shards, log, level, 60_000);
    await older.wait();
    await older.check();
  });

  test('goes on until a database knows which shard it is, as what is written before may belong elsewhere', async () => {
    await bench.cluster.primary.query('DELETE FROM physical_shard');
    const schema = new Schema(shards, log);
    await expect(schema.check()).rejects.toThrow('not migrated');
    await bench.cluster.primary.query('INSERT INTO physical_shard (number) VALUES (0)');
    await schema.check();
  });
});

describe('migrations over several shards', () => {
  test('that were killed between two of them are finished by the next run', async () => {
    const clusters = [await PostgresCluster.start(true), await PostgresCluster.start(true)];
    const [first, other] = clusters.map(({ primary }) => primary);
    const levels = () =>
      Promise.all(
        [first, other].map(async (server) => {
          const rows = await server!.query<{ version: number }>('SELECT version FROM schema_migrations');
          return rows.length;
        }),
      );
    try {
      // Of the second shard a part is there, and somebody keeps the rest from it.
      const pool = new Pool({ host: '127.0.0.1', port: other!.port, user: 'postgres', database: 'app' });
      const part = shippedMigrations().slice(0, 4);
      await withClient(pool, (client) => migrate(client, part, pino({ level: 'silent' })));
      const blocker = await pool.connect();
      await blocker.query('SELECT pg_advisory_lock(7430001)');
      const killed = bench.spawn('migrate', on(first, other));
      await waitFor('the first shard', () => /"shard":0.*schema up to date/.test(killed.text()));
      await killed.stop('SIGKILL');
      const all = shippedMigrations().length;
      expect(await levels()).toEqual([all, 4]);
      expect(await first!.query('SELECT FROM physical_shard')).toEqual([]);
      blocker.release(true);
      await pool.end();
      const again = bench.spawn('migrate', on(first, other));
      expect([await again.exited(), again.text()]).toEqual([0, expect.any(String)]);
      expect(await levels()).toEqual([all, all]);
      const numbers = [first, other].map((server) => server!.query('SELECT number FROM physical_shard'));
      expect(await Promise.all(numbers)).toEqual([[{ number: 0 }], [{ number: 1 }]]);
    } finally {
      await Promise.all(clusters.map((cluster) => cluster.stop()));
    }
  }, 120_000);
});
