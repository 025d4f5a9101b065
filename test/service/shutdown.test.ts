import { pino } from 'pino';
import { createApp } from '../../service/http/app';
import { Bench } from '../support/bench';
import { hold } from '../support/lock';
import { Visitor } from '../support/visitor';
import { waitFor } from '../support/wait';

let bench: Bench;
beforeAll(async () => {
  bench = await Bench.start();
}, 120_000);
afterAll(() => bench.stop(), 60_000);

const waiting = () =>
  bench.cluster.primary.query(
    "SELECT 1 FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND usename = 'service'",
  );

describe('a stop signal', () => {
  test('lets the drain time serve, then finishes what is in flight and ends with 0', async () => {
    const { url, process } = await bench.api({ DRAIN_SECONDS: '1' });
    const visitor = await new Visitor(url).signUp();
    const release = await hold(bench.cluster.primary, 'LOCK TABLE posts IN ACCESS EXCLUSIVE MODE');
    const inFlight = Array.from({ length: 5 }, (_, n) => visitor.post(`in flight ${n}`));
    await waitFor('the writes to wait', async () => (await waiting()).length === 5);

    process.signal('SIGTERM');
    const draining = await waitFor('the health check to fail', async () => {
      const answer = await fetch(`${url}/healthz`);
      return answer.status === 503 && answer;
    });
    expect(await draining.json()).toEqual({ status: 'draining' });
    expect(draining.headers.get('connection')).toBe('close');
    // New requests are still answered while the balancer takes notice.
    expect((await fetch(`${url}/v1/client-config`)).status).toBe(200);

    await waitFor('new connections to be refused', () =>
      fetch(`${url}/healthz`).then(
        () => false,
        () => true,
      ),
    );
    await release();
    const written = await Promise.all(inFlight);
    expect(new Set(written.map(({ id }) => id)).size).toBe(5);
    expect(await process.exited()).toBe(0);
    expect(process.text()).toContain('"stopped"');
  }, 60_000);

  test('a second one ends the process at once', async () => {
    const { process } = await bench.api({ DRAIN_SECONDS: '60' });
    process.signal('SIGTERM');
    await waitFor('the first to be seen', () => process.text().includes('"stopping"'));
    process.signal('SIGTERM');
    expect(await process.exited()).toBe(1);
  }, 30_000);
});

test('an idle connection is kept for longer than the 60 s of the balancer', async () => {
  const { url } = await bench.api();
  expect((await fetch(`${url}/healthz`)).headers.get('keep-alive')).toBe('timeout=75');
}, 30_000);

test('a request that comes in drop by drop holds no connection for ever', async () => {
  const app = await createApp(
    { API_BASE_URL: 'http://127.0.0.1', WEB_ORIGIN: 'http://127.0.0.1', ACCESS_LIFETIME_SECONDS: 900 },
    { find: async () => undefined },
    pino({ level: 'silent' }),
  );
  await app.ready();
  const { requestTimeout, headersTimeout } = app.server;
  expect({ requestTimeout, headersTimeout }).toEqual({ requestTimeout: 30_000, headersTimeout: 10_000 });
  await app.close();
});

describe('a failing start', () => {
  test('names every fault of the environment and ends with 78', async () => {
    const child = bench.spawn('api', { PORT: 'http', ASSET_BUCKET: '', QUEUE_URL: 'jobs' });
    expect(await child.exited()).toBe(78);
    for (const name of ['PORT', 'ASSET_BUCKET', 'QUEUE_URL']) expect(child.text()).toContain(`${name} is`);
  });

  test('on a key that is too short says so', async () => {
    const child = bench.spawn('api', {
      PORT: '1',
      API_BASE_URL: 'http://a',
      SIGNING_SECRET_ARN: bench.resources.shortSecret,
    });
    expect(await child.exited()).toBe(1);
    expect(child.text()).toContain('the keys need 32');
  }, 30_000);
});

describe('the log', () => {
  interface Line {
    readonly msg: string;
    readonly endpoint?: string;
    readonly requestId?: string;
    readonly method?: string;
    readonly route?: string;
    readonly status?: number;
    readonly ms?: number;
  }

  test('has one JSON line a request, with id, method, route, status and time, and no secret', async () => {
    const { url, process } = await bench.api();
    const visitor = new Visitor(url);
    const password = 'hunter2-hunter2-hunter2';
    const answer = await visitor.call(
      'POST',
      '/v1/users',
      { name: 'logged', password },
      { 'x-request-id': 'log-1' },
    );
    const token = String(answer.body['token']);
    const headers = {
      authorization: `Bearer ${token}`,
      'x-amzn-trace-id': 'Root=1-67891233-abcdef012345678912345678',
    };
    await visitor.call('GET', '/v1/posts/123456', undefined, headers);
    await visitor.call('POST', '/v1/sessions', { name: 'logged', password: `${password}!` });
    const lines = await waitFor('the lines', () => {
      const all = process
        .text()
        .split('\n')
        .filter((line) => line.startsWith('{'))
        .map((line) => JSON.parse(line) as Line);
      const requests = all.filter((line) => line.msg === 'request' && line.endpoint !== 'GET /healthz');
      return requests.length >= 3 && requests;
    });
    expect(lines[0]).toMatchObject({ requestId: 'log-1', endpoint: 'POST /v1/users', status: 201 });
    expect(lines[0]?.ms).toBeGreaterThan(0);
    expect(lines[1]).toMatchObject({
      requestId: '1-67891233-abcdef012345678912345678',
      traceId: '1-67891233-abcdef012345678912345678',
      endpoint: 'GET /v1/posts/:id',
      status: 404,
    });
    for (const secret of [password, token, token.split('.')[2] ?? '', 'argon2']) {
      expect(process.text()).not.toContain(secret);
    }
  }, 30_000);
});
