import { execFileSync, spawn } from 'node:child_process';
import { appendFileSync, existsSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { accepts } from '../../tools/twin/address-plan';
import { lockFolder, TwinRunningError } from '../../tools/twin/process/lock';
import { descendants, identify, isAlive } from '../../tools/twin/process/process-table';
import { Supervisor } from '../../tools/twin/process/supervisor';
import { waitUntil } from '../../tools/twin/process/wait-until';
import { workingIn } from '../../tools/twin/process/working-in';
import { ADDRESS_MODE } from './support';

const ENV = { PATH: process.env['PATH'] ?? '/usr/bin:/bin' };
/** A shell with two children, which leave its process group as PostgreSQL's backends leave their postmaster's. */
const APART = `perl -MPOSIX -e 'setsid(); exec "sleep", "600"'`;
const FAMILY = `${APART} & ${APART} & wait`;
const SUPERVISOR = resolve('tools/twin/process/supervisor.ts');
const LOCK = resolve('tools/twin/process/lock.ts');

let folder: string;
beforeEach(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), 'tiers-test-process-')));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

async function untilFamilyOf(pid: number): Promise<number> {
  return waitUntil('children', () => descendants(pid).length >= 2 && descendants(pid).length, {
    timeoutMs: 10_000,
  });
}

test('a stop ends the whole tree, also children that left the process group', async () => {
  const supervisor = new Supervisor(folder);
  const family = await supervisor.start({
    name: 'family',
    command: 'bash',
    args: ['-c', FAMILY],
    env: ENV,
    graceMs: 500,
  });
  await untilFamilyOf(family.pid);
  const members = [family.identity, ...descendants(family.pid)];
  await supervisor.stopAll();
  expect(members.filter(isAlive)).toEqual([]);
  await expect(supervisor.start({ name: 'late', command: 'sleep', args: ['1'], env: ENV })).rejects.toThrow(
    /stopping/,
  );
});

test('a process that ignores SIGTERM is killed after its grace', async () => {
  const supervisor = new Supervisor(folder);
  const stubborn = await supervisor.start({
    name: 'stubborn',
    command: 'bash',
    args: ['-c', 'trap "" TERM; echo ready; while true; do sleep 1; done'],
    env: ENV,
    graceMs: 300,
  });
  await waitUntil('ready', () => stubborn.lastLines().includes('ready'), { timeoutMs: 10_000 });
  await stubborn.stop();
  expect(isAlive(stubborn.identity)).toBe(false);
  expect((await stubborn.exited).signal).toBe('SIGKILL');
});

test('the next start ends what a killed supervisor left behind, and frees its port', async () => {
  const address = { host: ADDRESS_MODE === 'address-each' ? '127.63.1.1' : '127.0.0.1', port: 15_999 };
  const script = `
    require('ts-node/register');
    const { Supervisor } = require(${JSON.stringify(SUPERVISOR)});
    const env = { PATH: process.env.PATH };
    const server = 'require("net").createServer().listen(${address.port}, "${address.host}")';
    (async () => {
      const supervisor = new Supervisor(${JSON.stringify(folder)});
      const family = await supervisor.start({ name: 'family', command: 'bash', args: ['-c', ${JSON.stringify(FAMILY)}], env });
      await supervisor.start({ name: 'server', command: process.execPath, args: ['-e', server], env });
      console.log(family.pid);
    })();`;
  const first = spawn(process.execPath, ['-e', script], {
    cwd: process.cwd(),
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let output = '';
  first.stdout.on('data', (chunk) => (output += String(chunk)));
  await waitUntil('first supervisor', () => /\d+/.test(output) && accepts(address), { timeoutMs: 30_000 });
  const pid = Number(output.trim());
  await untilFamilyOf(pid);
  const orphans = [identify(pid), ...descendants(pid)].flatMap((identity) => identity ?? []);
  const ended = new Promise((done) => first.once('exit', done));
  first.kill('SIGKILL');
  await ended;
  expect(orphans.filter(isAlive)).toHaveLength(orphans.length);

  const second = new Supervisor(folder);
  const reaped = await second.reap();
  expect(reaped.map(({ name }) => name).sort()).toEqual(['family', 'server']);
  expect(orphans.filter(isAlive)).toEqual([]);
  expect(await accepts(address)).toBe(false);
  expect(await second.reap()).toEqual([]);
}, 60_000);

test('a recorded number that belongs to another process by now is left alone', async () => {
  const innocent = spawn('sleep', ['600'], { stdio: 'ignore' });
  try {
    const record = { pid: innocent.pid, startedAt: 'another time', name: 'old', stopSignal: 'SIGTERM' };
    writeFileSync(join(folder, 'processes.jsonl'), `${JSON.stringify(record)}\n`);
    appendFileSync(join(folder, 'processes.jsonl'), '{"pid": 12'); // cut by a crash
    expect(await new Supervisor(folder).reap()).toEqual([]);
    expect(identify(innocent.pid ?? 0)).toBeDefined();
  } finally {
    innocent.kill('SIGKILL');
  }
});

test('a folder is locked by one living process at a time', async () => {
  const script = `
    require('ts-node/register');
    require(${JSON.stringify(LOCK)}).lockFolder(${JSON.stringify(folder)});
    console.log('locked'); setInterval(() => {}, 1000);`;
  const holder = spawn(process.execPath, ['-e', script], {
    cwd: process.cwd(),
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await new Promise((locked) => holder.stdout.once('data', locked));
  expect(() => lockFolder(folder)).toThrow(TwinRunningError);
  expect(() => lockFolder(folder)).toThrow(new RegExp(`already running here \\(process ${holder.pid}\\)`));
  const ended = new Promise((done) => holder.once('exit', done));
  holder.kill('SIGKILL');
  await ended;
  const unlock = lockFolder(folder);
  expect(existsSync(join(folder, 'lock'))).toBe(true);
  unlock();
  expect(existsSync(join(folder, 'lock'))).toBe(false);
}, 30_000);

test('waiting for a process that ends says so, with the last lines of its log', async () => {
  const supervisor = new Supervisor(folder);
  const failing = await supervisor.start({
    name: 'failing',
    command: 'bash',
    args: ['-c', 'echo "port is taken" >&2; exit 3'],
    env: ENV,
  });
  const waiting = waitUntil('the server', () => false, {
    timeoutMs: 20_000,
    stopIf: failing.endReason,
    details: failing.lastLines,
  });
  await expect(waiting).rejects.toThrow(
    /the server: process \d+ ended with exit code 3\n.*failing\.log:\n {2}port is taken/s,
  );
  await expect(
    supervisor.start({ name: 'none', command: '/no/such/program', args: [], env: ENV }),
  ).rejects.toThrow(/none: \/no\/such\/program can't be started/);
  await supervisor.stopAll();
});

test('waiting that takes too long says what was last seen', async () => {
  const probe = (): never => {
    throw new Error('connection refused');
  };
  await expect(waitUntil('the server', probe, { timeoutMs: 100, intervalMs: 10 })).rejects.toThrow(
    'the server: not so after 0.1 s (last: connection refused)',
  );
});

test('processes are found by their working folder after they lost their parent', async () => {
  execFileSync('bash', ['-c', `(${APART} >/dev/null 2>&1 &)`], { cwd: folder });
  const [orphan] = await waitUntil('orphan', () => workingIn(folder).length > 0 && workingIn(folder), {
    timeoutMs: 10_000,
  });
  expect(orphan && isAlive(orphan)).toBe(true);
  process.kill(orphan?.pid ?? 0, 'SIGKILL');
});
