import { createHash } from 'node:crypto';
import { closeClient, newKey, post, signUp, type Post } from './client';
import { shardsWith } from './database';

afterAll(closeClient);

/** The first 12 bits of the SHA-256 of the name. */
const shardOf = (name: string): bigint =>
  BigInt(createHash('sha256').update(name.toLowerCase()).digest().readUInt16BE() >> 4);

test('all rows of a user carry the logical shard of the name, and stand on one physical shard', async () => {
  const author = await signUp();
  const shards = new Set<number>();
  for (let n = 0; n < 8; n += 1) {
    const { user, token } = await signUp();
    const written = await post<{ post: Post }>('/v1/posts', { text: 'where am I' }, { token });
    const picture = await post<{ picture: { id: string } }>(
      '/v1/pictures',
      { contentType: 'image/png', bytes: 10 },
      { token },
    );
    const { body } = await post<{ post: Post }>('/v1/posts', { text: 'boosted' }, { token: author.token });
    const boost = await post<{ boost: { id: string } }>(
      `/v1/posts/${body.post.id}/boosts`,
      { amountCents: 500, currency: 'EUR' },
      { token, headers: { 'idempotency-key': newKey() } },
    );
    const ids = [user.id, written.body.post.id, picture.body.picture.id, boost.body.boost.id];
    expect(ids.map((id) => BigInt(id) >> 46n)).toEqual(ids.map(() => shardOf(user.name)));
    const places = await Promise.all([
      shardsWith('SELECT FROM users WHERE id = $1', [ids[0]]),
      shardsWith('SELECT FROM posts WHERE id = $1', [ids[1]]),
      shardsWith('SELECT FROM pictures WHERE id = $1', [ids[2]]),
      shardsWith('SELECT FROM boosts WHERE id = $1', [ids[3]]),
    ]);
    if (places[0] === undefined) continue;
    expect(places[0]).toHaveLength(1);
    expect(places).toEqual(places.map(() => places[0]));
    shards.add(places[0][0]!);
    // Position of the shard that was written; an LSN alone is that of shard 0.
    const position = written.headers['x-tiers-position'] ?? '';
    expect(position).toMatch(places[0][0] === 0 ? /^[0-9A-F]+\/[0-9A-F]+$/ : new RegExp(`^${places[0][0]}:`));
  }
  if (process.env['CONTRACT_SHARDS'] !== undefined) {
    expect(shards.size).toBeGreaterThan(1);
  }
});
