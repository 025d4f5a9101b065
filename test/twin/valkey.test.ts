import { setTimeout as sleep } from 'node:timers/promises';
import { readFileSync } from 'node:fs';
import Redis from 'ioredis';
import type { Address } from '../../tools/twin/address-plan';
import { TcpEndpoints } from '../../tools/twin/haproxy/tcp-endpoints';
import { findValkey } from '../../tools/twin/valkey/binary';
import { ReplicationGroup } from '../../tools/twin/valkey/replication-group';
import { nextEvent, openBench, type Bench } from './support';

const RESOURCE = 'aws_elasticache_replication_group.cache';
let bench: Bench;
let group: ReplicationGroup;
let primary: Address;
let readers: Address;
const open: Redis[] = [];

/** A client as the service has it: TLS to the endpoint, any password. */
async function client(address: Address, username = 'service'): Promise<Redis> {
  const connection = new Redis({
    ...address,
    username,
    password: 'an IAM token',
    tls: { ca: readFileSync(bench.authority.file, 'utf8') },
    lazyConnect: true,
    retryStrategy: () => null,
    maxRetriesPerRequest: 0,
    disconnectTimeout: 50,
    enableReadyCheck: false, // INFO is a command that the user of the plan may not use
  });
  connection.on('error', () => undefined);
  open.push(connection);
  await connection.connect();
  return connection;
}

beforeAll(async () => {
  bench = openBench(62);
  const { supervisor, events, addresses, certificate } = bench;
  primary = addresses.take('cacheEndpoint', 6379);
  readers = addresses.take('cacheEndpoint', 6379);
  const endpoints = new TcpEndpoints(
    supervisor,
    events,
    [
      { name: 'primary', resource: RESOURCE, listen: primary, tlsBundle: certificate.bundle },
      { name: 'readers', resource: RESOURCE, listen: readers, tlsBundle: certificate.bundle },
    ],
    2,
  );
  await endpoints.start(new Map());
  group = new ReplicationGroup(
    supervisor,
    events,
    { resource: RESOURCE, name: 'cache', nodes: 3, automaticFailover: true },
    {
      binary: findValkey(process.cwd()),
      users: [{ name: 'service', accessString: 'on ~* +@all -@dangerous', authentication: 'iam' }],
      maxmemoryPolicy: 'allkeys-lru',
      operator: { user: 'twin', password: 'only-for-this-test' },
    },
    {
      pointPrimary: (target) => endpoints.point('primary', [target]),
      pointReaders: (targets) => endpoints.point('readers', targets),
    },
    () => addresses.take('cache', 6379),
  );
  await group.start();
}, 60_000);

afterAll(async () => {
  for (const connection of open) connection.disconnect();
  await group.stop();
  await bench.close();
}, 30_000);

test('the user of the plan writes at the primary endpoint and reads at the reader endpoint, within its commands', async () => {
  const writer = await client(primary);
  await writer.set('greeting', 'hello');
  await writer.wait(2, 2000);
  const reader = await client(readers);
  expect(await reader.get('greeting')).toBe('hello');
  await expect(reader.set('greeting', 'no')).rejects.toThrow(/READONLY/);
  await expect(writer.flushall()).rejects.toThrow(/NOPERM/);
  await expect(client(primary, 'default').then((stranger) => stranger.get('greeting'))).rejects.toThrow();
});

test('a killed primary is replaced by a replica and comes back as one', async () => {
  const before = group.primary;
  const writer = await client(primary);
  await writer.set('kept', 'yes');
  await writer.wait(2, 2000);
  process.kill(before.pid ?? 0, 'SIGKILL');
  await nextEvent(bench.events, 'promoted');
  await nextEvent(bench.events, 'replica-restored', { part: before.name });
  expect(group.primary).not.toBe(before);
  const again = await client(primary);
  expect(await again.get('kept')).toBe('yes');
  await again.set('after', 'yes');
  expect(await again.wait(2, 5000)).toBe(2);
}, 60_000);

test('a killed replica leaves the reader endpoint and comes back', async () => {
  const replica = group.nodes.find((node) => node !== group.primary);
  const since = bench.events.all.length;
  process.kill(replica?.pid ?? 0, 'SIGKILL');
  await nextEvent(bench.events, 'replica-restored', { since, part: replica?.name });
  for (let turn = 0; turn < 4; turn += 1) {
    const reader = await client(readers);
    expect(await reader.get('kept')).toBe('yes');
    await sleep(10);
  }
}, 60_000);
