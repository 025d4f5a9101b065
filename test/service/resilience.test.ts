import { FEATURES } from '../../service/aws/client-config';
import { createServer, type Server, type Socket } from 'node:net';
import { putParameter } from '../support/aws-resources';
import { Bench } from '../support/bench';
import { hold } from '../support/lock';
import { freePort } from '../support/ports';
import { Visitor } from '../support/visitor';
import { waitFor } from '../support/wait';

/** Accepts connections and never says a word: the worst way to be away. */
async function silentServer(): Promise<{ port: number; close: () => Promise<void> }> {
  const sockets = new Set<Socket>();
  const server: Server = createServer((socket) => sockets.add(socket));
  const port = await freePort();
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  return {
    port,
    close: () => {
      for (const socket of sockets) socket.destroy();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}

let bench: Bench;
beforeAll(async () => {
  bench = await Bench.start();
}, 120_000);
afterAll(() => bench.stop(), 60_000);

const parts = async (url: string): Promise<Record<string, { ok: boolean }>> => {
  const report = await new Visitor(url).call('GET', '/readyz');
  return report.body['parts'] as Record<string, { ok: boolean }>;
};

describe('the idempotency table', () => {
  const twice = async (url: string): Promise<void> => {
    const visitor = await new Visitor(url).signUp();
    const headers = { 'idempotency-key': 'the-same-key' };
    const first = await visitor.post('once', headers);
    const second = await visitor.post('once', headers);
    expect(second.id).toBe(first.id);
    const stored = await bench.cluster.primary.query('SELECT id FROM posts WHERE author_id = $1', [
      visitor.userId,
    ]);
    expect(stored).toHaveLength(1);
    const other = await visitor.call('POST', '/v1/posts', { text: 'other' }, headers);
    expect([other.status, (other.body['error'] as { code: string }).code]).toEqual([
      422,
      'idempotency_key_reused',
    ]);
  };

  test('answers a retry with the first result', async () => {
    const { url } = await bench.api();
    await twice(url);
    const visitor = await new Visitor(url).signUp();
    const headers = { 'idempotency-key': 'another-key' };
    await visitor.post('x', headers);
    const replay = await visitor.call('POST', '/v1/posts', { text: 'x' }, headers);
    expect(replay.headers.get('idempotent-replayed')).toBe('true');
  });

  test('refusing connections: a retry still writes nothing twice', async () => {
    const gone = `http://127.0.0.1:${await freePort()}`;
    const { url, process } = await bench.api({ AWS_ENDPOINT_URL_DYNAMODB: gone });
    await twice(url);
    expect(process.text()).toContain('idempotency table away');
    expect((await parts(url))['table']?.ok).toBe(false);
  }, 30_000);

  test('hanging: a retry still writes nothing twice', async () => {
    const silent = await silentServer();
    try {
      const { url } = await bench.api({ AWS_ENDPOINT_URL_DYNAMODB: `http://127.0.0.1:${silent.port}` });
      await twice(url);
    } finally {
      await silent.close();
    }
  }, 60_000);

  test('away, a repeated sign-up is still the same sign-up', async () => {
    const gone = `http://127.0.0.1:${await freePort()}`;
    const { url } = await bench.api({ AWS_ENDPOINT_URL_DYNAMODB: gone });
    const body = { name: 'repeated', password: 'a long enough password' };
    const headers = { 'idempotency-key': 'sign-up-key' };
    const visitor = new Visitor(url);
    const answers = [];
    for (let n = 0; n < 2; n += 1) answers.push(await visitor.call('POST', '/v1/users', body, headers));
    expect(answers.map((answer) => answer.status)).toEqual([201, 201]);
    expect(answers[1]?.body['user']).toEqual(answers[0]?.body['user']);
    expect((await visitor.call('POST', '/v1/users', body)).status).toBe(409);
  }, 30_000);
});

describe('client configuration', () => {
  const set = (value: string) => putParameter(bench.aws.ssm, bench.resources.parameter, value);
  const config = (url: string, query = '') => new Visitor(url).call('GET', `/v1/client-config${query}`);
  afterEach(() => set('{"features":{"signUp":true,"posts":true,"pictures":true}}'));

  test('follows the parameter, and keeps the last good value through bad ones', async () => {
    const { url, process } = await bench.api();
    await set('{"features":{"pictures":false},"message":"hello"}');
    await waitFor('the new value', async () => (await config(url)).body['message'] === 'hello');
    for (const bad of ['{', '{"features":7}', '[]']) {
      const before = process.text().split('last good value stays').length;
      await set(bad);
      await waitFor(
        'the bad value to be seen',
        () => process.text().split('last good value stays').length > before,
      );
      expect((await config(url)).body).toMatchObject({
        message: 'hello',
        features: { pictures: false, posts: true },
      });
    }
  }, 30_000);

  test('switches a feature off for everybody', async () => {
    const { url } = await bench.api();
    const visitor = await new Visitor(url).signUp();
    await set('{"features":{"posts":false}}');
    await waitFor('the switch', async () => {
      const answer = await visitor.call('POST', '/v1/posts', { text: 'hello' });
      return answer.status === 503 && (answer.body['error'] as { code: string }).code === 'feature_off';
    });
    expect((await visitor.call('GET', `/v1/users/${visitor.userId}/posts`)).status).toBe(200);
  });

  test('tells platforms and versions apart', async () => {
    const { url } = await bench.api();
    await set(
      JSON.stringify({
        features: { wide: { platforms: ['web'], minimumVersion: '1.10' } },
        minimumVersions: { android: '2.0.0' },
      }),
    );
    await waitFor('the rule', async () => 'wide' in ((await config(url)).body['features'] as object));
    const wide = async (query: string) =>
      ((await config(url, query)).body['features'] as { wide: boolean }).wide;
    expect(await wide('?platform=web&version=1.10.0')).toBe(true);
    expect(await wide('?platform=web&version=1.9.9')).toBe(false);
    expect(await wide('?platform=ios&version=3')).toBe(false);
    expect(await wide('')).toBe(false);
    expect((await config(url, '?platform=android&version=1.99')).body['updateRequired']).toBe(true);
    expect((await config(url, '?platform=android&version=2')).body['updateRequired']).toBe(false);
  });

  test('has defaults while the parameter store was never reached', async () => {
    const { url } = await bench.api({ AWS_ENDPOINT_URL_SSM: `http://127.0.0.1:${await freePort()}` });
    const all = Object.fromEntries(FEATURES.map((name) => [name, true]));
    expect((await config(url)).body['features']).toEqual(all);
  });
});

describe('the database', () => {
  test('dying with writes under way costs those writes a 503, not the process', async () => {
    const { url, process } = await bench.api();
    const visitor = await new Visitor(url).signUp();
    const release = await hold(bench.cluster.primary, 'LOCK TABLE posts IN ACCESS EXCLUSIVE MODE');
    const headers = (n: number) => ({ 'idempotency-key': `under-way-${n}` });
    const write = (n: number) => visitor.call('POST', '/v1/posts', { text: `under way ${n}` }, headers(n));
    const underWay = [0, 1, 2, 3].map(write);
    await waitFor('the writes to wait', async () => {
      const waiting = await bench.cluster.primary.query(
        "SELECT 1 FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND usename = 'service'",
      );
      return waiting.length === 4;
    });
    await bench.cluster.primary.stop();
    await release().catch(() => undefined);
    for (const answer of await Promise.all(underWay)) {
      expect([answer.status, answer.headers.get('retry-after')]).toEqual([503, '1']);
      expect((answer.body['error'] as { code: string }).code).toBe('database_unavailable');
    }
    expect(process.running).toBe(true);
    expect((await fetch(`${url}/healthz`)).status).toBe(200);
    expect((await fetch(`${url}/readyz`)).status).toBe(503);
    await bench.cluster.restart(bench.cluster.primary);
    // The client repeats what it knows nothing about, under the same keys.
    const repeated = await Promise.all([0, 1, 2, 3].map(write));
    expect(repeated.map((answer) => answer.status)).toEqual([201, 201, 201, 201]);
    const listed = await visitor.call('GET', `/v1/users/${visitor.userId}/posts`);
    expect(listed.body['posts']).toHaveLength(4);
  }, 60_000);
});
