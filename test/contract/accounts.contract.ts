import { createPublicKey, verify, type JsonWebKey } from 'node:crypto';
import {
  closeClient,
  get,
  newKey,
  newName,
  PASSWORD,
  post,
  send,
  signUp,
  type Failure,
  type Session,
} from './client';
import { storedRows } from './database';

afterAll(closeClient);

interface Keys {
  readonly keys: readonly (JsonWebKey & { readonly kid: string })[];
}

describe('sign-up', () => {
  test('answers the user and a token, and stores a hash instead of the password', async () => {
    const name = newName();
    const answer = await post<Session>('/v1/users', { name, password: PASSWORD });
    expect(answer.status).toBe(201);
    expect(answer.body.user).toEqual({ id: expect.stringMatching(/^\d+$/), name });
    expect(answer.body.token.split('.')).toHaveLength(3);
    const rows = await storedRows<{ name: string; password_hash: string }>(
      'SELECT * FROM users WHERE id = $1',
      [answer.body.user.id],
    );
    if (rows !== undefined) {
      expect(rows).toHaveLength(1);
      expect(rows[0]?.name).toBe(name);
      expect(rows[0]?.password_hash).toMatch(/^\$argon2id\$/);
    }
  });

  test('the token is signed with a key that is published, and names the user', async () => {
    const { user, token } = await signUp();
    const [head = '', payload = '', signature = ''] = token.split('.');
    const { alg, kid } = JSON.parse(Buffer.from(head, 'base64url').toString()) as {
      alg: string;
      kid: string;
    };
    expect(alg).toBe('EdDSA');
    const { keys } = (await get<Keys>('/.well-known/jwks.json')).body;
    const key = createPublicKey({ key: keys.find((one) => one.kid === kid)!, format: 'jwk' });
    const signed = Buffer.from(`${head}.${payload}`);
    expect(verify(null, signed, key, Buffer.from(signature, 'base64url'))).toBe(true);
    const claims = JSON.parse(Buffer.from(payload, 'base64url').toString()) as {
      sub: string;
      iat: number;
      exp: number;
    };
    expect(claims.sub).toBe(user.id);
    expect(claims.exp).toBeGreaterThan(claims.iat);
  });

  test('a name is given once, whatever its case', async () => {
    const { user } = await signUp();
    for (const name of [user.name, user.name.toUpperCase()]) {
      const again = await post<Failure>('/v1/users', { name, password: PASSWORD });
      expect(again.status).toBe(409);
      expect(again.body.error.code).toBe('name_taken');
    }
  });

  test('a retry with the same Idempotency-Key is the same sign-up', async () => {
    const name = newName();
    const options = { headers: { 'idempotency-key': newKey() } };
    const first = await post<Session>('/v1/users', { name, password: PASSWORD }, options);
    const second = await post<Session>('/v1/users', { name, password: PASSWORD }, options);
    expect([first.status, second.status]).toEqual([201, 201]);
    expect(second.body.user).toEqual(first.body.user);
    const rows = await storedRows('SELECT id FROM users WHERE name = $1', [name]);
    if (rows !== undefined) expect(rows).toHaveLength(1);
  });

  test('a retry with another password opens nothing', async () => {
    const name = newName();
    const options = { headers: { 'idempotency-key': newKey() } };
    await post('/v1/users', { name, password: PASSWORD }, options);
    const second = await post<Failure>('/v1/users', { name, password: `${PASSWORD}!` }, options);
    expect(second.status).toBe(409);
    expect(second.body.error.code).toBe('name_taken');
  });

  test.each([
    ['no body fields', {}, ['body.name', 'body.password']],
    ['short name', { name: 'ab', password: PASSWORD }, ['body.name']],
    ['name with a space', { name: 'a b c', password: PASSWORD }, ['body.name']],
    ['short password', { name: 'abc', password: 'short' }, ['body.password']],
    ['endless password', { name: 'abc', password: 'x'.repeat(129) }, ['body.password']],
    ['unknown field', { name: 'abc', password: PASSWORD, role: 'admin' }, ['body']],
    ['wrong type', { name: 12345, password: PASSWORD }, ['body.name']],
  ])('refuses %s and names every fault', async (_case, body, paths) => {
    const answer = await post<Failure>('/v1/users', body);
    expect(answer.status).toBe(400);
    expect(answer.body.error.code).toBe('invalid_request');
    expect(answer.body.error.details?.map((detail) => detail.path)).toEqual(paths);
  });

  test.each([
    ['shortest', 10, 3],
    ['longest', 128, 32],
  ])('takes the %s password and name that it says, and no other', async (_case, password, name) => {
    const exact = { name: newName().padEnd(32, 'x').slice(-name), password: 'p'.repeat(password) };
    // A name of three characters may be somebody's already.
    expect([201, 409]).toContain((await post('/v1/users', exact)).status);
    const beyond = password === 10 ? -1 : 1;
    const faulty = { name: 'n'.repeat(name + beyond), password: 'p'.repeat(password + beyond) };
    const answer = await post<Failure>('/v1/users', faulty);
    expect(answer.body.error.details?.map(({ path }) => path)).toEqual(['body.name', 'body.password']);
  });

  test('refuses what is no JSON', async () => {
    const answer = await send<Failure>('POST', '/v1/users', '{"name":', {
      'content-type': 'application/json',
    });
    expect(answer.status).toBe(400);
    expect(answer.body.error.code).toBe('invalid_request');
  });

  test('refuses another media type', async () => {
    const answer = await send<Failure>('POST', '/v1/users', 'name=a', {
      'content-type': 'application/x-www-form-urlencoded',
    });
    expect(answer.status).toBe(415);
    expect(answer.body.error.code).toBe('unsupported_media_type');
  });

  test('refuses a body beyond 64 KiB', async () => {
    const answer = await post<Failure>('/v1/users', { name: 'x'.repeat(70_000), password: PASSWORD });
    expect(answer.status).toBe(413);
    expect(answer.body.error.code).toBe('body_too_large');
  });
});

describe('log-in', () => {
  test('the right password opens a session', async () => {
    const { user } = await signUp();
    const answer = await post<Session>('/v1/sessions', { name: user.name, password: PASSWORD });
    expect(answer.status).toBe(201);
    expect(answer.body.user).toEqual(user);
  });

  test('wrong password and unknown name look the same', async () => {
    const { user } = await signUp();
    const wrong = await post<Failure>('/v1/sessions', { name: user.name, password: 'not the password' });
    const unknown = await post<Failure>('/v1/sessions', { name: newName(), password: 'not the password' });
    expect([wrong.status, unknown.status]).toEqual([401, 401]);
    expect(wrong.body.error.code).toBe('wrong_credentials');
    expect(unknown.body.error.message).toBe(wrong.body.error.message);
  });

  test('guessing the password of one name is soon refused, with the time to wait', async () => {
    const name = newName();
    let answer = await post<Failure>('/v1/sessions', { name, password: 'not the password' });
    for (let guess = 0; guess < 40 && answer.status === 401; guess += 1)
      answer = await post<Failure>('/v1/sessions', { name, password: 'not the password' });
    expect([answer.status, answer.body.error.code]).toEqual([429, 'too_many_requests']);
    expect(Number(answer.headers['retry-after'])).toBeGreaterThan(0);
    expect(answer.headers['cache-control']).toBe('no-store');
    expect(answer.headers['ratelimit-remaining']).toBe('0');
    const other = await post<Failure>('/v1/sessions', { name: newName(), password: 'not the password' });
    expect(other.status).toBe(401);
  });

  test.each([
    ['no password', { name: 'somebody' }, ['body.password']],
    ['no name', { password: PASSWORD }, ['body.name']],
    ['an endless password', { name: 'somebody', password: 'x'.repeat(129) }, ['body.password']],
    ['something else', { name: 'somebody', password: PASSWORD, remember: true }, ['body']],
  ])('with %s is refused', async (_case, body, paths) => {
    const answer = await post<Failure>('/v1/sessions', body);
    expect([answer.status, answer.body.error.details?.map(({ path }) => path)]).toEqual([400, paths]);
  });

  test('no answer carries the password hash', async () => {
    const { user } = await signUp();
    const answer = await post('/v1/sessions', { name: user.name, password: PASSWORD });
    expect(answer.bytes.toString()).not.toContain('argon2');
    expect(Object.keys(answer.body as object).sort()).toEqual([
      'expiresInSeconds',
      'refreshToken',
      'token',
      'user',
    ]);
  });
});

describe('the published keys', () => {
  test('are public halves only, and may be kept for a while', async () => {
    const answer = await get<Keys>('/.well-known/jwks.json');
    expect(answer.status).toBe(200);
    expect(answer.headers['cache-control']).toMatch(/public, max-age=\d+/);
    expect(answer.body.keys.length).toBeGreaterThan(0);
    for (const key of answer.body.keys) {
      expect(key).toEqual({
        kty: 'OKP',
        crv: 'Ed25519',
        x: expect.stringMatching(/^[\w-]{43}$/),
        kid: expect.any(String),
        use: 'sig',
        alg: 'EdDSA',
      });
    }
  });
});

describe('tokens', () => {
  test.each([
    ['none', undefined],
    ['nonsense', 'nonsense'],
    ['one without a signature', 'eyJhbGciOiJub25lIiwidHlwIjoiSldUIn0.eyJzdWIiOiIxIn0.'],
  ])('%s is refused', async (_case, token) => {
    const answer = await post<Failure>('/v1/posts', { text: 'hello' }, { token });
    expect(answer.status).toBe(401);
    expect(answer.body.error.code).toBe('unauthenticated');
  });

  test('one with a changed payload is refused', async () => {
    const { token } = await signUp();
    const [head, , signature] = token.split('.');
    const payload = Buffer.from(JSON.stringify({ sub: '1', exp: 9_999_999_999 })).toString('base64url');
    const answer = await post<Failure>(
      '/v1/posts',
      { text: 'hello' },
      { token: `${head}.${payload}.${signature}` },
    );
    expect(answer.status).toBe(401);
  });

  test('reading needs none', async () => {
    const { user } = await signUp();
    expect((await get(`/v1/users/${user.id}/posts`)).status).toBe(200);
  });
});

describe('a user', () => {
  test('is read by everybody, with nothing but id and name', async () => {
    const { user } = await signUp();
    for (let n = 0; n < 2; n += 1) {
      const answer = await get<{ user: unknown }>(`/v1/users/${user.id}`);
      expect([answer.status, answer.body]).toEqual([200, { user }]);
    }
  });

  test('is read right after signing up, whatever was asked before', async () => {
    const answer = await post<{ user: { id: string } }>('/v1/users', { name: newName(), password: PASSWORD });
    const headers = { 'x-tiers-position': answer.headers['x-tiers-position'] ?? '' };
    expect((await get(`/v1/users/${answer.body.user.id}`, { headers })).status).toBe(200);
  });

  test('that is not there is a 404', async () => {
    const answer = await get<Failure>('/v1/users/68719476736');
    expect([answer.status, answer.body.error.code]).toEqual([404, 'user_not_found']);
  });

  test('is not asked for by name', async () => {
    const answer = await get<Failure>('/v1/users/somebody');
    expect(answer.body.error.details?.[0]?.path).toBe('params.id');
  });
});
