import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { highestRate, isSustained, openLoop, type Endpoint } from './open-loop';
import { mark, readsSince, shares } from './reads';
import { record, type Figure } from './record';
import { Workload } from './workload';

const ROOT = resolve(__dirname, '..');
const FIRST_RATE = 60;
const STEP_SECONDS = 8;
const REFINEMENTS = 2;
const MEASURED_SECONDS = 60;
/** Slower than this is no service: the strictest that is asked of several endpoints together (stacks/objectives.ts). */
const P99_LIMIT_MS = 500;
/** Longer than figures are gathered in a node before they are written. */
const FLUSHED_MS = 11_000;

interface Running {
  readonly url: string;
  readonly caFile: string;
  readonly logs: string;
  readonly stop: () => Promise<void>;
}

/** `tiers up` of the local deployment, with addresses and a folder of its own. */
async function startTwin(): Promise<Running> {
  mkdirSync(join(ROOT, '.twin'), { recursive: true });
  const folder = mkdtempSync(join(ROOT, '.twin/bench-'));
  const args = ['up', '--run-folder', folder, '--address-block', '98', '--port-offset', '9000'];
  const child = spawn(join(ROOT, 'bin/tiers'), args, { cwd: ROOT, stdio: ['ignore', 'ignore', 'pipe'] });
  let said = '';
  child.stderr.on('data', (chunk: Buffer) => (said += chunk.toString()));
  const stop = async (): Promise<void> => {
    if (child.exitCode === null) {
      const ended = once(child, 'exit');
      child.kill('SIGTERM');
      await ended;
    }
    rmSync(folder, { recursive: true, force: true });
  };
  // What is printed last once all is up.
  while (!said.includes('Ctrl-C')) {
    if (child.exitCode !== null) throw new Error(`tiers up ended with ${child.exitCode}: ${said}`);
    await sleep(100);
  }
  const [, url, caFile, logs] =
    /API\S*\s+(https:\S+)[^]*signed by ([^;]+);[^]*Logs\S*\s+(\S+)/.exec(said) ?? [];
  if (url !== undefined && caFile !== undefined && logs !== undefined) return { url, caFile, logs, stop };
  await stop();
  throw new Error(`tiers up did not say where it is: ${said}`);
}

const times = ({ p50, p99, max, requests, failed }: Endpoint): string =>
  `${[p50, p99, max].map((ms) => ms.toFixed(1)).join(' / ')} ms, ${requests} requests, ${failed} failed`;

/**
 * The local deployment in the twin: the highest rate of a mixed load that it sustains, and at half of it how long answers take and who answers
 * reads. Servers, balancer, databases and the load share this machine.
 */
async function run(): Promise<void> {
  const twin = await startTwin();
  let workload: Workload | undefined;
  try {
    workload = new Workload(twin.url, twin.caFile);
    const { send } = workload;
    await workload.prepare();
    const highest = await highestRate(
      async (rate) => {
        const step = await openLoop(send, rate, STEP_SECONDS);
        const sustained = isSustained(step, rate, P99_LIMIT_MS);
        const { all, failed, unanswered, late } = step;
        console.log(
          `${rate} a second: ${sustained ? 'sustained' : 'not sustained'}, ${step.rate.toFixed(0)} answered, ${failed} failed, ` +
            `${unanswered} out, p99 ${all.p99.toFixed(0)} ms, sent up to ${late.toFixed(0)} ms late`,
        );
        await sleep(1_000);
        return sustained;
      },
      FIRST_RATE,
      REFINEMENTS,
    );
    if (highest === 0) throw new Error(`not even ${FIRST_RATE} requests a second were sustained`);
    await sleep(FLUSHED_MS);
    const since = mark(twin.logs);
    const rate = highest / 2;
    const measured = await openLoop(send, rate, MEASURED_SECONDS);
    await sleep(FLUSHED_MS);
    const reads = readsSince(twin.logs, since);
    const half = `at ${rate} a second`;
    const figures: Figure[] = [
      {
        what: 'highest rate of a mixed load that was sustained',
        value: `${highest} requests a second (p99 below ${P99_LIMIT_MS} ms)`,
      },
      ...Object.entries(shares(reads)).map(([source, value]) => ({
        what: `reads answered by the ${source}, ${half}`,
        value,
      })),
      { what: `all requests, p50 / p99 / max ${half}`, value: times(measured.all) },
      ...[...measured.endpoints]
        .sort(([one], [other]) => one.localeCompare(other))
        .map(([endpoint, of]) => ({ what: `\`${endpoint}\`, p50 / p99 / max`, value: times(of) })),
      { what: 'requests went out later than due by at most', value: `${measured.late.toFixed(0)} ms` },
    ];
    record('twin', 'npm run bench:twin', figures);
    console.table(figures);
  } finally {
    await workload?.close();
    await twin.stop();
  }
}

void run().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
