import { createHmac, createPublicKey, randomUUID, sign, verify, type JsonWebKey } from 'node:crypto';
import { signingKey as target } from '../../functions/rotate-secret/signing-key';
import { signingKey } from '../../service/http/signing-key';
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

const published = async ({ url }: RunningApi): Promise<string[]> => {
  const answer = await fetch(`${url}/.well-known/jwks.json`);
  return ((await answer.json()) as { keys: { kid: string }[] }).keys.map(({ kid }) => kid);
};

/** The status of a request that only a signed-in user may make. */
async function statusOf({ url }: RunningApi, token: string): Promise<number> {
  const answer = await fetch(`${url}/v1/posts`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: '{"text":"still here"}',
  });
  return answer.status;
}

/** What a verifier that lets the token choose the algorithm would take: HMAC with the published key as its secret. */
async function signedWithPublicKey({ url }: RunningApi, token: string): Promise<string> {
  const { keys } = (await (await fetch(`${url}/.well-known/jwks.json`)).json()) as { keys: JsonWebKey[] };
  const pem = createPublicKey({ key: keys[0]!, format: 'jwk' }).export({ format: 'pem', type: 'spki' });
  const header = Buffer.from(JSON.stringify({ alg: 'HS256', kid: kidOf(token) })).toString('base64url');
  const input = `${header}.${token.split('.')[1]}`;
  return `${input}.${createHmac('sha256', pem).update(input).digest('base64url')}`;
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

describe('the key pair of a secret', () => {
  const derived = signingKey({ text: 'k'.repeat(64), version: 'one' });

  test('is the same wherever it is derived, and its private half is in nothing published', () => {
    // Changed by chance, every session of every node with the other derivation would end.
    expect(derived.jwk).toEqual({
      kty: 'OKP',
      crv: 'Ed25519',
      x: 'P4dv6mRtlWsw-0glnNRF_jex9OWSDfZpc788CR3DNik',
      kid: 'one',
      use: 'sig',
      alg: 'EdDSA',
    });
    expect(signingKey({ text: 'k'.repeat(64), version: 'one' }).privateKey).toBe(derived.privateKey);
    expect(signingKey({ text: 'l'.repeat(64), version: 'one' }).jwk.x).not.toBe(derived.jwk.x);
  });

  test('signs what its published half verifies', () => {
    const message = Buffer.from('a message');
    const signature = sign(null, message, derived.privateKey);
    const key = createPublicKey({ key: { ...derived.jwk }, format: 'jwk' });
    expect(verify(null, message, key, signature)).toBe(true);
    expect(verify(null, Buffer.from('another'), key, signature)).toBe(false);
  });
});

test('a rotation ends no session, on no node; a second one ends those from before the first', async () => {
  const [slow, quick] = await Promise.all([node('3600'), node('0.2')]);
  const before = await logIn(slow);
  await secret.rotate(target);
  const between = await fresh(quick);
  expect(kidOf(between)).not.toBe(kidOf(before));
  for (const api of [slow, quick]) {
    expect(await statusOf(api, before)).toBe(201);
    // The slow node has not polled: the token itself tells it of the new key.
    expect(await statusOf(api, between)).toBe(201);
  }
  expect(await published(quick)).toEqual([kidOf(between), kidOf(before)]);
  // It signs with the key of now from then on.
  expect(kidOf(await logIn(slow))).toBe(kidOf(between));

  await secret.rotate(target);
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
  const alg = 'EdDSA';
  const started = performance.now();
  const statuses = await Promise.all(
    Array.from({ length: 200 }, () => statusOf(api, forged({ alg, kid: randomUUID() }))),
  );
  expect(new Set(statuses)).toEqual(new Set([401]));
  expect(performance.now() - started).toBeLessThan(10_000);
  expect(await statusOf(api, forged({ alg }))).toBe(401);
  expect(await statusOf(api, forged({ alg: 'none', kid: kidOf(token) }))).toBe(401);
  expect(await statusOf(api, await signedWithPublicKey(api, token))).toBe(401);
  expect(await statusOf(api, token)).toBe(201);
}, 30_000);

test('with the secrets away known keys go on, and a key that may be new is a 503, not the end of a session', async () => {
  const api = await node('0.2');
  const token = await logIn(api);
  const parts = token.split('.');
  const header = Buffer.from(JSON.stringify({ alg: 'EdDSA', kid: randomUUID() })).toString('base64url');
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
  await waitFor('a complaint in the log', () => api.process.text().includes('the keys need 32'));
  expect(await statusOf(api, token)).toBe(201);
  expect(kidOf(await logIn(api))).toBe(kidOf(token));
}, 30_000);
