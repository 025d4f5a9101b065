import { once } from 'node:events';
import { mkdirSync } from 'node:fs';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { join } from 'node:path';
import type { Address } from '../../tools/twin/address-plan';
import { TcpEndpoints } from '../../tools/twin/haproxy/tcp-endpoints';
import { Supervisor } from '../../tools/twin/process/supervisor';
import { nextEvent, openBench, type Bench } from './support';

let bench: Bench;
let supervisor: Supervisor;
let endpoints: TcpEndpoints;
let endpoint: Address;
const servers: Server[] = [];
const sockets: Socket[] = [];

/** A server that greets with its name. */
async function greeter(name: string): Promise<Address> {
  const address = bench.addresses.take('database', 5432);
  const server = createServer((socket) => {
    socket.on('error', () => undefined);
    socket.write(name);
  });
  server.listen(address);
  await once(server, 'listening');
  servers.push(server);
  return address;
}

async function open(): Promise<{ socket: Socket; greeting: string }> {
  const socket = connect(endpoint);
  socket.on('error', () => undefined);
  sockets.push(socket);
  const [data] = (await once(socket, 'data')) as [Buffer];
  return { socket, greeting: String(data) };
}

beforeAll(async () => {
  bench = openBench(68);
  // Longer than a Unix socket's path may be.
  const folder = join(bench.folder, 'a-folder-with-a-long-name'.repeat(4));
  mkdirSync(folder, { recursive: true });
  supervisor = new Supervisor(folder);
  endpoint = bench.addresses.take('databaseEndpoint', 5432);
  const plans = [{ name: 'writer', resource: 'aws_db_instance.a', listen: endpoint }];
  endpoints = new TcpEndpoints(supervisor, bench.events, plans, 2, 'database-endpoints');
  await endpoints.start(new Map([['writer', [await greeter('first')]]]));
}, 30_000);

afterAll(async () => {
  for (const socket of sockets) socket.destroy();
  await endpoints.stop();
  await supervisor.stopAll();
  for (const server of servers) server.close();
  await bench.close();
});

test('an endpoint that is pointed elsewhere cuts the old sessions and leads to the new server', async () => {
  const { socket, greeting } = await open();
  expect(greeting).toBe('first');
  const closed = once(socket, 'close');
  await endpoints.point('writer', [await greeter('second')]);
  await closed;
  expect((await open()).greeting).toBe('second');
}, 20_000);

test('several targets of one endpoint take turns', async () => {
  await endpoints.point('writer', [await greeter('third'), await greeter('fourth')]);
  const greetings = [await open(), await open(), await open(), await open()].map(({ greeting }) => greeting);
  expect(new Set(greetings)).toEqual(new Set(['third', 'fourth']));
  await expect(endpoints.point('writer', [endpoint, endpoint, endpoint])).rejects.toThrow(
    '3 targets, room for 2',
  );
  await expect(endpoints.point('reader', [endpoint])).rejects.toThrow('no endpoint reader');
}, 20_000);

test('a proxy that dies comes back pointing where it pointed last', async () => {
  await endpoints.point('writer', [await greeter('fifth')]);
  endpoints.crash();
  await nextEvent(bench.events, 'server-restarted');
  expect((await open()).greeting).toBe('fifth');
}, 20_000);
