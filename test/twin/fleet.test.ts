import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Agent, request } from 'undici';
import type { Address } from '../../tools/twin/address-plan';
import { Fleet } from '../../tools/twin/fleet/fleet';
import type { Instance } from '../../tools/twin/fleet/instance';
import { Balancer } from '../../tools/twin/haproxy/balancer';
import type { BalancerPlan, TargetGroupPlan } from '../../tools/twin/haproxy/plan';
import { waitUntil } from '../../tools/twin/process/wait-until';
import { nextEvent, openBench, type Bench } from './support';

const OFFSET = 9640;
const SITE = `https://localhost:${443 + OFFSET}`;
/** A small service of its own: real processes, without the database that the sample service needs. */
const SERVICE = `
  const http = require('node:http');
  let sick = false;
  const server = http.createServer((request, response) => {
    const { url, headers } = request;
    if (url === '/sick') sick = true;
    if (url === '/healthz') response.statusCode = sick ? 500 : 200;
    else if (url !== '/sick' && !url.startsWith('/slow') && url !== '/') response.statusCode = 404;
    const body = JSON.stringify({ id: process.env.INSTANCE_ID, plan: process.env.FROM_PLAN, headers });
    if (url.startsWith('/slow')) setTimeout(() => response.end(body), 1500);
    else response.end(body);
  });
  server.listen(Number(process.env.PORT), process.env.LISTEN_HOST);
  process.on('SIGTERM', () => server.close(() => process.exit(0)));`;

const group: TargetGroupPlan = {
  resource: 'stack:aws_lb_target_group.web',
  name: 'web',
  port: 8080,
  algorithm: 'round_robin',
  deregistrationDelay: 10,
  stickySeconds: undefined,
  healthCheck: {
    path: '/healthz',
    port: 'traffic-port',
    interval: 1,
    timeout: 1,
    healthyThreshold: 2,
    unhealthyThreshold: 2,
    matcher: '200',
  },
};

let bench: Bench;
let balancer: Balancer;
let fleet: Fleet;
let agent: Agent;

interface Answer {
  readonly id: string;
  readonly plan: string;
  readonly headers: Record<string, string>;
}

async function get(path = '/'): Promise<Answer> {
  const { statusCode, body } = await request(`${SITE}${path}`, { dispatcher: agent });
  const text = await body.text();
  if (statusCode !== 200) throw new Error(`${path} answered ${statusCode}`);
  return JSON.parse(text) as Answer;
}

function address(instance: Instance | undefined): Address {
  if (!instance) throw new Error('the fleet has no instance');
  return instance.address;
}

function makeFleet(target: TargetGroupPlan, name: string, startTimeoutMs: number): Fleet {
  const built = join(bench.folder, 'dist');
  return new Fleet({
    events: bench.events,
    startTimeoutMs,
    plan: {
      resource: `stack:aws_autoscaling_group.${name}`,
      name,
      desired: 2,
      healthType: 'ELB',
      grace: 1,
      units: [{ role: 'api', unit: 'tiers-api.service' }],
      environment: { PORT: '8080', FROM_PLAN: 'yes' },
      targetGroups: [{ balancer, plan: target }],
    },
    machine: {
      supervisor: bench.supervisor,
      built,
      environment: (address, id) => ({
        PATH: process.env['PATH'] ?? '/usr/bin:/bin',
        LISTEN_HOST: address.host,
        PORT: String(address.port),
        INSTANCE_ID: id,
      }),
    },
    takeAddress: () => bench.addresses.take('web', 8080),
    releaseAddress: (address) => bench.addresses.release(address),
    targetAddress: (address, port) => ({ host: address.host, port: port === 8080 ? address.port : port }),
  });
}

beforeAll(async () => {
  bench = openBench(64);
  mkdirSync(join(bench.folder, 'dist', 'service'), { recursive: true });
  writeFileSync(join(bench.folder, 'dist', 'service', 'api.js'), SERVICE);
  const plan: BalancerPlan = {
    resource: 'stack:aws_lb.web',
    name: 'web',
    idleTimeout: 60,
    certificateNames: [],
    targetGroups: [
      group,
      { ...group, name: 'wrong-path', healthCheck: { ...group.healthCheck, path: '/nowhere' } },
      { ...group, name: 'wrong-port', port: 8081 },
    ],
    listeners: [
      {
        resource: 'stack:aws_lb_listener.https',
        port: 443,
        protocol: 'HTTPS',
        rules: [
          {
            resource: 'stack:aws_lb_listener_rule.sick',
            priority: 1,
            conditions: [{ kind: 'path', values: ['/slow-sick'] }],
            action: { kind: 'forward', targets: [{ group: 'wrong-path', weight: 1 }] },
          },
        ],
        defaultAction: { kind: 'forward', targets: [{ group: 'web', weight: 1 }] },
      },
    ],
  };
  const { supervisor, events, certificate, authority } = bench;
  balancer = new Balancer(supervisor, events, plan, {
    portOffset: OFFSET,
    host: '127.0.0.1',
    tlsBundle: certificate.bundle,
  });
  // All that afterAll ends is there before anything starts: a start that fails leaves nothing behind.
  fleet = makeFleet(group, 'web', 20_000);
  agent = new Agent({ connect: { ca: readFileSync(authority.file, 'utf8') } });
  await balancer.start();
  await fleet.start();
}, 60_000);

afterAll(async () => {
  await agent.close();
  await fleet.stop();
  await balancer.stop();
  await bench.close();
}, 30_000);

test('requests reach every instance, with the environment of the plan and the headers of a load balancer', async () => {
  const answers = [await get(), await get(), await get(), await get()];
  expect(new Set(answers.map(({ id }) => id))).toEqual(new Set(fleet.instances.map(({ id }) => id)));
  const [first] = answers;
  expect(first?.plan).toBe('yes');
  expect(first?.headers).toMatchObject({
    'x-forwarded-proto': 'https',
    'x-forwarded-port': String(443 + OFFSET),
    'x-forwarded-for': '127.0.0.1',
  });
  const { body } = await request(SITE, { dispatcher: agent, headers: { 'x-forwarded-for': '192.0.2.1' } });
  expect(((await body.json()) as Answer).headers['x-forwarded-for']).toBe('192.0.2.1, 127.0.0.1');
});

test('a target that is drained finishes what it has, and gets nothing new', async () => {
  const [target, other] = fleet.instances;
  const inFlight = Promise.all([get('/slow?1'), get('/slow?2'), get('/slow?3'), get('/slow?4')]);
  await sleep(300);
  const drained = balancer.drain('web', target?.id ?? '');
  const during = await Promise.all([get(), get(), get()]);
  expect(new Set(during.map(({ id }) => id))).toEqual(new Set([other?.id]));
  expect(new Set((await inFlight).map(({ id }) => id))).toEqual(new Set([target?.id, other?.id]));
  await drained;
  expect(await balancer.health('web', target?.id ?? '')).toBeUndefined();
  if (target) await balancer.register('web', { name: target.id, ...target.address });
  const after = [await get(), await get(), await get()];
  expect(new Set(after.map(({ id }) => id)).size).toBe(2);
}, 30_000);

test('an instance that dies is replaced', async () => {
  const [victim] = fleet.instances;
  const since = bench.events.all.length;
  process.kill(victim?.pid ?? 0, 'SIGKILL');
  await nextEvent(bench.events, 'instance-ended', { since, part: victim?.id });
  const launched = await nextEvent(bench.events, 'instance-healthy', { since });
  expect(fleet.instances.map(({ id }) => id)).toContain(launched.part);
  expect(fleet.instances).toHaveLength(2);
  expect(await balancer.health('web', victim?.id ?? '')).toBeUndefined();
  await get();
}, 30_000);

test('an instance that fails its health check is replaced', async () => {
  const since = bench.events.all.length;
  const { id } = await get('/sick');
  await nextEvent(bench.events, 'instance-unhealthy', { since, part: id });
  await nextEvent(bench.events, 'instance-healthy', { since });
  expect(fleet.instances.map((instance) => instance.id)).not.toContain(id);
  expect(fleet.instances).toHaveLength(2);
}, 30_000);

test('a group without a healthy target still gets requests, as a load balancer fails open', async () => {
  const [target] = fleet.instances;
  await expect(get('/slow-sick')).rejects.toThrow('/slow-sick answered 503'); // no target at all
  await balancer.register('wrong-path', { name: target?.id ?? '', ...address(target) });
  await waitUntil(
    'unhealthy',
    async () => (await balancer.health('wrong-path', target?.id ?? '')) === 'DOWN',
    {
      timeoutMs: 20_000,
    },
  );
  expect((await get('/slow-sick')).id).toBe(target?.id);
  await balancer.remove('wrong-path', target?.id ?? '');
}, 30_000);

test('a balancer that dies comes back with its targets', async () => {
  const since = bench.events.all.length;
  balancer.crash();
  await nextEvent(bench.events, 'server-restarted', { since });
  const answers = [await get(), await get(), await get()];
  expect(new Set(answers.map(({ id }) => id)).size).toBe(2);
}, 30_000);

test.each([
  [
    'wrong-path',
    { healthCheck: { ...group.healthCheck, path: '/nowhere' } },
    /GET \/nowhere at \S+ answered 404, the matcher is 200/,
  ],
  ['wrong-port', { port: 8081 }, /GET \/healthz at \S+:8081: .*ECONNREFUSED/],
])('a target group with a %s fails the start and is named', async (name, change, message) => {
  const failing = makeFleet(
    { ...group, ...change, name, resource: `stack:aws_lb_target_group.${name}` },
    name,
    1500,
  );
  const start = failing.start();
  await expect(start).rejects.toThrow(
    new RegExp(`stack:aws_lb_target_group.${name}: target i-\\w+ is not healthy`),
  );
  await expect(start).rejects.toThrow(message);
  await failing.stop();
});
