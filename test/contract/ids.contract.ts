import { closeClient, get, newKey, post, signUp, type Failure, type Post } from './client';

afterAll(closeClient);

/** Parts of an id, worked out from the published layout and not by the service. */
const partsOf = (id: string) => ({
  shard: Number(BigInt(id) >> 46n),
  type: Number((BigInt(id) >> 36n) & 1023n),
  local: BigInt(id) & 0xf_ffff_ffffn,
});
const withType = (type: bigint, id: string): string =>
  ((BigInt(id) & ~(1023n << 36n)) | (type << 36n)).toString();

const USER = 1;
const POST = 2;
const PICTURE = 3;
const BOOST = 4;
const FIVE = { amountCents: 500, currency: 'EUR' };

async function oneOfEach() {
  const { user, token } = await signUp();
  const written = await post<{ post: Post }>('/v1/posts', { text: 'with an id' }, { token });
  const announced = await post<{ picture: { id: string } }>(
    '/v1/pictures',
    { contentType: 'image/png', bytes: 9 },
    { token },
  );
  const headers = { 'idempotency-key': newKey() };
  const boosted = await post<{ boost: { id: string } }>(`/v1/posts/${written.body.post.id}/boosts`, FIVE, {
    token,
    headers,
  });
  return {
    token,
    userId: user.id,
    postId: written.body.post.id,
    pictureId: announced.body.picture.id,
    boostId: boosted.body.boost.id,
  };
}

test('ids are text that says type and shard', async () => {
  const { userId, postId, pictureId, boostId } = await oneOfEach();
  for (const [id, type] of [
    [userId, USER],
    [postId, POST],
    [pictureId, PICTURE],
    [boostId, BOOST],
  ] as const) {
    expect(typeof id).toBe('string');
    expect(partsOf(id).type).toBe(type);
    expect(partsOf(id).shard).toBeLessThan(4096);
    expect(partsOf(id).local).toBeGreaterThan(0n);
  }
});

test("an id of another type names nothing, its number in one's own type notwithstanding", async () => {
  const { token, userId, postId, pictureId, boostId } = await oneOfEach();
  const code = async (path: string, body?: unknown): Promise<string> => {
    const headers = { 'idempotency-key': newKey() };
    const answer =
      body === undefined ? await get<Failure>(path) : await post<Failure>(path, body, { token, headers });
    expect(answer.status).toBe(404);
    return answer.body.error.code;
  };
  for (const id of [userId, pictureId, boostId, withType(9n, postId)]) {
    expect(await code(`/v1/posts/${id}`)).toBe('post_not_found');
    expect(await code(`/v1/posts/${id}/boosts`, FIVE)).toBe('post_not_found');
  }
  for (const id of [userId, postId]) expect(await code(`/v1/pictures/${id}`)).toBe('picture_not_found');
  expect(await code(`/v1/pictures/${postId}/complete`, {})).toBe('picture_not_found');
  expect(await code(`/v1/users/${postId}/posts`)).toBe('user_not_found');
});

test('an id on a shard that there is not names nothing', async () => {
  const { postId } = await oneOfEach();
  const elsewhere = (BigInt(postId) & ((1n << 46n) - 1n)) | (4096n << 46n);
  expect((await get(`/v1/posts/${elsewhere}`)).status).toBe(404);
});

test.each([
  ['beyond the layout', (2n ** 62n).toString()],
  ['of 20 digits', '1'.repeat(20)],
  ['with a leading zero', '0137438953473'],
  ['that is empty', '%20'],
])('an id %s is refused', async (_case, id) => {
  const answer = await get<Failure>(`/v1/posts/${id}`);
  expect(answer.status).toBe(400);
  expect(answer.body.error.details?.[0]?.path).toBe('params.id');
});

test('a page begins at the id of a post, and at no other', async () => {
  const { userId, postId } = await oneOfEach();
  const page = (before: string) => get<Failure>(`/v1/users/${userId}/posts?before=${before}`);
  expect((await page(postId)).status).toBe(200);
  const refused = await page(userId);
  expect(refused.status).toBe(400);
  expect(refused.body.error.details?.[0]?.path).toBe('querystring.before');
});
