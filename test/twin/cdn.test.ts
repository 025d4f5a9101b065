import { request } from 'undici';
import { VarnishServer } from '../../tools/twin/varnish/server';
import { text } from '../../tools/twin/varnish/vcl-text';
import { waitFor } from '../support/wait';
import { planOver } from './cdn-fixture';
import { Origin } from './cdn-origin';
import { openBench, type Bench } from './support';

/** The stand-in of CloudFront against origins that do what each test says. */
// Answers expire while a test looks on.
jest.setTimeout(30_000);

let bench: Bench;
let first: Origin;
let second: Origin;
let varnish: VarnishServer;

beforeAll(async () => {
  bench = openBench(69);
  const take = () => bench.addresses.take('cdn', 6081);
  [first, second] = [new Origin(take()), new Origin(take())];
  await Promise.all([first.open(), second.open()]);
  varnish = new VarnishServer(bench.supervisor, bench.events, planOver(first, second), take());
  await varnish.start();
}, 60_000);

afterAll(async () => {
  await varnish?.stop();
  await Promise.all([first?.close(), second?.close()]);
  await bench?.close();
}, 30_000);

beforeEach(() => {
  for (const origin of [first, second]) {
    origin.asked.length = 0;
    origin.answer = () => ({});
  }
});

async function ask(
  path: string,
  headers: Record<string, string> = {},
  method: 'GET' | 'HEAD' | 'POST' = 'GET',
) {
  const answer = await request(varnish.purgeUrl + path, {
    method,
    headers: { 'x-cdn-protocol': 'https', 'x-cdn-secure': 'https://www.example.com', ...headers },
  });
  return {
    status: answer.statusCode,
    headers: answer.headers,
    cache: String(answer.headers['x-cache']).split(' ')[0],
    body: await answer.body.text(),
  };
}
const purge = async (path: string): Promise<number> =>
  (await request(varnish.purgeUrl + path, { method: 'PURGE' })).statusCode;

describe('what is kept', () => {
  test('a second request is a hit, and the origin is asked once, at its path and by its name', async () => {
    const [one, two] = [await ask('/kept'), await ask('/kept')];
    expect([one.cache, two.cache]).toEqual(['Miss', 'Hit']);
    expect(two.body).toBe(one.body);
    expect(first.asked.map(({ url, headers }) => [url, headers.host])).toEqual([
      ['/bucket/site/kept', 'first.example.com'],
    ]);
  });

  test('/ is the root object', async () => {
    expect((await ask('/')).body).toMatch(/^\/bucket\/site\/index\.html /);
  });

  test('only the chosen queries, cookies and headers tell requests apart, and nothing else reaches the origin', async () => {
    const path = '/keyed/one';
    const same = [
      [
        `${path}?lang=de&utm=1`,
        { cookie: 'session=1; theme=dark', 'save-data': 'on', 'accept-language': 'x' },
      ],
      [`${path}?x=2&lang=de`, { cookie: 'theme=dark; a=b', 'save-data': 'on' }],
    ] as const;
    for (const [address, headers] of same) await ask(address, headers);
    expect(second.asked).toHaveLength(1);
    expect(second.asked[0]).toMatchObject({
      url: `${path}?lang=de`,
      headers: { cookie: 'theme=dark', 'save-data': 'on', 'user-agent': 'Amazon CloudFront' },
    });
    const others: [string, Record<string, string>][] = [
      [`${path}?lang=en`, same[0][1]],
      [`${path}?lang=de&b=1`, same[0][1]],
      [`${path}?lang=de`, { cookie: 'theme=light', 'save-data': 'on' }],
      [`${path}?lang=de`, { cookie: 'theme=dark' }],
      [`${path}?lang=de`, { 'save-data': 'on' }],
    ];
    for (const [address, headers] of others) expect((await ask(address, headers)).cache).toBe('Miss');
    expect(second.asked).toHaveLength(6);
    expect((await ask(`${path}?b=1&lang=de`, same[0][1])).cache).toBe('Hit');
  });

  test.each(['no-store', 'private, max-age=60', 'no-cache'])('%s is not kept', async (control) => {
    first.answer = () => ({ headers: { 'cache-control': control } });
    const path = `/not-kept-${control.length}`;
    expect([(await ask(path)).cache, (await ask(path)).cache]).toEqual(['Miss', 'Miss']);
  });

  test('s-maxage goes before max-age, and the limits of the policy before both', async () => {
    first.answer = () => ({ headers: { 'cache-control': 'max-age=0, s-maxage=600' } });
    await ask('/shared');
    expect((await ask('/shared')).cache).toBe('Hit');
    first.answer = () => ({ headers: { 'cache-control': 'no-store' } });
    await ask('/short/least');
    expect((await ask('/short/least')).cache).toBe('Hit');
    first.answer = () => ({ headers: { 'cache-control': 'max-age=600, stale-while-revalidate=600' } });
    await ask('/short/most');
    await waitFor('the most that the policy allows', async () => (await ask('/short/most')).cache === 'Miss');
  });

  test('what has expired is asked for by its tag', async () => {
    first.answer = () => ({ headers: { etag: '"a"', 'cache-control': 'max-age=1' } });
    const { body } = await ask('/tagged');
    let again = await ask('/tagged');
    await waitFor('it to expire', async () => (again = await ask('/tagged')).cache === 'RefreshHit');
    expect(again.body).toBe(body);
  });

  test('text is compressed for who takes it', async () => {
    const answer = await ask('/text', { 'accept-encoding': 'gzip' });
    expect(answer.headers['content-encoding']).toBe('gzip');
    expect((await ask('/text')).headers['content-encoding']).toBeUndefined();
  });
});

describe('an origin that fails', () => {
  test('is followed by the second one of its group, for the answers that the group names', async () => {
    first.answer = () => ({ status: 404 });
    expect((await ask('/group/a.txt')).body).toMatch(/^\/group\/a\.txt /);
    first.answer = () => ({ status: 500 });
    expect((await ask('/group/b.txt')).status).toBe(500);
  });

  test('is followed by it too where it cannot be reached', async () => {
    await first.close();
    const answer = await ask('/group/c.txt');
    await first.open();
    expect([answer.status, answer.body.split(' ')[0]]).toEqual([200, '/group/c.txt']);
  });

  test('is an error, kept for as long as the plan says, and then asked again', async () => {
    first.answer = () => ({ status: 404 });
    expect((await ask('/gone')).cache).toBe('Error');
    await ask('/gone');
    expect(first.asked).toHaveLength(1);
    first.answer = () => ({ body: 'there' });
    await waitFor('the error to be over', async () => (await ask('/gone')).body === 'there');
  });

  test('is kept for as long as it says itself, and never shown beyond, whatever else it says', async () => {
    const control = { 'cache-control': 'max-age=1, stale-while-revalidate=600, stale-if-error=600' };
    first.answer = () => ({ status: 410, headers: control });
    await ask('/deleted-post');
    expect([(await ask('/deleted-post')).status, first.asked.length]).toEqual([410, 1]);
    first.answer = () => ({ body: 'there' });
    const after = await waitFor('it to expire', async () => {
      const answer = await ask('/deleted-post');
      return answer.status === 200 && answer;
    });
    // Asked for while somebody waited, not after they were shown the error once more.
    expect(after.cache).toBe('Miss');
  });

  test('is not seen while stale-if-error lasts, and what comes after it is', async () => {
    const control = { 'cache-control': 'max-age=1, stale-if-error=600' };
    first.answer = () => ({ headers: control, body: 'old' });
    await ask('/survives');
    first.answer = () => ({ status: 503 });
    await waitFor('it to expire', async () => {
      await ask('/survives');
      return first.asked.length > 1;
    });
    for (let n = 0; n < 3; n += 1) expect(await ask('/survives')).toMatchObject({ status: 200, body: 'old' });
    await first.close();
    expect(await ask('/survives')).toMatchObject({ status: 200, body: 'old' });
    await first.open();
    first.answer = () => ({ headers: control, body: 'new' });
    await waitFor('the new one', async () => (await ask('/survives')).body === 'new');
  });

  test('is seen where nothing allows the stale answer', async () => {
    first.answer = () => ({ headers: { 'cache-control': 'max-age=1' }, body: 'old' });
    await ask('/falls');
    first.answer = () => ({ status: 503 });
    await waitFor('the failure', async () => (await ask('/falls')).status === 503);
  });
});

test('within stale-while-revalidate the old answer is sent at once, and the new one soon after', async () => {
  const control = { 'cache-control': 'max-age=1, stale-while-revalidate=600' };
  first.answer = () => ({ headers: control, body: 'old' });
  await ask('/meanwhile');
  first.answer = () => ({ headers: control, body: 'new' });
  const seen: string[] = [];
  await waitFor('the new one', async () => {
    const { body, cache: how } = await ask('/meanwhile');
    seen.push(`${how} ${body}`);
    return body === 'new';
  });
  // Nobody waited for the origin: not even the first one of the new answer.
  expect(new Set(seen)).toEqual(new Set(['Hit old', 'Hit new']));
});

describe('PURGE, in place of CreateInvalidation', () => {
  const versions: Record<string, string>[] = [{}, { cookie: 'theme=dark' }, { 'save-data': 'on' }];

  test('takes one path with its query, in every version of cookies and headers', async () => {
    const paths = ['/keyed/p1', '/keyed/p1?lang=de', '/keyed/p10'];
    for (const path of paths) for (const headers of versions) await ask(path, headers);
    expect(await purge('/keyed/p1')).toBe(200);
    for (const headers of versions) {
      expect(await Promise.all(paths.map(async (path) => (await ask(path, headers)).cache))).toEqual([
        'Miss',
        'Hit',
        'Hit',
      ]);
    }
  });

  test('takes all that begins with a path', async () => {
    await ask('/keyed/q.1?lang=de');
    await ask('/keyed/qx1?lang=de');
    expect(await purge('/keyed/q.*')).toBe(200);
    expect((await ask('/keyed/q.1?lang=de')).cache).toBe('Miss');
    expect((await ask('/keyed/qx1?lang=de')).cache).toBe('Hit');
  });

  test('leaves nothing behind that could be served in place of an error', async () => {
    first.answer = () => ({ headers: { 'cache-control': 'max-age=60, stale-if-error=600' } });
    await ask('/deleted');
    await purge('/deleted');
    first.answer = () => ({ status: 503 });
    expect((await ask('/deleted')).status).toBe(503);
  });

  test('is not taken from viewers', async () => {
    const { statusCode } = await request(`${varnish.purgeUrl}/kept`, {
      method: 'PURGE',
      headers: { 'x-cdn-protocol': 'https' },
    });
    expect(statusCode).toBe(403);
  });
});

describe('viewers', () => {
  test('are sent from HTTP to HTTPS, with path and query', async () => {
    const answer = await ask('/keyed/a?lang=de&x=1', { 'x-cdn-protocol': 'http' });
    expect([answer.status, answer.headers.location]).toEqual([
      301,
      'https://www.example.com/keyed/a?lang=de&x=1',
    ]);
  });

  test('may not write', async () => {
    expect((await ask('/kept', {}, 'POST')).status).toBe(403);
    expect(first.asked).toEqual([]);
  });

  test('get the headers of the policy, and the stricter ones of the origin', async () => {
    expect((await ask('/keyed/headers')).headers).toMatchObject({
      'x-frame-options': 'DENY',
      'content-security-policy': "default-src 'self'",
    });
    second.answer = () => ({
      headers: { 'content-security-policy': "default-src 'none'", 'x-frame-options': 'x' },
    });
    expect((await ask('/keyed/own')).headers).toMatchObject({
      'x-frame-options': 'DENY',
      'content-security-policy': "default-src 'none'",
    });
  });

  test('see nothing of the inside', async () => {
    const { headers } = await ask('/kept');
    expect(Object.keys(headers).filter((name) => /^x-(cdn|varnish)/.test(name))).toEqual([]);
  });
});

test('a Varnish that ends by itself is started again', async () => {
  varnish.crash();
  await waitFor('the restart', async () => bench.events.count('server-restarted', 'cdn-1') === 1);
  expect((await ask('/kept')).status).toBe(200);
}, 30_000);

test('a text that would end its quotes is refused', () => {
  expect(() => text('a"} call evil; {"')).toThrow(/take "\} and line breaks out of it/);
});
