import { closeClient, get, post, signUp, type Failure, type Post } from './client';

afterAll(closeClient);

interface Page {
  readonly posts: readonly Post[];
  readonly next: string | null;
  readonly incomplete: readonly string[];
}

async function writers(count: number, each: number) {
  const people = await Promise.all(Array.from({ length: count }, () => signUp()));
  const positions = new Map<string, string>();
  const written: string[] = [];
  for (let n = 0; n < each; n += 1) {
    for (const { token } of people) {
      const answer = await post<{ post: Post }>('/v1/posts', { text: `number ${n}` }, { token });
      written.unshift(answer.body.post.id);
      const position = answer.headers['x-tiers-position'] ?? '';
      positions.set(/^(\d+):/.exec(position)?.[1] ?? '0', position);
    }
  }
  const headers = { 'x-tiers-position': [...positions.values()].join(',') };
  return { ids: people.map(({ user }) => user.id), written, headers };
}

describe('posts of several authors', () => {
  test('come newest first, whichever shards they are on, as soon as they are written', async () => {
    const { ids, written, headers } = await writers(5, 3);
    const answer = await get<Page>(`/v1/posts?authors=${ids.join(',')}`, { headers });
    expect(answer.status).toBe(200);
    expect(answer.body.posts.map(({ id }) => id)).toEqual(written);
    expect(answer.body).toMatchObject({ next: null, incomplete: [] });
    expect(answer.headers['cache-control']).toContain('private');
  });

  test('come in pages, each post once', async () => {
    const { ids, written, headers } = await writers(3, 3);
    const found: string[] = [];
    for (let next: string | null = ''; next !== null;) {
      const before: string = next === '' ? '' : `&before=${next}`;
      const page = await get<Page>(`/v1/posts?authors=${ids.join(',')}&limit=2${before}`, { headers });
      expect(page.body.posts.length).toBeLessThanOrEqual(2);
      found.push(...page.body.posts.map(({ id }) => id));
      next = page.body.next;
    }
    expect(found).toEqual(written);
  });

  test('of one who is named twice come once, of one without posts none', async () => {
    const { ids, written, headers } = await writers(1, 2);
    const { user } = await signUp();
    const answer = await get<Page>(`/v1/posts?authors=${ids[0]},${ids[0]},${user.id}`, { headers });
    expect(answer.body.posts.map(({ id }) => id)).toEqual(written);
  });

  test.each([
    ['nobody', ''],
    ['no ids', '?authors=ada'],
    ['an empty list', '?authors='],
    [
      'more than fifty',
      `?authors=${Array.from({ length: 51 }, (_, n) => (1n << 36n) + BigInt(n)).join(',')}`,
    ],
    ['a page that begins nowhere', `?authors=${1n << 36n}&before=1`],
    ['a page of none', `?authors=${1n << 36n}&limit=0`],
  ])('of %s are refused', async (_case, query) => {
    const answer = await get<Failure>(`/v1/posts${query}`);
    expect([answer.status, answer.body.error.code]).toEqual([400, 'invalid_request']);
  });

  test('of posts in place of users are refused', async () => {
    const { written } = await writers(1, 1);
    expect((await get<Failure>(`/v1/posts?authors=${written[0]}`)).status).toBe(400);
  });
});
