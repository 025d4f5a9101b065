import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Agent, request } from 'undici';
import { accepts } from '../../tools/twin/address-plan';
import type { TwinEvent } from '../../tools/twin/events';
import { descendants, isAlive, type ProcessIdentity } from '../../tools/twin/process/process-table';
import { waitUntil } from '../../tools/twin/process/wait-until';
import { synthesized } from './support';

/** The whole twin through its command line, with the sample service as `npm run build` left it. */
const BLOCK = 65;
const OFFSET = 9650;
const SITE = `https://localhost:${443 + OFFSET}`;
const START_TIMEOUT_MS = 120_000;

interface Run {
  readonly child: ChildProcess;
  readonly text: () => string;
  readonly ended: Promise<number | null>;
}

let folder: string;
let plan: string;
let runFolder: string;
const runs: Run[] = [];

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'tiers-test-twin-'));
  runFolder = join(folder, 'run');
  plan = synthesized(join(folder, 'plan'), 'local');
}, 60_000);

afterAll(async () => {
  for (const { child, ended } of runs) {
    child.kill('SIGTERM');
    await ended;
  }
  rmSync(folder, { recursive: true, force: true });
}, 60_000);

function tiers(...more: string[]): Run {
  const child = spawn(
    process.execPath,
    [
      ...['bin/tiers', 'up', '--no-synth', '--run-folder', runFolder, '--address-block', String(BLOCK)],
      ...['--port-offset', String(OFFSET), ...more],
    ],
    { stdio: ['ignore', 'pipe', 'pipe'] },
  );
  let text = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (text += String(chunk)));
  const ended = new Promise<number | null>((resolve) => child.once('exit', resolve));
  const run = { child, text: () => text, ended };
  runs.push(run);
  return run;
}

async function untilServing(run: Run): Promise<void> {
  await waitUntil('the twin is serving', () => run.text().includes('Ctrl-C here'), {
    timeoutMs: START_TIMEOUT_MS,
    stopIf: () => (run.child.exitCode === null ? undefined : `it ended with ${run.child.exitCode}`),
    details: run.text,
  });
}

function client(): Agent {
  return new Agent({ connect: { ca: readFileSync(join(runFolder, 'tls', 'ca.pem'), 'utf8') } });
}

function eventsOf(kind: string): TwinEvent[] {
  const lines = readFileSync(join(runFolder, 'events.jsonl'), 'utf8').trim().split('\n');
  return lines.map((line) => JSON.parse(line) as TwinEvent).filter((event) => event.kind === kind);
}

/** Every process below the twin, itself included. */
function family(run: Run): ProcessIdentity[] {
  return descendants(run.child.pid ?? 0);
}

/** Addresses that the twin printed. */
function printed(run: Run): { host: string; port: number }[] {
  return [...run.text().matchAll(/(127\.\d+\.\d+\.\d+|localhost):(\d+)$/gm)].map(([, host, port]) => ({
    host: host === 'localhost' ? '127.0.0.1' : String(host),
    port: Number(port),
  }));
}

test('a plan that denies the service what it needs is refused before anything starts', async () => {
  const broken = join(folder, 'broken');
  synthesized(broken, 'local');
  const file = join(broken, 'stacks', 'local-us-east-1-app', 'cdk.tf.json');
  const text = readFileSync(file, 'utf8');
  expect(text).toMatch(/sqs:SendMessage/);
  writeFileSync(file, text.replaceAll('sqs:SendMessage', 'sqs:Nothing'));
  const run = tiers('--synthesized', broken);
  expect(await run.ended).toBe(1);
  expect(run.text()).toMatch(/aws_iam_role\.web_role.*sqs:SendMessage/s);
  expect(existsSync(join(runFolder, 'lock'))).toBe(false);
  expect(run.text()).not.toContain('Fleets');
}, 60_000);

test('a twin that was killed leaves nothing that the next start does not end; one address for all serves as well', async () => {
  const first = tiers('--synthesized', plan, '--address-mode', 'port-each');
  await untilServing(first);
  expect(new Set(printed(first).map(({ host }) => host))).toEqual(new Set(['127.0.0.1']));
  const agent = client();
  const ready = await request(`${SITE}/readyz`, { dispatcher: agent });
  expect(ready.statusCode).toBe(200);
  expect(await ready.body.json()).toMatchObject({ status: 'ready' });
  await agent.close();

  const refused = tiers('--synthesized', plan);
  expect(await refused.ended).toBe(1);
  expect(refused.text()).toContain(`already running here (process ${first.child.pid})`);

  const orphans = family(first);
  expect(orphans.length).toBeGreaterThan(10);
  first.child.kill('SIGKILL');
  await first.ended;
  expect(orphans.filter(isAlive).length).toBeGreaterThan(5);

  const second = tiers('--synthesized', plan);
  await untilServing(second);
  expect(second.text()).toMatch(/Ended \d+ processes that an earlier twin had left behind/);
  expect(orphans.filter(isAlive)).toEqual([]);
}, 300_000);

test('one service process killed by hand: the site goes on serving, and the fleet replaces it', async () => {
  const [run] = runs.slice(-1);
  if (!run) throw new Error('no twin');
  const agent = client();
  const launched = eventsOf('instance-healthy').length;
  const victim = family(run).find(({ pid }) => {
    const command = readFileSync(`/proc/${pid}/cmdline`, 'utf8');
    return command.includes('service/api.js');
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
