import { closeClient, get, newKey, post, send, signUp, type Failure, type Post } from './client';
import { shardsWith, storedRows } from './database';

afterAll(closeClient);

const write = async (token: string, text: string) => {
  const answer = await post<{ post: Post }>('/v1/posts', { text }, { token });
  expect(answer.status).toBe(201);
  return { post: answer.body.post, position: answer.headers['x-tiers-position'] ?? '' };
};

describe('a post', () => {
  test('is answered, stored, and names the position of the write', async () => {
    const { user, token } = await signUp();
    const { post: written, position } = await write(token, 'Grüße, 世界 \u{1F30D}');
    expect(written).toEqual({
      id: expect.stringMatching(/^\d+$/),
      authorId: user.id,
      text: 'Grüße, 世界 \u{1F30D}',
      version: 1,
      createdAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/),
    });
    expect(position).toMatch(/^(\d+:)?[0-9A-F]+\/[0-9A-F]+$/i);
    const rows = await storedRows('SELECT text, author_id::text AS author FROM posts WHERE id = $1', [
      written.id,
    ]);
    if (rows !== undefined) expect(rows).toEqual([{ text: written.text, author: user.id }]);
  });

  test('is on one shard, that of its author, whoever writes', async () => {
    for (let author = 0; author < 6; author += 1) {
      const { user, token } = await signUp();
      const { post: written } = await write(token, 'where am I');
      const home = await shardsWith('SELECT id FROM users WHERE id = $1', [user.id]);
      const place = await shardsWith('SELECT id FROM posts WHERE id = $1', [written.id]);
      if (home === undefined) return;
      expect(home).toHaveLength(1);
      expect(place).toEqual(home);
    }
  });

  test('is read by its writer at once, every time', async () => {
    const { user, token } = await signUp();
    for (let n = 0; n < 15; n += 1) {
      const { post: written, position } = await write(token, `at once ${n}`);
      const headers = { 'x-tiers-position': position };
      const [one, list] = await Promise.all([
        get<{ post: Post }>(`/v1/posts/${written.id}`, { headers }),
        get<{ posts: Post[] }>(`/v1/users/${user.id}/posts?limit=1`, { headers }),
      ]);
      expect(one.status).toBe(200);
      expect(one.body.post).toEqual(written);
      expect(list.body.posts).toEqual([written]);
    }
  });

  test('reads the same a second time', async () => {
    const { token } = await signUp();
    const { post: written, position } = await write(token, 'twice');
    const headers = { 'x-tiers-position': position };
    const first = await get<{ post: Post }>(`/v1/posts/${written.id}`, { headers });
    const second = await get<{ post: Post }>(`/v1/posts/${written.id}`, { headers });
    expect([first.body.post, second.body.post]).toEqual([written, written]);
  });

  test('that is not there is a 404', async () => {
    const answer = await get<Failure>('/v1/posts/999999999999999999');
    expect(answer.status).toBe(404);
    expect(answer.body.error.code).toBe('post_not_found');
  });

  test.each(['abc', '-1', '1e3', '9'.repeat(30)])('with the id %s is refused', async (id) => {
    const answer = await get<Failure>(`/v1/posts/${id}`);
    expect(answer.status).toBe(400);
    expect(answer.body.error.details?.[0]?.path).toBe('params.id');
  });

  test.each([
    ['nothing', ''],
    ['blanks', '   '],
    ['too much', 'x'.repeat(1001)],
    ['a null character', 'a\u0000b'],
    ['a number', 7],
  ])('of %s is refused', async (_case, text) => {
    const { token } = await signUp();
    const answer = await post<Failure>('/v1/posts', { text }, { token });
    expect(answer.status).toBe(400);
    expect(answer.body.error.details?.[0]?.path).toBe('body.text');
  });

  test('a position that is none is refused', async () => {
    const answer = await get<Failure>('/v1/posts/1', {
      headers: { 'x-tiers-position': "0/0'; DROP TABLE posts" },
    });
    expect(answer.status).toBe(400);
    expect(answer.body.error.details?.[0]?.path).toBe('headers.x-tiers-position');
  });
});

describe('the posts of a user', () => {
  test('come newest first, in pages without gap or overlap, also while new ones arrive', async () => {
    const { user, token } = await signUp();
    const texts = ['one', 'two', 'three', 'four', 'five', 'six', 'seven'];
    let position = '';
    for (const text of texts) ({ position } = await write(token, text));
    const headers = { 'x-tiers-position': position };
    const seen: string[] = [];
    let before: string | null | undefined;
    for (let page = 0; page < 10 && before !== null; page += 1) {
      const query = `limit=3${before === undefined ? '' : `&before=${before}`}`;
      const answer = await get<{ posts: Post[]; next: string | null }>(
        `/v1/users/${user.id}/posts?${query}`,
        { headers },
      );
      expect(answer.status).toBe(200);
      expect(answer.body.posts.length).toBeLessThanOrEqual(3);
      seen.push(...answer.body.posts.map((entry) => entry.text));
      before = answer.body.next;
      if (page === 0) await write(token, 'late');
    }
    expect(seen).toEqual([...texts].reverse());
  });

  test('of a user without posts are none', async () => {
    const { user } = await signUp();
    const answer = await get(`/v1/users/${user.id}/posts`);
    expect(answer.body).toEqual({ posts: [], next: null });
  });

  test.each(['limit=0', 'limit=101', 'limit=ten', 'before=abc'])(
    'asked for with %s are refused',
    async (query) => {
      const answer = await get<Failure>(`/v1/users/1/posts?${query}`);
      expect(answer.status).toBe(400);
      expect(answer.body.error.details?.[0]?.path).toBe(`querystring.${query.split('=')[0]}`);
    },
  );
});

describe('an Idempotency-Key', () => {
  test('makes a retry answer the first post and write nothing', async () => {
    const { user, token } = await signUp();
    const options = { token, headers: { 'idempotency-key': newKey() } };
    const answers = [];
    for (let n = 0; n < 3; n += 1)
      answers.push(await post<{ post: Post }>('/v1/posts', { text: 'once' }, options));
    expect(answers.map((answer) => answer.status)).toEqual([201, 201, 201]);
    expect(new Set(answers.map((answer) => answer.body.post.id)).size).toBe(1);
    const position = answers[2]?.headers['x-tiers-position'] ?? '';
    const list = await get<{ posts: Post[] }>(`/v1/users/${user.id}/posts`, {
      headers: { 'x-tiers-position': position },
    });
    expect(list.body.posts).toHaveLength(1);
    const rows = await storedRows('SELECT id FROM posts WHERE author_id = $1', [user.id]);
    if (rows !== undefined) expect(rows).toHaveLength(1);
  });

  test('sent by two requests at the same time writes one post', async () => {
    const { user, token } = await signUp();
    const options = { token, headers: { 'idempotency-key': newKey() } };
    const answers = await Promise.all(
      Array.from({ length: 5 }, () =>
        post<{ post: Post }>('/v1/posts', { text: 'at the same time' }, options),
      ),
    );
    // Those that come while the first is under way are told so.
    for (const answer of answers) expect([201, 409]).toContain(answer.status);
    expect(answers.some((answer) => answer.status === 201)).toBe(true);
    const last = await post<{ post: Post }>('/v1/posts', { text: 'at the same time' }, options);
    const list = await get<{ posts: Post[] }>(`/v1/users/${user.id}/posts`, {
      headers: { 'x-tiers-position': last.headers['x-tiers-position'] ?? '' },
    });
    expect(list.body.posts.map((entry) => entry.id)).toEqual([last.body.post.id]);
  });

  test('is refused for another request', async () => {
    const { token } = await signUp();
    const options = { token, headers: { 'idempotency-key': newKey() } };
    await post('/v1/posts', { text: 'first' }, options);
    const answer = await post<Failure>('/v1/posts', { text: 'second' }, options);
    expect(answer.status).toBe(422);
    expect(answer.body.error.code).toBe('idempotency_key_reused');
  });

  test('of one user means nothing to another', async () => {
    const [anna, ben] = [await signUp(), await signUp()];
    const headers = { 'idempotency-key': newKey() };
    const first = await post<{ post: Post }>('/v1/posts', { text: 'mine' }, { token: anna.token, headers });
    const second = await post<{ post: Post }>('/v1/posts', { text: 'mine' }, { token: ben.token, headers });
    expect([first.status, second.status]).toEqual([201, 201]);
    expect(second.body.post.id).not.toBe(first.body.post.id);
  });
});

describe('the author of a post', () => {
  const path = ({ id }: Post): string => `/v1/posts/${id}`;
  const change = (token: string | undefined, written: Post, body: unknown) =>
    send<{ post: Post } & Failure>('PATCH', path(written), JSON.stringify(body), {
      'content-type': 'application/json',
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
    });
  const remove = (token: string, written: Post) =>
    send<Failure>('DELETE', path(written), undefined, { authorization: `Bearer ${token}` });

  test('changes its text, and reads it changed', async () => {
    const { user, token } = await signUp();
    const { post: written } = await write(token, 'first');
    const answer = await change(token, written, { text: 'second', version: 1 });
    expect([answer.status, answer.body.post]).toEqual([200, { ...written, text: 'second', version: 2 }]);
    const headers = { 'x-tiers-position': answer.headers['x-tiers-position'] ?? '' };
    expect((await get<{ post: Post }>(path(written), { headers })).body.post).toEqual(answer.body.post);
    const list = await get<{ posts: Post[] }>(`/v1/users/${user.id}/posts`, { headers });
    expect(list.body.posts).toEqual([answer.body.post]);
  });

  test('is told when the post was changed meanwhile', async () => {
    const { token } = await signUp();
    const { post: written } = await write(token, 'first');
    await change(token, written, { text: 'second', version: 1 });
    const late = await change(token, written, { text: 'third', version: 1 });
    expect([late.status, late.body.error.code]).toEqual([409, 'post_changed']);
    // Whoever reads it now sees what came before.
    const headers = { 'x-tiers-position': late.headers['x-tiers-position'] ?? '' };
    expect((await get<{ post: Post }>(path(written), { headers })).body.post.text).toBe('second');
  });

  test('may repeat a change whose answer was lost', async () => {
    const { token } = await signUp();
    const { post: written } = await write(token, 'first');
    const answers = [];
    for (let n = 0; n < 2; n += 1) answers.push(await change(token, written, { text: 'second', version: 1 }));
    expect(answers.map(({ status, body }) => [status, body.post.version])).toEqual([
      [200, 2],
      [200, 2],
    ]);
  });

  test.each([
    ['no version', { text: 'x' }, 'body.version'],
    ['version 0', { text: 'x', version: 0 }, 'body.version'],
    ['no text', { version: 1 }, 'body.text'],
    ['blanks', { text: '  ', version: 1 }, 'body.text'],
    ['something else', { text: 'x', version: 1, authorId: '1' }, 'body'],
  ])('cannot change it with %s', async (_case, body, at) => {
    const { token } = await signUp();
    const { post: written } = await write(token, 'first');
    const answer = await change(token, written, body);
    expect([answer.status, answer.body.error.details?.[0]?.path]).toEqual([400, at]);
  });

  test('deletes it, once', async () => {
    const { user, token } = await signUp();
    const { post: written } = await write(token, 'gone soon');
    const answer = await remove(token, written);
    expect([answer.status, answer.bytes.length]).toEqual([204, 0]);
    const headers = { 'x-tiers-position': answer.headers['x-tiers-position'] ?? '' };
    expect((await get(path(written), { headers })).status).toBe(404);
    expect((await get<{ posts: Post[] }>(`/v1/users/${user.id}/posts`, { headers })).body.posts).toEqual([]);
    const rows = await storedRows('SELECT text, deleted_at IS NULL AS there FROM posts WHERE id = $1', [
      written.id,
    ]);
    if (rows !== undefined) expect(rows).toEqual([{ text: '', there: false }]);
    expect((await remove(token, written)).status).toBe(404);
    expect((await change(token, written, { text: 'back', version: 2 })).status).toBe(404);
  });

  test('is nobody else', async () => {
    const [{ token }, other] = [await signUp(), await signUp()];
    const { post: written } = await write(token, 'mine');
    expect((await change(other.token, written, { text: 'yours', version: 1 })).status).toBe(404);
    expect((await remove(other.token, written)).status).toBe(404);
    expect((await change(undefined, written, { text: 'yours', version: 1 })).status).toBe(401);
    expect((await get<{ post: Post }>(path(written))).body.post.text).toBe('mine');
  });
});
