import { Bench, type RunningApi } from '../support/bench';
import { hold } from '../support/lock';
import { freePort } from '../support/ports';
import { Visitor } from '../support/visitor';
import { waitFor } from '../support/wait';

/** What each process keeps by itself lives for a second. */
const LOCAL_MS = 1_100;

let bench: Bench;
let api: RunningApi;
let visitor: Visitor;
beforeAll(async () => {
  bench = await Bench.start();
  await bench.cluster.primary.query("ALTER SYSTEM SET log_statement = 'all'");
  await bench.cluster.primary.query('SELECT pg_reload_conf()');
  api = await bench.api();
  visitor = await new Visitor(api.url).signUp();
}, 120_000);
afterAll(() => bench.stop(), 60_000);

const parts = async (url: string): Promise<Record<string, { ok: boolean }>> => {
  const report = await new Visitor(url).call('GET', '/readyz');
  return report.body['parts'] as Record<string, { ok: boolean }>;
};
const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
const cacheHeader = async (id: string, by = visitor, position?: string) =>
  (await by.read(id, position)).headers.get('x-tiers-cache');
const key = (id: string) => `post:3:${id}`;
const forget = (id: string) => bench.valkey.with((client) => client.del(key(id)));
/** How often the database was asked for a post. */
const statements = (id: string): number =>
  bench.cluster.primary
    .log()
    .split('\n')
    .filter((line) => line.includes(`'${id}'`) && /parameters: /i.test(line)).length;

describe('a cached post', () => {
  test('is there as soon as it is written, with a time to live that varies', async () => {
    const ttls = new Set<number>();
    for (let n = 0; n < 8; n += 1) {
      const { id } = await visitor.post(`cached ${n}`);
      const read = await visitor.read(id);
      expect([read.headers.get('x-tiers-cache'), read.body['post']]).toEqual([
        'hit',
        expect.objectContaining({ id, text: `cached ${n}` }),
      ]);
      ttls.add(await bench.valkey.with((client) => client.ttl(key(id))));
    }
    expect(ttls.size).toBeGreaterThan(2);
    for (const ttl of ttls) expect(ttl).toBeLessThanOrEqual(300);
    for (const ttl of ttls) expect(ttl).toBeGreaterThan(140);
  });

  test('that is gone is filled in again by a read', async () => {
    const { id } = await visitor.post('filled');
    await forget(id);
    expect(await cacheHeader(id)).toBe('miss');
    await pause(LOCAL_MS);
    expect(await cacheHeader(id)).toBe('hit');
  });

  test('is kept by each process for about a second, and no longer', async () => {
    const { id } = await visitor.post('hot');
    await visitor.read(id);
    await forget(id);
    expect(await cacheHeader(id)).toBe('hit');
    await pause(LOCAL_MS);
    expect(await cacheHeader(id)).toBe('miss');
  });

  test('holding nonsense is passed by', async () => {
    const { id } = await visitor.post('right');
    for (const nonsense of ['{', '{"id":1}', '0:0000000000000001|9|9|{"id":1}', '']) {
      await pause(LOCAL_MS);
      await bench.valkey.with((client) => client.set(key(id), nonsense));
      expect((await visitor.read(id)).body['post']).toMatchObject({ id, text: 'right' });
    }
  });

  test('is read by everybody, and by whom is known where a good token says so', async () => {
    const { id } = await visitor.post('for all');
    const reader = async (headers: Record<string, string>): Promise<unknown> => {
      const { status, headers: got } = await visitor.call('GET', `/v1/posts/${id}`, undefined, headers);
      expect(status).toBe(200);
      const of = `"requestId":"${got.get('x-request-id')}"`;
      const line = await waitFor('its line', () =>
        api.process
          .text()
          .split('\n')
          .find((one) => one.includes(of) && one.endsWith('}')),
      );
      return (JSON.parse(line) as { userId?: string }).userId;
    };
    expect(await reader({})).toBe(visitor.userId);
    for (const authorization of ['', 'Bearer nonsense', `${visitor.authorization['authorization']}x`])
      expect(await reader({ authorization })).toBeUndefined();
  });

  test('does not answer whoever has written since it was read', async () => {
    const { id, position } = await visitor.post('first');
    expect(await cacheHeader(id, visitor, position)).toBe('hit');
    const later = await visitor.post('second');
    expect(await cacheHeader(id, visitor, later.position)).toBe('miss');
    expect(await cacheHeader(id, visitor)).toBe('hit');
  });

  test('is never replaced by an older one', async () => {
    const { id } = await visitor.post('new');
    const entry = await bench.valkey.with((client) => client.get(key(id)));
    const newer = entry!.replace(/^0:\w{16}/, '0:7FFFFFFFFFFFFFFF').replace('"new"', '"newer"');
    await bench.valkey.with((client) => client.set(key(id), newer));
    // Asks for more than an entry has, so that the database is read, and what it says offered to the cache.
    expect(await cacheHeader(id, visitor, '80000000/0')).toBe('miss');
    await pause(LOCAL_MS);
    expect((await visitor.read(id)).body['post']).toMatchObject({ text: 'newer' });
    await forget(id);
  });
});

describe('that a post is missing', () => {
  test('is kept for a moment, and forgotten when it is written', async () => {
    const missing = String(BigInt((await visitor.post('before')).id) + 1n);
    expect((await visitor.read(missing)).status).toBe(404);
    const asked = statements(missing);
    for (let n = 0; n < 3; n += 1) expect((await visitor.read(missing)).status).toBe(404);
    expect(statements(missing)).toBe(asked);
    expect((await visitor.post('now it is there')).id).toBe(missing);
    expect((await visitor.read(missing)).status).toBe(200);
  });

  test('is never told from the cache to whoever may have written it', async () => {
    const { id, position } = await visitor.post('mine');
    await bench.valkey.with((client) =>
      client.set(key(id), `0:7FFFFFFFFFFFFFFF|${Date.now() + 60_000}|1|null`),
    );
    expect((await visitor.read(id)).status).toBe(404);
    expect((await visitor.read(id, position)).status).toBe(200);
    await forget(id);
  });
});

describe('a stampede', () => {
  test('of two processes on a key that has gone asks the database once a process at most', async () => {
    const second = await bench.api();
    const { id } = await visitor.post('popular');
    await forget(id);
    const before = statements(id);
    // A slow database is what makes a stampede.
    const release = await hold(bench.cluster.primary, 'LOCK TABLE posts IN ACCESS EXCLUSIVE MODE');
    const reads = [api, second].flatMap(({ url }) =>
      Array.from({ length: 100 }, () => new Visitor(url).read(id)),
    );
    await pause(60);
    await release();
    for (const answer of await Promise.all(reads)) expect(answer.status).toBe(200);
    expect([1, 2]).toContain(statements(id) - before);
    await second.process.stop('SIGKILL');
  }, 30_000);

  test('waits for whoever loads the key already, in whatever process', async () => {
    const { id } = await visitor.post('being loaded');
    const entry = await bench.valkey.with((client) => client.getdel(key(id)));
    await bench.valkey.with((client) => client.set(`lock:${key(id)}`, '1', 'PX', 5_000));
    const before = statements(id);
    const read = visitor.read(id);
    await pause(50);
    await bench.valkey.with((client) => client.set(key(id), entry!));
    expect((await read).headers.get('x-tiers-cache')).toBe('hit');
    expect(statements(id) - before).toBe(0);
  });

  test('goes on by itself when the holder of the lock has died', async () => {
    const { id } = await visitor.post('holder is dead');
    await forget(id);
    await bench.valkey.with((client) => client.set(`lock:${key(id)}`, '1', 'PX', 60_000));
    expect(await cacheHeader(id)).toBe('miss');
  });

  test('at the end of an entry is prevented: one reader loads it early, the others go on', async () => {
    const { id } = await visitor.post('long lived');
    const entry = await bench.valkey.with((client) => client.get(key(id)));
    // It expires in a second, and loading it is known to take long.
    const fields = entry!.split('|');
    const due = [fields[0], String(Date.now() + 1_000), '100000', ...fields.slice(3)].join('|');
    await bench.valkey.with((client) => client.set(key(id), due, 'EX', 300));
    const before = statements(id);
    for (let n = 0; n < 20; n += 1) expect(await cacheHeader(id)).toBe('hit');
    await waitFor('a longer life', async () => {
      const now = await bench.valkey.with((client) => client.get(key(id)));
      return Number(now!.split('|')[1]) > Date.now() + 100_000;
    });
    expect(statements(id) - before).toBe(1);
  });
});

describe('a user', () => {
  test('is cached too', async () => {
    const path = `/v1/users/${visitor.userId}`;
    await visitor.call('GET', path);
    const again = await visitor.call('GET', path);
    expect([again.status, again.headers.get('x-tiers-cache')]).toEqual([200, 'hit']);
    expect(Object.keys(again.body['user'] as object)).toEqual(['id', 'name']);
  });
});

describe('the cache server', () => {
  test('killed while serving costs no request, and is used again when it is back', async () => {
    const { id } = await visitor.post('survives');
    let going = true;
    const statuses: number[] = [];
    const readers = Array.from({ length: 8 }, async () => {
      while (going) statuses.push((await visitor.read(id)).status);
    });
    await waitFor('some reads', () => statuses.length > 100);
    await bench.valkey.kill();
    const killedAt = statuses.length;
    await waitFor('reads without the cache', () => statuses.length > killedAt + 200);
    expect((await parts(api.url))['cache']?.ok).toBe(false);
    expect((await visitor.call('GET', '/readyz')).body['status']).toBe('degraded');
    await bench.valkey.restart();
    await waitFor('an entry again', async () => bench.valkey.with((client) => client.get(key(id))), 40_000);
    going = false;
    await Promise.all(readers);
    expect(statuses.filter((status) => status !== 200)).toEqual([]);
  }, 90_000);

  test('that hangs costs a bounded time, and then is left alone', async () => {
    // A process of its own: one that has seen the cache away may be leaving it alone.
    const node = await bench.api();
    const own = await new Visitor(node.url).signUp();
    const ids: string[] = [];
    for (let n = 0; n < 10; n += 1) ids.push((await own.post(`hangs ${n}`)).id);
    expect((await own.read(ids[0]!)).headers.get('x-tiers-cache')).toBe('hit');
    bench.valkey.signal('SIGSTOP');
    try {
      for (const id of ids) expect((await own.read(id)).status).toBe(200);
      expect(node.process.text()).toContain('cache left alone for a while');
      expect((await own.post('while it hangs')).id).not.toBe('');
    } finally {
      bench.valkey.signal('SIGCONT');
    }
  });

  test('absent from the plan is no fault', async () => {
    const without = await bench.api({ CACHE_HOST: '', CACHE_READER_HOST: '' });
    const own = await new Visitor(without.url).signUp();
    const { id, position } = await own.post('no cache at all');
    expect((await own.read(id, position)).status).toBe(200);
    expect(Object.keys(await parts(without.url))).not.toContain('cache');
  });

  test('away at start is no fault either', async () => {
    const node = await bench.api({ CACHE_PORT: String(await freePort()) });
    const own = await new Visitor(node.url).signUp();
    const { id } = await own.post('cache away');
    expect((await own.read(id)).status).toBe(200);
  });
});
