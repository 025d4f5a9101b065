import { setTimeout as sleep } from 'node:timers/promises';
import sharp from 'sharp';
import { VALUES_LIMIT } from '../../service/metrics/embedded-format';
import { RESPONSE_TIMES } from '../../stacks/objectives';
import { Reservoir } from '../../service/metrics/reservoir';
import { Bench, type RunningApi } from '../support/bench';
import type { TestProcess } from '../support/process';
import { Visitor } from '../support/visitor';
import { waitFor } from '../support/wait';

interface Line {
  readonly _aws: {
    readonly Timestamp: number;
    readonly CloudWatchMetrics: readonly {
      readonly Namespace: string;
      readonly Dimensions: readonly (readonly string[])[];
      readonly Metrics: readonly { readonly Name: string; readonly Unit: string }[];
    }[];
  };
  readonly [member: string]: unknown;
}

const NAMESPACE = 'tiers/test/service';
const READ_POST = 'GET /v1/posts/:id';

let bench: Bench;
beforeAll(async () => {
  bench = await Bench.start({ replicas: 1 });
}, 120_000);
afterAll(() => bench.stop(), 60_000);

const jsonLines = (process: TestProcess): Record<string, unknown>[] =>
  process
    .text()
    .split('\n')
    .filter((line) => line.startsWith('{'))
    .map((line) => JSON.parse(line) as Record<string, unknown>);
const metricLines = (process: TestProcess): Line[] =>
  jsonLines(process).filter((line): line is Line => '_aws' in line);
/** The sum of one metric over all lines with these members. */
const total = (process: TestProcess, metric: string, where: Record<string, unknown> = {}): number =>
  metricLines(process)
    .filter((line) => Object.entries(where).every(([member, value]) => line[member] === value))
    .reduce((sum, line) => sum + Number(line[metric] ?? 0), 0);

/** Written only at the end, so that one line holds all that a test did. */
const atTheEnd = { METRICS_NAMESPACE: NAMESPACE, METRICS_INTERVAL_SECONDS: '60' };

async function ended({ process }: RunningApi): Promise<TestProcess> {
  expect(await process.stop()).toBe(0);
  return process;
}

describe('lines of the embedded metric format', () => {
  const NAME = 'zaphod_beeblebrox';
  let output: TestProcess;
  beforeAll(async () => {
    const api = await bench.api({
      ...atTheEnd,
      LOG_LEVEL: 'error',
      RESPONSE_TIME_OBJECTIVES: `${READ_POST}=0,POST /v1/posts=60000`,
    });
    const visitor = await new Visitor(api.url).signUp(NAME);
    const { id } = await visitor.post('measured');
    await visitor.read(String(BigInt(id) + 1n));
    for (let n = 0; n < VALUES_LIMIT + 50; n += 1) await visitor.read(id);
    for (let n = 0; n < 30; n += 1) await visitor.call('GET', `/v1/no-such-thing-${n}?token=${n}`);
    await visitor.call('GET', '/readyz');
    await fetch(`${api.url}/v1/posts/${id}`, { method: 'HEAD' });
    output = await ended(api);
  }, 60_000);

  test('are what the specification asks for', () => {
    const lines = metricLines(output);
    expect(lines.length).toBeGreaterThan(3);
    for (const line of lines) {
      expect(Math.abs(Date.now() - line._aws.Timestamp)).toBeLessThan(120_000);
      expect(line._aws.CloudWatchMetrics).toHaveLength(1);
      const [{ Namespace, Dimensions, Metrics }] = line._aws.CloudWatchMetrics as [
        Line['_aws']['CloudWatchMetrics'][number],
      ];
      expect(Namespace).toBe(NAMESPACE);
      expect(Dimensions).toHaveLength(1);
      for (const member of Dimensions[0]!) {
        expect(typeof line[member]).toBe('string');
        expect(String(line[member])).toMatch(/^[\x20-\x7e]{1,1024}$/);
      }
      expect(Metrics.length).toBeLessThanOrEqual(100);
      for (const { Name, Unit } of Metrics) {
        expect(['Count', 'Milliseconds', 'Seconds', 'Bytes', 'None']).toContain(Unit);
        const values = [line[Name]].flat();
        expect(values.length).toBeGreaterThanOrEqual(1);
        expect(values.length).toBeLessThanOrEqual(VALUES_LIMIT);
        for (const value of values) expect(Number.isFinite(value)).toBe(true);
      }
    }
  });

  test('do not depend on the log level', () => {
    expect(jsonLines(output).filter((line) => line['msg'] === 'request')).toEqual([]);
    expect(total(output, 'SignUps')).toBe(1);
  });

  test('count each request by its route, never by its path', () => {
    const endpoints = metricLines(output).flatMap((line) => line['endpoint'] ?? []);
    expect(new Set(endpoints)).toEqual(new Set(['POST /v1/users', 'POST /v1/posts', READ_POST, 'unmatched']));
    expect(endpoints).toHaveLength(new Set(endpoints).size);
    expect(total(output, 'Requests', { endpoint: 'unmatched' })).toBe(30);
    expect(total(output, 'Requests', { endpoint: READ_POST })).toBeGreaterThan(VALUES_LIMIT + 50);
    expect(total(output, 'Failures')).toBe(0);
  });

  test('hold latencies enough for percentiles, and the slowest of all', () => {
    const line = metricLines(output).find(({ endpoint }) => endpoint === READ_POST)!;
    const latencies = line['Latency'] as number[];
    expect(latencies).toHaveLength(VALUES_LIMIT);
    expect(Math.min(...latencies)).toBeGreaterThan(0);
    expect(line['LatencyMax']).toBeGreaterThanOrEqual(Math.max(...latencies));
  });

  test('count what took longer than its objective, where there is one', () => {
    const requests = total(output, 'Requests', { endpoint: READ_POST });
    expect(total(output, 'Slow', { endpoint: READ_POST })).toBe(requests);
    expect(total(output, 'Slow', { endpoint: 'POST /v1/posts' })).toBe(0);
    expect(metricLines(output).find(({ endpoint }) => endpoint === 'POST /v1/users')).not.toHaveProperty(
      'Slow',
    );
  });

  test('tell hits from misses and where reads came from', () => {
    const hits = total(output, 'CacheHits');
    const misses = total(output, 'CacheMisses');
    expect(hits + misses).toBe(total(output, 'Requests', { endpoint: READ_POST }));
    expect(misses).toBeGreaterThanOrEqual(1);
    expect(total(output, 'Reads', { source: 'cache' })).toBe(hits);
    // Each miss was read from the replica, or from the writer while that was behind.
    const fromDatabase =
      total(output, 'Reads', { source: 'replica' }) + total(output, 'Reads', { source: 'writer' });
    expect(fromDatabase).toBe(misses);
    expect(total(output, 'Posts')).toBe(1);
  });

  test('carry no name, no token and no path of a client', () => {
    for (const secret of [NAME, 'no-such-thing']) expect(output.text()).not.toContain(secret);
    expect(output.text()).not.toMatch(/eyJ[\w-]+\.[\w-]+\./);
  });
});

test('every endpoint of the API has an objective, and every objective an endpoint', async () => {
  const { url } = await bench.api();
  const { paths } = (await (await fetch(`${url}/openapi.json`)).json()) as {
    paths: Record<string, Record<string, unknown>>;
  };
  const endpoints = Object.entries(paths)
    .filter(([path]) => /^\/(v1|p|.well-known)\//.test(path))
    .flatMap(([path, methods]) =>
      Object.keys(methods).map((method) => `${method.toUpperCase()} ${path.replace(/\{(\w+)\}/g, ':$1')}`),
    );
  expect(endpoints.length).toBeGreaterThan(5);
  expect(RESPONSE_TIMES.map(({ endpoint }) => endpoint).sort()).toEqual(endpoints.sort());
}, 30_000);

test('without a namespace no metric is written', async () => {
  const api = await bench.api();
  await new Visitor(api.url).signUp();
  expect(metricLines(await ended(api))).toEqual([]);
}, 30_000);

test('an idle process still speaks in every interval', async () => {
  const { process } = await bench.api({ METRICS_NAMESPACE: NAMESPACE, METRICS_INTERVAL_SECONDS: '0.2' });
  const own = () => metricLines(process).filter((line) => line['EventLoopDelay'] !== undefined);
  await waitFor('three lines', () => own().length >= 3);
  expect(own()[1]).toMatchObject({ service: 'api', instance: 'i-test' });
  expect(own()[1]!['ResidentMemory']).toBeGreaterThan(10_000_000);
  expect(own()[1]!['LoadPerProcessor']).toBeGreaterThanOrEqual(0);
}, 30_000);

test('a failure is counted as one, and an absent cache is neither hit nor miss', async () => {
  // Nothing listens on the port of the bucket's host.
  const api = await bench.api({ ...atTheEnd, CACHE_HOST: '', AWS_ENDPOINT_URL_S3: 'http://127.0.0.1:9' });
  const visitor = await new Visitor(api.url).signUp();
  const { id } = await visitor.post('no cache');
  await visitor.read(id);
  const made = await visitor.call('POST', '/v1/pictures', { contentType: 'image/png', bytes: 4 });
  const picture = made.body['picture'] as { id: string };
  expect((await visitor.call('POST', `/v1/pictures/${picture.id}/complete`)).status).toBe(503);
  const output = await ended(api);
  expect(total(output, 'Failures', { endpoint: 'POST /v1/pictures/:id/complete' })).toBe(1);
  expect(total(output, 'Failures')).toBe(1);
  expect(total(output, 'CacheHits') + total(output, 'CacheMisses')).toBe(0);
}, 60_000);

test('jobs are counted by kind and outcome, with their time', async () => {
  const api = await bench.api();
  const visitor = await new Visitor(api.url).signUp();
  const worker = await bench.worker(atTheEnd);
  const file = await sharp({ create: { width: 400, height: 400, channels: 3, background: 'teal' } })
    .jpeg()
    .toBuffer();
  const made = await visitor.call('POST', '/v1/pictures', { contentType: 'image/jpeg', bytes: file.length });
  const upload = made.body['upload'] as { url: string; headers: Record<string, string> };
  await fetch(upload.url, { method: 'PUT', headers: upload.headers, body: new Uint8Array(file) });
  const picture = made.body['picture'] as { id: string };
  await visitor.call('POST', `/v1/pictures/${picture.id}/complete`);
  const done = (line: string): boolean => line.includes('"job":"thumbnail"') && line.includes('"job done"');
  await waitFor('the job to be done', () => worker.text().split('\n').some(done), 20_000);
  await sleep(100);
  expect(await worker.stop()).toBe(0);
  expect(total(worker, 'JobsDone', { job: 'thumbnail' })).toBe(1);
  expect(total(worker, 'JobsFailed', { job: 'thumbnail' })).toBe(0);
  expect(total(worker, 'JobTimeMax', { job: 'thumbnail' })).toBeGreaterThan(0);
}, 60_000);

describe('a sample', () => {
  test('is as likely to hold one value as any other', () => {
    const held = new Array<number>(20).fill(0);
    for (let run = 0; run < 2_000; run += 1) {
      const sample = new Reservoir(5);
      for (let value = 0; value < held.length; value += 1) sample.add(value);
      expect(new Set(sample.values).size).toBe(5);
      for (const value of sample.values) held[value]! += 1;
    }
    // 500 are expected, with a standard deviation of 19.
    for (const times of held) expect(Math.abs(times - 500)).toBeLessThan(150);
  });

  test('knows the largest of all, and holds everything while there is room', () => {
    const sample = new Reservoir(3);
    for (const value of [7, 9]) sample.add(value);
    expect([sample.values, sample.maximum]).toEqual([[7, 9], 9]);
    for (let n = 0; n < 500; n += 1) sample.add(n % 5);
    expect(sample.values).toHaveLength(3);
    expect(sample.maximum).toBe(9);
  });
});
