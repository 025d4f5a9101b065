import {
  closeClient,
  get,
  newName,
  PASSWORD,
  post,
  send,
  signUp,
  type Answer,
  type Failure,
  type Session,
} from './client';

afterAll(closeClient);

interface Tokens {
  readonly token: string;
  readonly expiresInSeconds: number;
  readonly refreshToken: string;
}
type Opened = Session & Tokens;

const open = async (): Promise<Opened> => (await signUp()) as Opened;
const refresh = <T = Tokens>(refreshToken: string): Promise<Answer<T>> =>
  post<T>('/v1/sessions/refresh', { refreshToken });
const logIn = async ({ user }: Session): Promise<Opened> =>
  (await post<Opened>('/v1/sessions', { name: user.name, password: PASSWORD })).body;
const logOut = (token: string): Promise<Answer<Failure>> =>
  send<Failure>('DELETE', '/v1/sessions', undefined, { authorization: `Bearer ${token}` });
const revoke = (token: string): Promise<Answer<Failure>> =>
  post<Failure>('/v1/users/me/revoke', undefined, { token });
/** 404 for a token that is accepted: there is no such picture. */
const use = async (token: string): Promise<number> =>
  (await post('/v1/pictures/1/complete', undefined, { token })).status;
const isOpen = async (token: string): Promise<boolean> => (await use(token)) !== 401;
/** Ended sessions are told to every server through the cache; where there is none, access tokens just expire. */
async function ends(token: string): Promise<boolean> {
  const { body } = await get<{ parts: Record<string, unknown> }>('/readyz');
  if (!('cache' in body.parts)) return true;
  for (let attempt = 0; attempt < 20; attempt += 1) {
    if (!(await isOpen(token))) return true;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  return false;
}
const claims = (token: string): { iat: number; exp: number; sid: string } =>
  JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString()) as {
    iat: number;
    exp: number;
    sid: string;
  };

describe('a session', () => {
  test('has an access token that lives shortly, and says how long', async () => {
    const { token, expiresInSeconds, refreshToken } = await open();
    const { iat, exp } = claims(token);
    expect(exp - iat).toBe(expiresInSeconds);
    expect(expiresInSeconds).toBeLessThanOrEqual(3600);
    expect(refreshToken).toEqual(expect.any(String));
  });

  test('opened by a log-in is another one than that of the sign-up', async () => {
    const first = await open();
    const second = await logIn(first);
    expect(claims(second.token).sid).not.toBe(claims(first.token).sid);
    expect(second.refreshToken).not.toBe(first.refreshToken);
  });
});

describe('refreshing', () => {
  test('answers new tokens of the same session, which nothing in between may keep', async () => {
    const first = await open();
    const answer = await refresh(first.refreshToken);
    expect(answer.status).toBe(200);
    expect(answer.headers['cache-control']).toBe('no-store');
    expect(Object.keys(answer.body).sort()).toEqual(['expiresInSeconds', 'refreshToken', 'token']);
    expect(answer.body.refreshToken).not.toBe(first.refreshToken);
    expect(claims(answer.body.token).sid).toBe(claims(first.token).sid);
    expect(await use(answer.body.token)).toBe(404);
  });

  test('repeated at once, as after a lost answer, answers the same refresh token, which works', async () => {
    const { refreshToken } = await open();
    const first = await refresh(refreshToken);
    const again = await refresh(refreshToken);
    expect([first.status, again.status]).toEqual([200, 200]);
    expect(again.body.refreshToken).toBe(first.body.refreshToken);
    expect((await refresh(again.body.refreshToken)).status).toBe(200);
  });

  test('by ten requests at once leads to one successor', async () => {
    const { refreshToken } = await open();
    const answers = await Promise.all(Array.from({ length: 10 }, () => refresh(refreshToken)));
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
    expect(new Set(answers.map(({ body }) => body.refreshToken)).size).toBe(1);
  });

  test('with a token from before the last but one ends the session for everybody', async () => {
    const first = await open();
    const second = await refresh(first.refreshToken);
    const third = await refresh(second.body.refreshToken);
    const stolen = await refresh<Failure>(first.refreshToken);
    expect([stolen.status, stolen.body.error.code]).toEqual([401, 'session_ended']);
    expect((await refresh(third.body.refreshToken)).status).toBe(401);
    expect(await ends(third.body.token)).toBe(true);
  });

  test("of one session leaves the user's others alone", async () => {
    const first = await open();
    const other = await logIn(first);
    const second = await refresh(first.refreshToken);
    await refresh(second.body.refreshToken);
    expect((await refresh(first.refreshToken)).status).toBe(401);
    expect((await refresh(other.refreshToken)).status).toBe(200);
  });

  test.each([
    ['nonsense', (): string => 'nonsense'],
    ['an access token', ({ token }: Opened): string => token.slice(0, 190)],
    ['a changed secret', ({ refreshToken }: Opened): string => `${refreshToken.slice(0, -4)}AAAA`],
    ['a later generation', ({ refreshToken }: Opened): string => refreshToken.replace('.0.', '.7.')],
    [
      'another user',
      ({ refreshToken, user }: Opened): string => refreshToken.replace(user.id, String(BigInt(user.id) + 1n)),
    ],
    ['no user', ({ refreshToken }: Opened): string => refreshToken.replace(/^\d+/, '1')],
  ])('with %s is refused, and ends nothing', async (_case, change) => {
    const session = await open();
    const answer = await refresh<Failure>(change(session));
    expect([answer.status, answer.body.error.code]).toEqual([401, 'session_ended']);
    expect((await refresh(session.refreshToken)).status).toBe(200);
  });

  test.each([
    ['no body', undefined],
    ['no token', {}],
    ['a number', { refreshToken: 7 }],
    ['an endless token', { refreshToken: 'x'.repeat(201) }],
  ])('with %s is a faulty request', async (_case, body) => {
    const answer = await post<Failure>('/v1/sessions/refresh', body);
    expect([answer.status, answer.body.error.code]).toEqual([400, 'invalid_request']);
  });
});

describe('logging out', () => {
  test('ends this session and no other', async () => {
    const first = await open();
    const other = await logIn(first);
    const answer = await logOut(first.token);
    expect([answer.status, answer.bytes.length]).toEqual([204, 0]);
    expect((await refresh(first.refreshToken)).status).toBe(401);
    expect(await ends(first.token)).toBe(true);
    expect(await use(other.token)).toBe(404);
    expect((await refresh(other.refreshToken)).status).toBe(200);
  });

  test('needs a token', async () => {
    expect((await send('DELETE', '/v1/sessions')).status).toBe(401);
    expect((await revoke('nonsense')).status).toBe(401);
  });
});

describe('ending all sessions', () => {
  test('of a user ends each of them; the next log-in works', async () => {
    const first = await open();
    const other = await logIn(first);
    expect((await revoke(first.token)).status).toBe(204);
    for (const { token, refreshToken } of [first, other]) {
      expect((await refresh(refreshToken)).status).toBe(401);
      expect(await ends(token)).toBe(true);
    }
    const next = await logIn(first);
    expect(await use(next.token)).toBe(404);
    expect((await refresh(next.refreshToken)).status).toBe(200);
  });

  test('of one user leaves others alone', async () => {
    const [one, other] = [await open(), await open()];
    await revoke(one.token);
    expect(await use(other.token)).toBe(404);
    expect((await refresh(other.refreshToken)).status).toBe(200);
  });
});

test('no session is opened by a wrong password', async () => {
  const answer = await post<Failure & Partial<Tokens>>('/v1/sessions', {
    name: newName(),
    password: PASSWORD,
  });
  expect([answer.status, answer.body.refreshToken]).toEqual([401, undefined]);
});
