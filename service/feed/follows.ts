import type { Written } from '../database/database';
import { FOLLOWS_LIMIT } from '../limits';
import type { DataOf } from '../outbox/events';
import { tell } from '../outbox/tell';
import type { Shards } from '../sharding/shards';

const CHANGED = `follower_id::text AS "followerId", followee_id::text AS "followeeId", active, version`;
/** What the event of a change says. */
const ABOUT = `jsonb_build_object('followerId', "followerId", 'followeeId', "followeeId", 'active', active, 'version', version)`;

/** Who follows whom. The row of the follower is the truth; the mirror with who is followed comes after it, through the outbox. */
export class Follows {
  constructor(private readonly shards: Shards) {}

  /** @returns false for who follows `FOLLOWS_LIMIT` others already */
  async follow(followerId: string, followeeId: string): Promise<Written<boolean>> {
    const { value, position } = await this.shards.write(followerId, async (client) => {
      const values = [followerId, followeeId, FOLLOWS_LIMIT];
      const { rows } = await client.query<{ following: boolean }>(
        `WITH made AS (
           INSERT INTO follows AS known (follower_id, followee_id)
           SELECT $1::bigint, $2::bigint WHERE (SELECT count(*) FROM follows WHERE follower_id = $1 AND active) < $3
           ON CONFLICT (follower_id, followee_id)
           DO UPDATE SET active = true, filled = false, version = known.version + 1 WHERE NOT known.active
           RETURNING ${CHANGED}),
         told AS (${tell(values, 'made', 'follow.changed', ABOUT)})
         SELECT EXISTS (SELECT FROM made)
           OR EXISTS (SELECT FROM follows WHERE follower_id = $1 AND followee_id = $2 AND active) AS following`,
        values,
      );
      return { following: rows[0]?.following ?? false };
    });
    return { value: value.following, position };
  }

  async unfollow(followerId: string, followeeId: string): Promise<Written<boolean>> {
    return this.shards.write(followerId, async (client) => {
      const values = [followerId, followeeId];
      await client.query('BEGIN');
      const ended = await client.query(
        `WITH made AS (
           UPDATE follows SET active = false, filled = false, version = version + 1
           WHERE follower_id = $1 AND followee_id = $2 AND active RETURNING ${CHANGED}),
         told AS (${tell(values, 'made', 'follow.changed', ABOUT)})
         SELECT FROM made`,
        values,
      );
      // A statement of its own: it sees what a fan-out put there while the row was waited for.
      await client.query('DELETE FROM feed_entries WHERE user_id = $1 AND author_id = $2', [
        followerId,
        followeeId,
      ]);
      await client.query('COMMIT');
      return ended.rowCount === 1;
    });
  }

  /** Brings the mirror up to one change; a change that is older than what is there does nothing. */
  async mirror({ followerId, followeeId, active, version }: DataOf<'follow.changed'>): Promise<void> {
    await this.shards.write(followeeId, async (client) => {
      await client.query(
        `INSERT INTO followers (followee_id, follower_id, active, version) VALUES ($1, $2, $3, $4)
         ON CONFLICT (followee_id, follower_id) DO UPDATE SET active = excluded.active, version = excluded.version
         WHERE followers.version < excluded.version`,
        [followeeId, followerId, active, version],
      );
    });
  }

  /** Whom a user follows, by falling id. */
  async following(userId: string, limit: number, before?: string, position?: string): Promise<string[]> {
    return this.list('follows', 'follower_id', 'followee_id', userId, limit, before, position);
  }

  /** Who follows a user, by falling id, as the mirror has it. */
  async followers(userId: string, limit: number, before?: string, position?: string): Promise<string[]> {
    return this.list('followers', 'followee_id', 'follower_id', userId, limit, before, position);
  }

  private async list(
    table: string,
    own: string,
    other: string,
    userId: string,
    limit: number,
    before?: string,
    position?: string,
  ): Promise<string[]> {
    return this.shards.read(
      userId,
      async (client) => {
        const { rows } = await client.query<{ id: string }>(
          `SELECT ${other}::text AS id FROM ${table}
           WHERE ${own} = $1 AND active AND lives_here($1) AND ($2::bigint IS NULL OR ${other} < $2)
           ORDER BY ${other} DESC LIMIT $3`,
          [userId, before, limit],
        );
        return rows.map(({ id }) => id);
      },
      position,
    );
  }
}
