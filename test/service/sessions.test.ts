import { ScanCommand } from '@aws-sdk/client-dynamodb';
import { signingKey } from '../../functions/rotate-secret/signing-key';
import { RotatedSecret } from '../functions/support';
import { Bench, type RunningApi } from '../support/bench';
import { waitFor } from '../support/wait';

let bench: Bench;
beforeAll(async () => {
  bench = await Bench.start();
}, 120_000);
afterAll(() => bench.stop(), 60_000);

interface Opened {
  readonly user: { readonly id: string; readonly name: string };
  readonly token: string;
  readonly refreshToken?: string;
}
interface Answer<T> {
  readonly status: number;
  readonly body: T;
}
interface Failure {
  readonly error: { readonly code: string };
}

async function ask<T>(
  { url }: RunningApi,
  method: string,
  path: string,
  { body, token }: { body?: unknown; token?: string } = {},
): Promise<Answer<T>> {
  const answer = await fetch(url + path, {
    method,
    headers: {
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
    },
    body: body === undefined ? undefined : JSON.stringify(body),
  });
  return { status: answer.status, body: (await answer.json().catch(() => undefined)) as T };
}

const password = 'a long enough password';
let count = 0;
const signUp = async (api: RunningApi): Promise<Opened> => {
  const body = { name: `visitor${(count += 1)}`, password };
  return (await ask<Opened>(api, 'POST', '/v1/users', { body })).body;
};
const refresh = <T = Opened>(api: RunningApi, refreshToken?: string): Promise<Answer<T>> =>
  ask<T>(api, 'POST', '/v1/sessions/refresh', { body: { refreshToken } });
/** 404 with a token that is accepted: there is no such picture. */
const use = async (api: RunningApi, token: string): Promise<number> =>
  (await ask(api, 'POST', '/v1/pictures/1/complete', { token })).status;
const sql = (statement: string, values: unknown[] = []) => bench.cluster.primary.query(statement, values);
/** As where there is no table of shared state, so that a test can make a session older. */
const withoutTable = { TABLE_NAME: '' };

test('a lost answer can be asked for again for a minute; later the same request ends the session', async () => {
  const api = await bench.api(withoutTable);
  const { user, refreshToken } = await signUp(api);
  const first = await refresh(api, refreshToken);
  await sql('UPDATE sessions SET rotated_at = rotated_at - 50000 WHERE user_id = $1', [user.id]);
  expect((await refresh(api, refreshToken)).body.refreshToken).toBe(first.body.refreshToken);
  await sql('UPDATE sessions SET rotated_at = rotated_at - 10001 WHERE user_id = $1', [user.id]);
  expect((await refresh(api, refreshToken)).status).toBe(401);
  expect((await refresh(api, first.body.refreshToken)).status).toBe(401);
  expect(await use(api, first.body.token)).toBe(401);
  expect(api.process.text()).toContain('refresh token used again, session ended');
});

test('a session that nobody refreshed for 30 days is over, and goes with the next log-in', async () => {
  const api = await bench.api(withoutTable);
  const { user, refreshToken } = await signUp(api);
  const [row] = await sql('SELECT expires_at - rotated_at AS idle FROM sessions WHERE user_id = $1', [
    user.id,
  ]);
  expect(Number(row?.['idle'])).toBe(30 * 86_400_000);
  await sql('UPDATE sessions SET expires_at = expires_at - 30 * 86400000::bigint WHERE user_id = $1', [
    user.id,
  ]);
  expect((await refresh(api, refreshToken)).status).toBe(401);
  await ask(api, 'POST', '/v1/sessions', { body: { name: user.name, password } });
  expect(await sql('SELECT 1 FROM sessions WHERE user_id = $1', [user.id])).toHaveLength(1);
});

test('refreshing moves the end of a session on, and not beyond 180 days', async () => {
  const api = await bench.api(withoutTable);
  const { user, refreshToken } = await signUp(api);
  await sql('UPDATE sessions SET created_at = created_at - 170 * 86400000::bigint WHERE user_id = $1', [
    user.id,
  ]);
  expect((await refresh(api, refreshToken)).status).toBe(200);
  const [row] = await sql('SELECT expires_at - created_at AS whole FROM sessions WHERE user_id = $1', [
    user.id,
  ]);
  expect(Number(row?.['whole'])).toBe(180 * 86_400_000);
});

test('neither store holds anything that opens a session', async () => {
  const [table, database] = [await bench.api(), await bench.api(withoutTable)];
  for (const api of [table, database]) {
    const { refreshToken } = await signUp(api);
    const secret = (await refresh(api, refreshToken)).body.refreshToken!.split('.')[2]!;
    const items = await bench.aws.dynamodb.send(new ScanCommand({ TableName: bench.resources.table }));
    const kept = JSON.stringify([await sql('SELECT * FROM sessions'), items.Items]);
    expect(kept.length).toBeGreaterThan(100);
    expect(kept).not.toContain(secret.slice(0, 20));
    expect(kept).not.toContain(secret.slice(-20));
  }
});

test('an access token expires, the session goes on', async () => {
  const api = await bench.api({ ACCESS_LIFETIME_SECONDS: '1' });
  const { token, refreshToken } = await signUp(api);
  await waitFor('the token to expire', async () => (await use(api, token)) === 401);
  expect((await refresh(api, refreshToken)).status).toBe(200);
});

test('a lost answer is answered the same after the signing secret was rotated', async () => {
  const secret = await RotatedSecret.create(bench.aws.secrets, 'k'.repeat(64));
  const api = await bench.api({ SIGNING_SECRET_ARN: secret.id, SIGNING_KEY_POLL_SECONDS: '0.2' });
  const { refreshToken } = await signUp(api);
  const first = await refresh(api, refreshToken);
  await secret.rotate(signingKey);
  await waitFor('the new key', async () => {
    const answer = await fetch(`${api.url}/.well-known/jwks.json`);
    return ((await answer.json()) as { keys: unknown[] }).keys.length === 2;
  });
  expect((await refresh(api, refreshToken)).body.refreshToken).toBe(first.body.refreshToken);
  expect((await refresh(api, first.body.refreshToken)).status).toBe(200);
}, 30_000);

test('an ended session is refused for as long as its tokens would be accepted', async () => {
  const lifetime = 900;
  const api = await bench.api({ ACCESS_LIFETIME_SECONDS: String(lifetime) });
  const [one, other] = [await signUp(api), await signUp(api)];
  await ask(api, 'DELETE', '/v1/sessions', { token: one.token });
  await ask(api, 'POST', '/v1/users/me/revoke', { token: other.token });
  const { sid } = JSON.parse(Buffer.from(one.token.split('.')[1]!, 'base64url').toString()) as {
    sid: string;
  };
  await bench.valkey.with(async (cache) => {
    for (const key of [`session-ended:1:${sid}`, `sessions-ended:1:${other.user.id}`])
      expect(await cache.ttl(key)).toBeGreaterThanOrEqual(lifetime);
  });
});

test('with the cache away, tokens are good until they expire; ended sessions are not refreshed', async () => {
  const api = await bench.api();
  const [one, other] = [await signUp(api), await signUp(api)];
  await bench.valkey.kill();
  try {
    expect(await use(api, one.token)).toBe(404);
    expect((await ask(api, 'POST', '/v1/users/me/revoke', { token: one.token })).status).toBe(204);
    expect(await use(api, one.token)).toBe(404);
    expect((await refresh(api, one.refreshToken)).status).toBe(401);
    expect((await refresh(api, other.refreshToken)).status).toBe(200);
  } finally {
    await bench.valkey.restart();
  }
}, 30_000);

test('with the table away people log in for the life of one token, and sessions wait', async () => {
  const api = await bench.api();
  const { user, refreshToken } = await signUp(api);
  const other = await signUp(api);
  bench.ministack.signal('SIGSTOP');
  try {
    const opened = await ask<Opened>(api, 'POST', '/v1/sessions', { body: { name: user.name, password } });
    expect([opened.status, opened.body.refreshToken]).toEqual([201, undefined]);
    expect(await use(api, opened.body.token)).toBe(404);
    const refused = await refresh<Failure>(api, refreshToken);
    expect([refused.status, refused.body.error.code]).toEqual([503, 'session_store_unavailable']);
    const revoked = await ask<Failure>(api, 'POST', '/v1/users/me/revoke', { token: other.token });
    expect([revoked.status, revoked.body.error.code]).toEqual([503, 'session_store_unavailable']);
  } finally {
    bench.ministack.signal('SIGCONT');
  }
  expect((await refresh(api, refreshToken)).status).toBe(200);
}, 60_000);
