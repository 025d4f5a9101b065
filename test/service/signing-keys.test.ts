import { randomUUID } from 'node:crypto';
import { signingKey } from '../../functions/rotate-secret/signing-key';
import { RotatedSecret } from '../functions/support';
import { Bench, type RunningApi } from '../support/bench';
import { waitFor } from '../support/wait';

let bench: Bench;
let secret: RotatedSecret;
beforeAll(async () => {
  bench = await Bench.start();
}, 120_000);
afterAll(() => bench.stop(), 60_000);
beforeEach(async () => {
  secret = await RotatedSecret.create(bench.aws.secrets, 'k'.repeat(64));
});

const CREDENTIALS = { name: 'trillian', password: 'a long enough password' };
const kidOf = (token: string): string =>
  (JSON.parse(Buffer.from(token.split('.')[0] ?? '', 'base64url').toString()) as { kid: string }).kid;

const node = (pollSeconds: string): Promise<RunningApi> =>
  bench.api({ SIGNING_SECRET_ARN: secret.id, SIGNING_KEY_POLL_SECONDS: pollSeconds });

async function logIn({ url }: RunningApi): Promise<string> {
  const send = (path: string) =>
    fetch(url + path, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(CREDENTIALS),
    });
  await send('/v1/users');
  return ((await (await send('/v1/sessions')).json()) as { token: string }).token;
}

/** The status of a request that only a signed-in user may make. */
async function statusOf({ url }: RunningApi, token: string): Promise<number> {
  const answer = await fetch(`${url}/v1/posts`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: '{"text":"still here"}',
  });
  return answer.status;
}

/** A token of the current key, from a node that may first have to learn of it. */
async function fresh(api: RunningApi): Promise<string> {
  const stages = await secret.stages();
  const [current] = Object.entries(stages).find(([, labels]) => labels.includes('AWSCURRENT')) ?? [];
  let token = '';
  await waitFor('tokens of the current key', async () => {
    token = await logIn(api);
    return kidOf(token) === current;
  });
  return token;
}

test('a rotation ends no session, on no node; a second one ends those from before the first', async () => {
  const [slow, quick] = await Promise.all([node('3600'), node('0.2')]);
  const before = await logIn(slow);
  await secret.rotate(signingKey);
  const between = await fresh(quick);
  expect(kidOf(between)).not.toBe(kidOf(before));
  for (const api of [slow, quick]) {
    expect(await statusOf(api, before)).toBe(201);
    // The slow node has not polled: the token itself tells it of the new key.
    expect(await statusOf(api, between)).toBe(201);
  }
  // It signs with the key of now from then on.
  expect(kidOf(await logIn(slow))).toBe(kidOf(between));

  await secret.rotate(signingKey);
  const after = await fresh(quick);
  for (const api of [quick, slow]) {
    expect(await statusOf(api, after)).toBe(201);
    expect(await statusOf(api, between)).toBe(201);
    expect(await statusOf(api, before)).toBe(401);
  }
}, 60_000);

test('made-up keys are refused, and cost one read a second at most', async () => {
  const api = await node('3600');
  const token = await logIn(api);
  const forged = (header: object): string =>
    [Buffer.from(JSON.stringify(header)).toString('base64url'), ...token.split('.').slice(1)].join('.');
  const alg = 'HS256';
  const started = performance.now();
  const statuses = await Promise.all(
    Array.from({ length: 200 }, () => statusOf(api, forged({ alg, kid: randomUUID() }))),
  );
  expect(new Set(statuses)).toEqual(new Set([401]));
  expect(performance.now() - started).toBeLessThan(10_000);
  expect(await statusOf(api, forged({ alg }))).toBe(401);
  expect(await statusOf(api, forged({ alg: 'none', kid: kidOf(token) }))).toBe(401);
  expect(await statusOf(api, token)).toBe(201);
}, 30_000);

test('with the secrets away known keys go on, and a key that may be new is a 503, not the end of a session', async () => {
  const api = await node('0.2');
  const token = await logIn(api);
  const parts = token.split('.');
  const header = Buffer.from(JSON.stringify({ alg: 'HS256', kid: randomUUID() })).toString('base64url');
  bench.ministack.signal('SIGSTOP');
  try {
    expect(await statusOf(api, [header, ...parts.slice(1)].join('.'))).toBe(503);
    const answer = await fetch(`${api.url}/v1/pictures/1/complete`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}` },
    });
    // Past the token: there is no such picture.
    expect(answer.status).toBe(404);
  } finally {
    bench.ministack.signal('SIGCONT');
  }
}, 60_000);

test('a new key that is too short is never taken', async () => {
  const api = await node('0.2');
  const token = await logIn(api);
  await secret.put('short');
  await waitFor('a complaint in the log', () => api.process.text().includes('HS256 needs 32'));
  expect(await statusOf(api, token)).toBe(201);
  expect(kidOf(await logIn(api))).toBe(kidOf(token));
}, 30_000);
