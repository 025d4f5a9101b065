import { mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FEATURES, type FeatureName } from '../../service/aws/client-config';
import { isIn } from '../../service/rollout';
import { putParameter } from '../support/aws-resources';
import { Bench, type RunningApi } from '../support/bench';
import { Visitor, type Reply } from '../support/visitor';
import { waitFor } from '../support/wait';

let bench: Bench;
let api: RunningApi;
let visitor: Visitor;
beforeAll(async () => {
  bench = await Bench.start();
  api = await bench.api();
  visitor = await new Visitor(api.url).signUp();
}, 120_000);
afterAll(() => bench.stop(), 60_000);

/** What switches each endpoint off, or why nothing does. */
const SWITCHES: Readonly<Record<string, FeatureName | { readonly none: string }>> = {
  'POST /v1/users': 'signUp',
  'POST /v1/sessions': 'logIn',
  'POST /v1/posts': 'posts',
  'PATCH /v1/posts/{id}': 'posts',
  'DELETE /v1/posts/{id}': 'posts',
  'POST /v1/posts/{id}/boosts': 'boosts',
  'POST /v1/pictures': 'pictures',
  'POST /v1/pictures/{id}/complete': 'pictures',
  'GET /p/{id}': 'publicPages',
  'PUT /v1/users/{id}/follow': 'follows',
  'DELETE /v1/users/{id}/follow': 'follows',
  'GET /v1/feed': 'feed',
  'GET /v1/statistics/daily': 'statistics',
  'POST /v1/sessions/refresh': { none: 'whoever is logged in stays so, whatever is switched off' },
  'DELETE /v1/sessions': { none: 'a session can always be ended' },
  'POST /v1/users/me/revoke': { none: 'sessions can always be ended' },
  'GET /v1/posts': { none: 'reading' },
  'GET /v1/posts/{id}': { none: 'reading is what is left when all else is off' },
  'GET /v1/users/{id}': { none: 'reading' },
  'GET /v1/users/{id}/posts': { none: 'reading' },
  'GET /v1/users/{id}/followers': { none: 'reading' },
  'GET /v1/users/{id}/following': { none: 'reading' },
  'GET /v1/pictures/{id}': { none: 'reading' },
  'GET /v1/client-config': { none: 'says what is off' },
  'GET /.well-known/jwks.json': { none: 'others verify tokens with it' },
  'GET /media/{file}': { none: 'reading' },
  'GET /healthz': { none: 'asked by the balancer' },
  'GET /readyz': { none: 'asked by whoever looks for a fault' },
};
/** Switches of what is no endpoint. */
const WITHIN: readonly FeatureName[] = ['rateLimits', 'videos'];

/** An id that names nothing, which a switch must not let be looked for. */
const ids: Readonly<Record<string, string>> = {
  users: String(1n << 36n),
  posts: String(2n << 36n),
  pictures: String(3n << 36n),
  p: String(2n << 36n),
};
const BODIES: Readonly<Record<string, unknown>> = {
  'POST /v1/users': { name: 'nobody', password: 'a long enough password' },
  'POST /v1/sessions': { name: 'nobody', password: 'a long enough password' },
  'POST /v1/posts': { text: 'hello' },
  'PATCH /v1/posts/{id}': { text: 'hello', version: 1 },
  'POST /v1/posts/{id}/boosts': { amountCents: 500, currency: 'EUR' },
  'POST /v1/pictures': { contentType: 'image/png', bytes: 100 },
};
async function ask(endpoint: string): Promise<Pick<Reply, 'status'> & { text: string }> {
  const [method = '', pattern = ''] = endpoint.split(' ');
  const path = pattern.replace(/(\w+)\/\{id\}/, (_all, kind: string) => `${kind}/${ids[kind]}`);
  const body = BODIES[endpoint];
  const answer = await fetch(api.url + path, {
    method,
    redirect: 'manual',
    headers: {
      ...visitor.authorization,
      'idempotency-key': 'a-key-of-this-test',
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    },
    body: body === undefined ? undefined : JSON.stringify(body),
  });
  return { status: answer.status, text: await answer.text() };
}

const set = (value: unknown): Promise<void> =>
  putParameter(bench.aws.ssm, bench.resources.parameter, JSON.stringify(value));
const features = async (url = api.url): Promise<Record<string, boolean>> =>
  (await new Visitor(url).call('GET', '/v1/client-config')).body['features'] as Record<string, boolean>;

test('every endpoint has a switch, or a reason to have none, and every switch something to switch', async () => {
  const { paths } = (await (await fetch(`${api.url}/openapi.json`)).json()) as {
    paths: Record<string, Record<string, unknown>>;
  };
  const endpoints = Object.entries(paths).flatMap(([path, operations]) =>
    Object.keys(operations).map((method) => `${method.toUpperCase()} ${path}`),
  );
  expect(endpoints.sort()).toEqual(Object.keys(SWITCHES).sort());
  const switches = Object.values(SWITCHES).filter((one) => typeof one === 'string');
  expect([...new Set([...switches, ...WITHIN])].sort()).toEqual([...FEATURES].sort());
});

const switched = Object.entries(SWITCHES).filter(([, one]) => typeof one === 'string') as [
  string,
  FeatureName,
][];
test.each(FEATURES.filter((feature) => !WITHIN.includes(feature)))(
  'the switch %s switches off what is its own, and nothing else',
  async (feature) => {
    await set({ features: { [feature]: false } });
    await waitFor('the switch', async () => (await features())[feature] === false);
    for (const [endpoint, own] of switched) {
      const { status, text } = await ask(endpoint);
      const off = status === 503 && text.includes(feature === 'publicPages' ? '503' : 'feature_off');
      expect([endpoint, off]).toEqual([endpoint, own === feature]);
    }
  },
  30_000,
);

test('videos can be switched off beside pictures', async () => {
  const announce = async (contentType: string) =>
    (await visitor.call('POST', '/v1/pictures', { contentType, bytes: 100 })).status;
  await set({ features: { videos: false } });
  await waitFor('the switch', async () => (await features())['videos'] === false);
  expect([await announce('video/mp4'), await announce('image/png')]).toEqual([503, 201]);
  await set({ features: {} });
  await waitFor('the switch to be on', async () => (await announce('video/mp4')) === 201);
}, 30_000);

test('the limits of requests can be switched off while things run', async () => {
  const { url } = await bench.api({ RATE_LIMITS: 'logIn=1/3600' });
  await set({ features: {} });
  await waitFor('all switches to be on', async () => (await features(url))['rateLimits'] === true);
  const logIn = async () =>
    (await new Visitor(url).call('POST', '/v1/sessions', { name: 'nobody', password: 'not the password' }))
      .status;
  expect(await logIn()).toBe(401);
  // A cache that is slow for once has the server count for itself, from one on.
  await waitFor('the limit', async () => (await logIn()) === 429);
  await set({ features: { rateLimits: false } });
  await waitFor('the limits to be off', async () => (await logIn()) === 401);
}, 30_000);

test('a feature that is rolled out to a share is on for the same users at every node, and clients are told the share', async () => {
  const nodes = [api, await bench.api()];
  const people = await Promise.all(Array.from({ length: 12 }, () => new Visitor(api.url).signUp()));
  await set({ features: { posts: { percent: 50 } } });
  for (const { url } of nodes) {
    await waitFor('the share', async () => (await features(url))['posts'] === false);
    const { body } = await new Visitor(url).call('GET', '/v1/client-config');
    expect(body['rollouts']).toEqual({ posts: 50 });
    const answers = await Promise.all(
      people.map((one) =>
        fetch(`${url}/v1/posts`, {
          method: 'POST',
          headers: { ...one.authorization, 'content-type': 'application/json' },
          body: '{"text":"hello"}',
        }),
      ),
    );
    expect(answers.map(({ status }) => status)).toEqual(
      people.map(({ userId }) => (isIn('posts', userId, 50) ? 201 : 503)),
    );
  }
}, 30_000);

test('a file of the machine does as well: it is followed, and neither a bad one nor its absence changes anything', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'tiers-switches-'));
  const file = join(folder, 'config.json');
  const write = (text: string): void => {
    writeFileSync(`${file}.new`, text);
    renameSync(`${file}.new`, file);
  };
  try {
    write('{"features":{"boosts":false}}');
    const node = await bench.api({ CLIENT_CONFIG_FILE: file, CLIENT_CONFIG_PARAMETER: '' });
    expect((await features(node.url))['boosts']).toBe(false);
    const complaints = () => node.process.text().split('last good value stays').length;
    for (const spoil of [() => write('{"features":{"boosts":{"percnt":1}}}'), () => rmSync(file)]) {
      const before = complaints();
      spoil();
      await waitFor('the fault to be seen', () => complaints() > before);
      expect((await features(node.url))['boosts']).toBe(false);
    }
    write('{"features":{}}');
    await waitFor('the new file', async () => (await features(node.url))['boosts'] === true);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}, 30_000);

test('with the parameter store away what is off stays off', async () => {
  await set({ features: { boosts: false } });
  await waitFor('the switch', async () => (await features())['boosts'] === false);
  const complaints = () => api.process.text().split('last good value stays').length;
  const before = complaints();
  bench.ministack.signal('SIGSTOP');
  try {
    await waitFor('the fault to be seen', () => complaints() > before, 60_000);
    expect((await features())['boosts']).toBe(false);
    expect((await features())['posts']).toBe(true);
  } finally {
    bench.ministack.signal('SIGCONT');
  }
}, 90_000);
