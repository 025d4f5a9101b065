import { closeClient, get, post, send, signUp, type Failure, type Post, type Session } from './client';
import { storedRows } from './database';

afterAll(closeClient);

interface People {
  readonly userIds: readonly string[];
  readonly next: string | null;
}
const change = (method: 'PUT' | 'DELETE', token: string | undefined, id: string) =>
  send<{ following: boolean } & Failure>(
    method,
    `/v1/users/${id}/follow`,
    undefined,
    token === undefined ? {} : { authorization: `Bearer ${token}` },
  );
const people = async (path: string, headers: Record<string, string> = {}): Promise<People> => {
  const answer = await get<People>(path, { headers });
  expect(answer.status).toBe(200);
  return answer.body;
};
/** Others are told after the answer. */
async function eventually(what: () => Promise<boolean>): Promise<void> {
  for (const end = Date.now() + 15_000; Date.now() < end;) {
    if (await what()) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error('waited 15 s in vain');
}
const positioned = (position: string | undefined) => ({ 'x-tiers-position': position ?? '' });

describe('following', () => {
  test('is answered, stored with the follower, and seen from both sides', async () => {
    const [one, other] = [await signUp(), await signUp()];
    const answer = await change('PUT', one.token, other.user.id);
    expect([answer.status, answer.body]).toEqual([200, { following: true }]);
    const headers = positioned(answer.headers['x-tiers-position']);
    const own = await people(`/v1/users/${one.user.id}/following`, headers);
    expect(own).toEqual({ userIds: [other.user.id], next: null });
    await eventually(
      async () => (await people(`/v1/users/${other.user.id}/followers`)).userIds[0] === one.user.id,
    );
    const rows = await storedRows(
      'SELECT followee_id::text AS followee, active FROM follows WHERE follower_id = $1',
      [one.user.id],
    );
    if (rows !== undefined) expect(rows).toEqual([{ followee: other.user.id, active: true }]);
  });

  test('twice, and no longer following twice, is the same as once', async () => {
    const [one, other] = [await signUp(), await signUp()];
    for (const method of ['PUT', 'PUT', 'DELETE', 'DELETE', 'PUT', 'DELETE'] as const) {
      const answer = await change(method, one.token, other.user.id);
      expect([answer.status, answer.body]).toEqual([200, { following: method === 'PUT' }]);
      const headers = positioned(answer.headers['x-tiers-position']);
      const { userIds } = await people(`/v1/users/${one.user.id}/following`, headers);
      expect(userIds).toEqual(method === 'PUT' ? [other.user.id] : []);
    }
    const followers = () => people(`/v1/users/${other.user.id}/followers`);
    await eventually(async () => (await followers()).userIds.length === 0);
  });

  test('comes in pages without gap or overlap', async () => {
    const reader = await signUp();
    const others: string[] = [];
    let position: string | undefined;
    for (let n = 0; n < 5; n += 1) {
      const { user } = await signUp();
      others.push(user.id);
      position = (await change('PUT', reader.token, user.id)).headers['x-tiers-position'];
    }
    const seen: string[] = [];
    for (let next: string | null | undefined; next !== null;) {
      const query = `limit=2${next === undefined ? '' : `&before=${next}`}`;
      const page = await people(`/v1/users/${reader.user.id}/following?${query}`, positioned(position));
      expect(page.userIds.length).toBeLessThanOrEqual(2);
      seen.push(...page.userIds);
      next = page.next;
    }
    expect(seen).toHaveLength(5);
    expect([...seen].sort()).toEqual([...others].sort());
  });

  test('oneself is refused, as is somebody whom there is not', async () => {
    const { user, token } = await signUp();
    const own = await change('PUT', token, user.id);
    expect([own.status, own.body.error.code]).toEqual([422, 'own_follow']);
    const absent = await change('PUT', token, String((BigInt(user.id) | 0xf_ffff_ffffn).toString()));
    expect([absent.status, absent.body.error.code]).toEqual([404, 'user_not_found']);
    expect((await change('PUT', token, '7')).status).toBe(404);
  });

  test('by nobody is refused', async () => {
    const { user } = await signUp();
    for (const method of ['PUT', 'DELETE'] as const)
      expect((await change(method, undefined, user.id)).status).toBe(401);
  });

  test.each(['limit=0', 'before=abc', 'before=1'])('asked for with %s is refused', async (query) => {
    const { user } = await signUp();
    for (const list of ['followers', 'following']) {
      const answer = await get<Failure>(`/v1/users/${user.id}/${list}?${query}`);
      expect(answer.status).toBe(400);
      expect(answer.body.error.details?.[0]?.path).toBe(`querystring.${query.split('=')[0]}`);
    }
  });
});

describe('the feed', () => {
  interface Page {
    readonly posts: readonly Post[];
    readonly next: string | null;
    readonly incomplete: boolean;
  }
  const write = async ({ token }: Session, text: string) => {
    const answer = await post<{ post: Post }>('/v1/posts', { text }, { token });
    return { written: answer.body.post, position: answer.headers['x-tiers-position'] };
  };
  const feed = async ({ token }: Session, query = '', position?: string): Promise<Page> => {
    const answer = await get<Page>(`/v1/feed${query}`, {
      token,
      ...(position === undefined ? {} : { headers: positioned(position) }),
    });
    expect(answer.status).toBe(200);
    expect(answer.headers['cache-control']).toBe('private, no-store');
    return answer.body;
  };

  test('shows what one has written, at once', async () => {
    const reader = await signUp();
    expect(await feed(reader)).toEqual({ posts: [], next: null, incomplete: false });
    for (let n = 0; n < 5; n += 1) {
      const { written, position } = await write(reader, `own ${n}`);
      expect((await feed(reader, '?limit=1', position)).posts).toEqual([written]);
    }
  });

  test('shows what those write whom one follows, before and after one began to, and nobody else', async () => {
    const [reader, author, stranger] = [await signUp(), await signUp(), await signUp()];
    const { written: before } = await write(author, 'before');
    await write(stranger, 'not to be seen');
    await change('PUT', reader.token, author.user.id);
    const { written: after } = await write(author, 'after');
    await eventually(async () => (await feed(reader)).posts.length === 2);
    expect(await feed(reader)).toEqual({ posts: [after, before], next: null, incomplete: false });
    const { headers } = await change('DELETE', reader.token, author.user.id);
    expect((await feed(reader, '', headers['x-tiers-position'])).posts).toEqual([]);
  });

  test('comes newest first, in pages without gap or overlap, also while new posts arrive', async () => {
    const [reader, ...authors] = [await signUp(), await signUp(), await signUp()];
    for (const { user } of authors) await change('PUT', reader.token, user.id);
    const written: string[] = [];
    for (let n = 0; n < 7; n += 1) {
      const author = [reader, ...authors][n % 3] ?? reader;
      written.unshift((await write(author, `post ${n}`)).written.id);
    }
    await eventually(async () => (await feed(reader)).posts.length === 7);
    const seen: string[] = [];
    for (let next: string | null | undefined; next !== null;) {
      const page = await feed(reader, `?limit=3${next === undefined ? '' : `&before=${next}`}`);
      seen.push(...page.posts.map(({ id }) => id));
      if (next === undefined) await write(reader, 'late');
      next = page.next;
    }
    expect(seen).toEqual(written);
  });

  test('is for nobody without a token', async () => {
    expect((await get('/v1/feed')).status).toBe(401);
  });

  test.each(['limit=0', 'limit=101', 'before=abc', 'before=1-1', 'before=12345678901234567-1'])(
    'asked for with %s is refused',
    async (query) => {
      const { token } = await signUp();
      const answer = await get<Failure>(`/v1/feed?${query}`, { token });
      expect(answer.status).toBe(400);
      expect(answer.body.error.details?.[0]?.path).toBe(`querystring.${query.split('=')[0]}`);
    },
  );
});
