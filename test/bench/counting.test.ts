import { appendFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { highestRate, isSustained, openLoop, type Run } from '../../bench/open-loop';
import { mark, readsSince, shares } from '../../bench/reads';
import { Metrics } from '../../service/metrics/metrics';

describe('an open loop', () => {
  test('sends what is due, by endpoint, and counts what failed', async () => {
    let sent = 0;
    const run = await openLoop(
      () => {
        sent += 1;
        const endpoint = sent % 4 === 0 ? 'one' : 'other';
        const failing = sent % 10 === 0;
        return { endpoint, succeeded: failing ? Promise.reject(new Error()) : Promise.resolve(sent % 5 > 0) };
      },
      200,
      0.5,
    );
    expect([sent, run.all.requests, run.failed, run.unanswered]).toEqual([100, 100, 20, 0]);
    expect([...run.endpoints].map(([name, { requests, failed }]) => [name, requests, failed])).toEqual([
      ['other', 75, 15],
      ['one', 25, 5],
    ]);
    expect(run.rate).toBeLessThanOrEqual(160);
  });

  test('waits for nobody, and counts from when a request was due', async () => {
    let release = (): void => undefined;
    const stall = new Promise<void>((resolve) => (release = resolve));
    let sent = 0;
    const run = await openLoop(
      () => {
        sent += 1;
        // Later than the run's own end, which is looked at first.
        if (sent === 30) setTimeout(release, 400);
        return { endpoint: 'one', succeeded: stall.then(() => true) };
      },
      100,
      0.3,
    );
    expect([sent, run.unanswered]).toEqual([30, 30]);
    // Due at 0, 10 ... 290 ms, all answered at 690 ms at the earliest.
    expect(run.all.max).toBeGreaterThan(680);
    expect(run.all.p50).toBeGreaterThan(530);
  });
});

test('what the load itself sent late is as late as its user saw it', async () => {
  let sent = 0;
  const { late, endpoints } = await openLoop(
    () => {
      sent += 1;
      for (const end = performance.now() + 60; sent === 1 && performance.now() < end;);
      return { endpoint: sent === 1 ? 'first' : 'others', succeeded: Promise.resolve(true) };
    },
    100,
    0.1,
  );
  // Due 10 ms after the first.
  expect(late).toBeGreaterThan(45);
  expect(endpoints.get('others')!.max).toBeGreaterThan(45);
});

const run = (change: Partial<Run>): Run => {
  const all = { requests: 1_000, failed: 0, p50: 5, p99: 100, max: 200, ...change.all };
  return { seconds: 10, rate: 100, failed: 0, unanswered: 0, late: 1, endpoints: new Map(), ...change, all };
};

test.each<[string, Partial<Run>, boolean]>([
  ['all answered', {}, true],
  ['a few failures', { failed: 2 }, true],
  ['failures', { failed: 3 }, false],
  ['a queue', { unanswered: 51 }, false],
  ['fewer answers than asked for', { rate: 96 }, false],
  ['slow answers', { all: { requests: 1_000, failed: 0, p50: 5, p99: 501, max: 600 } }, false],
])('of a rate with %s', (_what, change, sustained) => {
  expect(isSustained(run(change), 100, 500)).toBe(sustained);
});

test.each([
  [0, 10],
  [61, 61],
  [100, 95],
  [135, 135],
])('a service that sustains %i a second is found to', async (limit, least) => {
  const found = await highestRate(async (rate) => rate <= limit, 60, 3);
  expect(found).toBeLessThanOrEqual(limit);
  if (limit >= 60) expect(found).toBeGreaterThanOrEqual(Math.min(least, 0.9 * limit));
});

test('reads are what the nodes of the API have written of themselves since the mark', () => {
  const folder = mkdtempSync(join(tmpdir(), 'tiers-reads-'));
  try {
    const node = (service: string, file: string, sources: readonly ('cache' | 'replica' | 'writer')[]) => {
      const log = pino({ base: { service } }, { write: (line) => appendFileSync(join(folder, file), line) });
      const metrics = new Metrics({ namespace: 'test', intervalSeconds: 3_600 }, log);
      for (const source of sources) metrics.read(source);
      log.info({ Reads: 'of a log line' }, 'with "Reads" in it');
      metrics.close();
    };
    node('api', 'one.log', ['cache', 'writer']);
    const since = mark(folder);
    node('api', 'one.log', ['cache', 'cache', 'replica']);
    node('api', 'two.log', ['cache', 'replica', 'replica', 'writer', 'writer']);
    node('worker', 'three.log', ['writer']);
    writeFileSync(join(folder, 'other.log'), 'no JSON\n');
    const reads = readsSince(folder, since);
    expect(reads).toEqual({ cache: 3, replica: 3, writer: 2 });
    expect(shares(reads)).toEqual({ cache: '37.5 %', replica: '37.5 %', writer: '25.0 %' });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
