import { execFileSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { record } from '../../bench/record';
import { Bench, type RunningApi } from '../support/bench';
import { fuzz } from './schemathesis';

/** `make fuzz` asks for more, and keeps what came of it. */
const ASKED = process.env.FUZZ_REQUESTS;
const REQUESTS = Number(ASKED ?? 2_000);
if (!(REQUESTS >= 1)) throw new Error(`REQUESTS: received ${String(ASKED)}; allowed: a number of 1 or more`);
const MINUTES = 60_000;

/** A process that keeps what it is sent runs out of this heap long before the requests end. */
const HEAP_MIB = 96;

let bench: Bench;
let api: RunningApi;
beforeAll(async () => {
  bench = await Bench.start({ replicas: 1 });
  api = await bench.api({ NODE_OPTIONS: `--max-old-space-size=${HEAP_MIB}` });
}, 2 * MINUTES);
afterAll(() => bench.stop(), MINUTES);

/** Of the process now, in MiB. */
const resident = (): number =>
  Math.round(
    Number(execFileSync('ps', ['-o', 'rss=', '-p', String(api.process.pid)], { encoding: 'utf8' })) / 1024,
  );

/** Operations that the document names. */
async function documented(): Promise<number> {
  const { paths } = (await (await fetch(`${api.url}/openapi.json`)).json()) as {
    paths: Readonly<Record<string, object>>;
  };
  return Object.values(paths).reduce((sum, operations) => sum + Object.keys(operations).length, 0);
}

async function signedIn(): Promise<string> {
  const answer = await fetch(`${api.url}/v1/users`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ name: randomUUID().slice(0, 23), password: 'a long enough password' }),
  });
  return ((await answer.json()) as { token: string }).token;
}

test(
  `${REQUESTS} requests made out of the OpenAPI document: no failure of the server, no word of its inside, no answer that the document lacks`,
  async () => {
    const { requests, operations, failures } = await fuzz(api.url, signedIn, REQUESTS);
    expect(failures).toBe('');
    expect(requests).toBeGreaterThanOrEqual(REQUESTS);
    expect(operations).toBe(await documented());
    expect(api.process.running).toBe(true);
    expect((await fetch(`${api.url}/readyz`)).status).toBe(200);
    if (ASKED === undefined) return;
    record('fuzzing', `make fuzz REQUESTS=${REQUESTS}`, [
      { what: 'operations of the OpenAPI document', value: String(operations) },
      { what: 'requests', value: String(requests) },
      { what: 'answers with a 5xx, a stack trace, or not as the document says', value: '0' },
      {
        what: `memory of the process afterwards, with a heap of ${HEAP_MIB} MiB`,
        value: `${resident()} MiB`,
      },
    ]);
  },
  Math.max(6, REQUESTS / 400) * MINUTES,
);
