import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Agent, request } from 'undici';
import { accepts } from '../../tools/twin/address-plan';
import type { TwinEvent } from '../../tools/twin/events';
import { descendants, isAlive, type ProcessIdentity } from '../../tools/twin/process/process-table';
import { waitUntil } from '../../tools/twin/process/wait-until';
import { synthesized } from './support';
import { TwinRun } from './twin-run';

/** The whole twin through its command line, with the sample service as `npm run build` left it. */
const BLOCK = 65;
const OFFSET = 9650;
const SITE = `https://localhost:${443 + OFFSET}`;

let folder: string;
let plan: string;
let runFolder: string;
const runs: TwinRun[] = [];

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'tiers-test-twin-'));
  runFolder = join(folder, 'run');
  plan = synthesized(join(folder, 'plan'), 'local');
}, 60_000);

afterAll(async () => {
  for (const run of runs) await run.stop();
  rmSync(folder, { recursive: true, force: true });
}, 60_000);

function tiers(plan: string, ...more: string[]): TwinRun {
  const run = new TwinRun({ runFolder, block: BLOCK, offset: OFFSET, plan, more });
  runs.push(run);
  return run;
}

function client(): Agent {
  return new Agent({ connect: { ca: readFileSync(join(runFolder, 'tls', 'ca.pem'), 'utf8') } });
}

function eventsOf(kind: string): TwinEvent[] {
  const lines = readFileSync(join(runFolder, 'events.jsonl'), 'utf8').trim().split('\n');
  return lines.map((line) => JSON.parse(line) as TwinEvent).filter((event) => event.kind === kind);
}

/** Every process below the twin, itself included. */
function family(run: TwinRun): ProcessIdentity[] {
  return descendants(run.child.pid ?? 0);
}

function commandOf(pid: number): string {
  return spawnSync('ps', ['-p', String(pid), '-o', 'args='], { encoding: 'utf8' }).stdout.trim();
}

/** A copy of the plan with one text in it replaced. */
function changedPlan(name: string, from: string, to: string): string {
  const changed = join(folder, name);
  cpSync(plan, changed, { recursive: true });
  const file = join(changed, 'stacks', 'local-us-east-1-app', 'cdk.tf.json');
  const text = readFileSync(file, 'utf8');
  expect(text).toContain(from);
  writeFileSync(file, text.replaceAll(from, to));
  return changed;
}

/** Addresses that the twin printed. */
function printed(run: TwinRun): { host: string; port: number }[] {
  return [...run.text().matchAll(/(127\.\d+\.\d+\.\d+|localhost):(\d+)$/gm)].map(([, host, port]) => ({
    host: host === 'localhost' ? '127.0.0.1' : String(host),
    port: Number(port),
  }));
}

test('a plan that denies the service what it needs is refused before anything starts', async () => {
  const broken = changedPlan('denied', 'sqs:SendMessage', 'sqs:Nothing');
  const run = tiers(broken);
  expect(await run.ended).toBe(1);
  expect(run.text()).toMatch(/aws_iam_role\.web_role.*sqs:SendMessage/s);
  expect(existsSync(join(runFolder, 'lock'))).toBe(false);
  expect(run.text()).not.toContain('Fleets');
}, 60_000);

test('a health check on a path that the service does not have fails the start, which leaves nothing behind', async () => {
  const broken = changedPlan('wrong-path', '"path": "/healthz"', '"path": "/nowhere"');
  const run = tiers(broken);
  await waitUntil('processes', () => family(run).length > 10, { timeoutMs: 60_000 });
  const members = family(run);
  expect(await run.ended).toBe(1);
  expect(run.text()).toMatch(
    /aws_lb_target_group\.\S+: target i-\w+ is not healthy: GET \/nowhere at \S+ answered 404/,
  );
  expect(members.filter(isAlive)).toEqual([]);
}, 120_000);

test('a twin that was killed leaves nothing that the next start does not end; one address for all serves as well', async () => {
  const first = tiers(plan, '--address-mode', 'port-each');
  await first.untilServing();
  expect(new Set(printed(first).map(({ host }) => host))).toEqual(new Set(['127.0.0.1']));
  const agent = client();
  const ready = await request(`${SITE}/readyz`, { dispatcher: agent });
  expect(ready.statusCode).toBe(200);
  expect(await ready.body.json()).toMatchObject({ status: 'ready' });
  await agent.close();

  const refused = tiers(plan);
  expect(await refused.ended).toBe(1);
  expect(refused.text()).toContain(`already running here (process ${first.child.pid})`);

  const orphans = family(first);
  expect(orphans.length).toBeGreaterThan(10);
  first.child.kill('SIGKILL');
  await first.ended;
  expect(orphans.filter(isAlive).length).toBeGreaterThan(5);

  const second = tiers(plan);
  await second.untilServing();
  expect(second.text()).toMatch(/Ended \d+ processes that an earlier twin had left behind/);
  expect(orphans.filter(isAlive)).toEqual([]);
}, 300_000);

test('one service process killed by hand: the site goes on serving, and the fleet replaces it', async () => {
  const [run] = runs.slice(-1);
  if (!run) throw new Error('no twin');
  const agent = client();
  const launched = eventsOf('instance-healthy').length;
  const victim = family(run).find(({ pid }) => {
    return commandOf(pid).includes('service/api.js');
  });
  let served = 0;
  let failed = 0;
  let going = true;
  const load = (async () => {
    while (going) {
      // A client that retries once, as browsers and the SDKs do for a GET: the balancer itself does not.
      const ask = async (): Promise<boolean> => {
        try {
          const { statusCode, body } = await request(`${SITE}/healthz`, { dispatcher: agent });
          await body.dump();
          return statusCode === 200;
        } catch {
          return false;
        }
      };
      const answered = (await ask()) || (await ask()) || (await ask());
      if (answered) served += 1;
      else failed += 1;
      await sleep(10);
    }
  })();
  await sleep(500);
  process.kill(victim?.pid ?? 0, 'SIGKILL');
  await waitUntil('the replacement', () => eventsOf('instance-healthy').length > launched, {
    timeoutMs: 60_000,
  });
  const before = served;
  await waitUntil('more requests', () => served > before + 50, { timeoutMs: 60_000 });
  going = false;
  await load;
  expect(failed).toBe(0);
  expect(eventsOf('instance-ended')).toHaveLength(1);
  await agent.close();
}, 120_000);

test('a killed database writer: the service goes on, and no acknowledged post is lost', async () => {
  const [run] = runs.slice(-1);
  if (!run) throw new Error('no twin');
  const agent = client();
  const call = async (method: 'GET' | 'POST', path: string, body?: object, token?: string) => {
    const answer = await request(`${SITE}${path}`, {
      method,
      dispatcher: agent,
      headers: { 'content-type': 'application/json', ...(token ? { authorization: `Bearer ${token}` } : {}) },
      body: body && JSON.stringify(body),
    });
    return { status: answer.statusCode, body: (await answer.body.json()) as Record<string, unknown> };
  };
  const account = await call('POST', '/v1/users', { name: 'drill', password: 'correct horse battery' });
  expect(account.status).toBe(201);
  const token = String(account.body['token']);
  const acknowledged: string[] = [];
  let going = true;
  const writer = (async () => {
    while (going) {
      const answer = await call('POST', '/v1/posts', { text: 'kept' }, token).catch(() => undefined);
      if (answer?.status === 201) acknowledged.push(String((answer.body['post'] as { id: unknown }).id));
      else await sleep(50);
    }
  })();
  await waitUntil('posts before', () => acknowledged.length > 30, { timeoutMs: 30_000 });
  const postmaster = family(run).find(({ pid }) => /bin\/postgres -D \S*shard-00-a-1$/.test(commandOf(pid)));
  process.kill(postmaster?.pid ?? 0, 'SIGKILL');
  await waitUntil('the promotion', () => eventsOf('promoted').length === 1, { timeoutMs: 30_000 });
  const atPromotion = acknowledged.length;
  await waitUntil('posts after', () => acknowledged.length > atPromotion + 30, { timeoutMs: 60_000 });
  going = false;
  await writer;
  const lost: string[] = [];
  for (const id of acknowledged) {
    const found = await waitUntil(
      `post ${id}`,
      async () => {
        const { status } = await call('GET', `/v1/posts/${id}`, undefined, token);
        return status < 500 && { status };
      },
      { timeoutMs: 20_000 },
    );
    if (found.status !== 200) lost.push(id);
  }
  expect(lost).toEqual([]);
  await waitUntil('a new standby', () => eventsOf('standby-in-sync').length >= 2, { timeoutMs: 60_000 });
  await agent.close();
}, 180_000);

test('a signal ends every process and frees every port', async () => {
  const [run] = runs.slice(-1);
  if (!run) throw new Error('no twin');
  const members = family(run);
  const addresses = printed(run);
  expect(addresses.length).toBeGreaterThan(10);
  run.child.kill('SIGINT');
  expect(await run.ended).toBe(130);
  expect(members.filter(isAlive)).toEqual([]);
  const open = await Promise.all(addresses.map((address) => accepts(address)));
  expect(addresses.filter((_, index) => open[index])).toEqual([]);
  expect(existsSync(join(runFolder, 'lock'))).toBe(false);
}, 60_000);
