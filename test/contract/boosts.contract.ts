import { closeClient, newKey, post, signUp, type Failure, type Post } from './client';
import { storedRows } from './database';

afterAll(closeClient);

interface Boost {
  readonly id: string;
  readonly postId: string;
  readonly amountCents: number;
  readonly currency: string;
}

async function someonesPost(): Promise<{ token: string; path: string; postId: string }> {
  const { token } = await signUp();
  const { body } = await post<{ post: Post }>('/v1/posts', { text: 'worth seeing' }, { token });
  return { token, path: `/v1/posts/${body.post.id}/boosts`, postId: body.post.id };
}
const keyed = (token: string, key = newKey()) => ({ token, headers: { 'idempotency-key': key } });
const FIVE = { amountCents: 500, currency: 'EUR' };

describe('a boost', () => {
  test('is answered and stored, with its payer, on the shard of its payer', async () => {
    const { path, postId } = await someonesPost();
    const { user, token } = await signUp();
    const answer = await post<{ boost: Boost }>(path, FIVE, keyed(token));
    expect(answer.status).toBe(201);
    expect(answer.body.boost).toEqual({ ...FIVE, postId, id: expect.stringMatching(/^\d+$/) });
    expect(answer.headers['x-tiers-position']).toMatch(/^(\d+:)?[0-9A-F]+\/[0-9A-F]+$/i);
    const id = BigInt(answer.body.boost.id);
    expect([id >> 46n, (id >> 36n) & 0x3ffn]).toEqual([BigInt(user.id) >> 46n, 4n]);
    const rows = await storedRows(
      'SELECT post_id::text AS post, payer_id::text AS payer, amount_cents AS cents, currency FROM boosts WHERE id = $1',
      [String(id)],
    );
    if (rows !== undefined) {
      expect(rows).toEqual([{ post: postId, payer: user.id, cents: 500, currency: 'EUR' }]);
    }
  });

  test('that is sent ten times with one key is paid once', async () => {
    const { token, path, postId } = await someonesPost();
    const options = keyed(token);
    const answers = await Promise.all(
      Array.from({ length: 10 }, () => post<{ boost: Boost }>(path, FIVE, options)),
    );
    const done = answers.filter(({ status }) => status === 201);
    expect(done.length).toBeGreaterThan(0);
    expect(answers.filter(({ status }) => status !== 201).every(({ status }) => status === 409)).toBe(true);
    expect(new Set(done.map(({ body }) => body.boost.id)).size).toBe(1);
    const again = await post<{ boost: Boost }>(path, FIVE, options);
    expect(again.headers['idempotent-replayed']).toBe('true');
    expect(again.body).toEqual(done[0]?.body);
    const rows = await storedRows('SELECT id FROM boosts WHERE post_id = $1', [postId]);
    if (rows !== undefined) expect(rows).toHaveLength(1);
  });

  test('with the key of another one is refused; the key of another payer is another key', async () => {
    const { token, path } = await someonesPost();
    const key = newKey();
    expect((await post(path, FIVE, keyed(token, key))).status).toBe(201);
    const other = await post<Failure>(path, { ...FIVE, amountCents: 501 }, keyed(token, key));
    expect([other.status, other.body.error.code]).toEqual([422, 'idempotency_key_reused']);
    const second = await signUp();
    const theirs = await post(path, FIVE, keyed(second.token, key));
    expect([theirs.status, theirs.headers['idempotent-replayed']]).toEqual([201, undefined]);
  });

  test('without a key is refused, as a repetition would pay twice', async () => {
    const { token, path } = await someonesPost();
    const answer = await post<Failure>(path, FIVE, { token });
    expect(answer.status).toBe(400);
    expect(answer.body.error.details?.[0]?.path).toBe('headers.idempotency-key');
  });

  test('of a post that is not there is a 404, and takes nothing', async () => {
    const { user, token } = await signUp();
    const answer = await post<Failure>('/v1/posts/999999999999999999/boosts', FIVE, keyed(token));
    expect([answer.status, answer.body.error.code]).toEqual([404, 'post_not_found']);
    const rows = await storedRows('SELECT id FROM boosts WHERE payer_id = $1', [user.id]);
    if (rows !== undefined) expect(rows).toEqual([]);
  });

  test('by nobody is refused', async () => {
    const { path } = await someonesPost();
    const answer = await post<Failure>(path, FIVE, { headers: { 'idempotency-key': newKey() } });
    expect(answer.status).toBe(401);
  });

  test.each([
    ['a fraction of a cent', { ...FIVE, amountCents: 100.5 }, 'body.amountCents'],
    ['less than a whole unit', { ...FIVE, amountCents: 99 }, 'body.amountCents'],
    ['too much', { ...FIVE, amountCents: 1_000_001 }, 'body.amountCents'],
    ['a text', { ...FIVE, amountCents: '500' }, 'body.amountCents'],
    ['a currency without hundredths', { ...FIVE, currency: 'JPY' }, 'body.currency'],
    ['a currency in small letters', { ...FIVE, currency: 'eur' }, 'body.currency'],
  ])('of %s is refused', async (_case, body, path) => {
    const boosted = await someonesPost();
    const answer = await post<Failure>(boosted.path, body, keyed(boosted.token));
    expect(answer.status).toBe(400);
    expect(answer.body.error.details?.[0]?.path).toBe(path);
  });
});
