import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from 'pg';
import type { Address } from '../../tools/twin/address-plan';
import { TcpEndpoints } from '../../tools/twin/haproxy/tcp-endpoints';
import { PostgresCluster } from '../../tools/twin/postgres/cluster';
import { ControlLoop } from '../../tools/twin/postgres/control-loop';
import { discardPostgres, preparePostgres } from '../../tools/twin/postgres/host';
import type { PostgresHost } from '../../tools/twin/postgres/server';
import { descendants, identify } from '../../tools/twin/process/process-table';
import { waitUntil } from '../../tools/twin/process/wait-until';
import { nextEvent, openBench, type Bench } from './support';

const ADMIN = { user: 'tiers_admin', password: 'correct horse' };

let bench: Bench;
let host: PostgresHost;
let endpoints: TcpEndpoints;
let cluster: PostgresCluster;
let loop: ControlLoop;
let endpoint: Address;

function client(address: Address, who: { user: string; password: string }, tls = true): Client {
  const connection = new Client({
    ...address,
    ...who,
    database: 'app',
    ssl: tls ? { ca: host.caPem } : false,
    connectionTimeoutMillis: 3000,
    query_timeout: 5000,
  });
  connection.on('error', () => undefined);
  return connection;
}

async function withClient<T>(
  address: Address,
  who: typeof ADMIN,
  work: (client: Client) => Promise<T>,
): Promise<T> {
  const connection = client(address, who);
  await connection.connect();
  try {
    return await work(connection);
  } finally {
    await connection.end();
  }
}

/** Waits for a state of the servers; a bound, not a measure. */
async function until(state: () => Promise<boolean>): Promise<void> {
  await waitUntil('expected state', state, { timeoutMs: 40_000, intervalMs: 50 });
}

beforeAll(async () => {
  bench = openBench(61);
  const { supervisor, events, addresses } = bench;
  await supervisor.reap();
  host = preparePostgres(supervisor, bench.certificate, bench.authority.file);
  endpoint = addresses.take('databaseEndpoint', 5432);
  endpoints = new TcpEndpoints(
    supervisor,
    events,
    [{ name: 'shard-00-a', resource: 'aws_db_instance.shard_00_a', listen: endpoint }],
    1,
  );
  await endpoints.start(new Map());
  cluster = new PostgresCluster(
    host,
    events,
    {
      resource: 'aws_db_instance.shard_00_a',
      name: 'shard-00-a',
      multiAz: true,
      databaseName: 'app',
      adminUser: ADMIN.user,
      adminPassword: ADMIN.password,
      parameters: {},
      forceTls: true,
      replicas: [{ resource: 'aws_db_instance.shard_00_b', name: 'shard-00-b' }],
    },
    { address: endpoint, point: (target) => endpoints.point('shard-00-a', [target]) },
    () => addresses.take('database', 5432),
  );
  await cluster.start();
  loop = new ControlLoop(cluster);
}, 90_000);

afterAll(async () => {
  await loop?.stop();
  await bench.close();
  discardPostgres(host);
}, 60_000);

test('members of rds_iam sign in with any token, others need their password, and none without TLS', async () => {
  await withClient(endpoint, ADMIN, async (admin) => {
    await admin.query('CREATE ROLE service LOGIN; GRANT rds_iam TO service; CREATE ROLE stranger LOGIN');
    await admin.query('GRANT ALL ON SCHEMA public TO service');
  });
  await withClient(endpoint, { user: 'service', password: 'a token' }, async (service) => {
    await service.query('CREATE TABLE entry (id bigint PRIMARY KEY)');
  });
  await expect(client(endpoint, { user: 'stranger', password: 'a token' }).connect()).rejects.toThrow(
    /password/,
  );
  await expect(client(endpoint, { ...ADMIN, password: 'wrong' }).connect()).rejects.toThrow(/password/);
  await expect(client(endpoint, ADMIN, false).connect()).rejects.toThrow(/no encryption/);
});

test('a killed writer is replaced by its standby without losing an acknowledged write, and redundancy returns', async () => {
  const before = cluster.primary;
  const acknowledged: number[] = [];
  const warned = new Set<Client>();
  let writing = true;
  const writer = (async () => {
    let connection: Client | undefined;
    for (let id = 1; writing; id += 1) {
      try {
        if (!connection) {
          connection = client(endpoint, { user: 'service', password: 'x' });
          const opened = connection;
          // A commit that comes with a warning was not confirmed by the standby.
          opened.on('notice', () => warned.add(opened));
          await opened.connect();
        }
        await connection.query('INSERT INTO entry VALUES ($1)', [id]);
        if (!warned.has(connection)) acknowledged.push(id);
      } catch {
        await connection?.end().catch(() => undefined);
        connection = undefined;
        await sleep(50);
      }
    }
    await connection?.end();
  })();
  while (acknowledged.length < 200) await sleep(10);
  const since = bench.events.all.length;
  process.kill(before.server.pid ?? 0, 'SIGKILL');
  await nextEvent(bench.events, 'promoted', { since });
  const atPromotion = acknowledged.length;
  while (acknowledged.length < atPromotion + 50) await sleep(10);
  writing = false;
  await writer;
  await nextEvent(bench.events, 'standby-in-sync', { since, part: before.name });

  expect(cluster.primary).not.toBe(before);
  const rows = await cluster.primary.server.query<{ id: string }>('SELECT id FROM entry', [], {
    database: 'app',
  });
  const stored = new Set(rows.map((row) => Number(row.id)));
  expect(acknowledged.filter((id) => !stored.has(id))).toEqual([]);
}, 120_000);

test('after the failover the replica follows the new writer', async () => {
  const [replica] = cluster.replicas;
  await withClient(endpoint, { user: 'service', password: 'x' }, (service) =>
    service.query('INSERT INTO entry VALUES (-1)'),
  );
  await until(async () => {
    const rows = await replica?.server.query('SELECT 1 FROM entry WHERE id = -1', [], { database: 'app' });
    return rows?.length === 1;
  });
}, 60_000);

test('a replica that was ahead of the promoted standby is made anew', async () => {
  const { standby, primary } = cluster;
  const [replica] = cluster.replicas;
  // The standby is cut off, a write waits for it without being acknowledged, and only the replica has it.
  await standby?.server.query("ALTER SYSTEM SET primary_conninfo = 'host=127.0.0.1 port=1'");
  await standby?.server.query('SELECT pg_reload_conf()');
  await until(async () => {
    const rows = await primary.server.query(
      "SELECT 1 FROM pg_stat_replication WHERE application_name = 'standby'",
    );
    return rows.length === 0;
  });
  const waiting = client(endpoint, { user: 'service', password: 'x' });
  await waiting.connect();
  const lost = waiting.query('INSERT INTO entry VALUES (-3)').catch(() => undefined);
  await until(async () => {
    const sql = "SELECT 1 FROM pg_stat_activity WHERE wait_event = 'SyncRep'";
    return (await primary.server.query(sql)).length === 1;
  });
  const since = bench.events.all.length;
  process.kill(primary.server.pid ?? 0, 'SIGKILL');
  await nextEvent(bench.events, 'promoted', { since });
  await nextEvent(bench.events, 'replica-restored', { since, part: replica?.name });
  await lost;
  await nextEvent(bench.events, 'standby-in-sync', { since });
}, 90_000);

test('a writer that hangs is fenced and replaced like one that died', async () => {
  const { primary } = cluster;
  const root = primary.server.pid ?? 0;
  const since = bench.events.all.length;
  // The postmaster first: a child that ends after that is not reaped, so each of them can still be stopped.
  process.kill(root, 'SIGSTOP');
  const children = descendants(root).map(({ pid }) => pid);
  for (const pid of children) process.kill(pid, 'SIGSTOP');
  const hung = [root, ...children];
  await nextEvent(bench.events, 'promoted', { since });
  expect(hung.flatMap((pid) => identify(pid) ?? [])).toEqual([]);
  await nextEvent(bench.events, 'standby-in-sync', { since, part: primary.name });
  await withClient(endpoint, { user: 'service', password: 'x' }, (service) =>
    service.query('INSERT INTO entry VALUES (-4)'),
  );
}, 90_000);

test('a killed replica is made anew while the writer goes on', async () => {
  const [replica] = cluster.replicas;
  const since = bench.events.all.length;
  process.kill(replica?.server.pid ?? 0, 'SIGKILL');
  await nextEvent(bench.events, 'replica-restored', { since });
  const rows = await replica?.server.query<{ n: string }>('SELECT count(*) AS n FROM entry', [], {
    database: 'app',
  });
  expect(Number(rows?.[0]?.n)).toBeGreaterThan(200);
}, 60_000);

test('a killed standby does not stop writes for good, and is made anew', async () => {
  const since = bench.events.all.length;
  process.kill(cluster.standby?.server.pid ?? 0, 'SIGKILL');
  await nextEvent(bench.events, 'standby-in-sync', { since });
  expect(cluster.redundant).toBe(true);
  await withClient(endpoint, { user: 'service', password: 'x' }, (service) =>
    service.query('INSERT INTO entry VALUES (-2)'),
  );
}, 60_000);

test('a writer that is lost together with its standby is started again on its own data', async () => {
  const since = bench.events.all.length;
  for (const member of [cluster.standby, cluster.primary]) process.kill(member?.server.pid ?? 0, 'SIGKILL');
  await nextEvent(bench.events, 'primary-restarted', { since });
  await nextEvent(bench.events, 'standby-in-sync', { since });
  const rows = await cluster.primary.server.query('SELECT 1 FROM entry WHERE id = -2', [], {
    database: 'app',
  });
  expect(rows).toHaveLength(1);
  expect(bench.events.all.slice(since).filter((event) => event.kind === 'promoted')).toEqual([]);
}, 90_000);
