import { tell } from '../outbox/tell';
import { shardOfName } from '../sharding/placement';
import type { Shards } from '../sharding/shards';
import type { Written } from './database';
import type { PoolClient } from './pool';
import { seen, type Seen } from './seen';

export interface User {
  readonly id: string;
  readonly name: string;
}
export interface UserRow extends User {
  readonly passwordHash: string;
  readonly requestKey: string | null;
}

const COLUMNS = 'id::text, name, password_hash AS "passwordHash", request_key AS "requestKey"';

export class Users {
  constructor(private readonly shards: Shards) {}

  /** The new user, or the row that already has this name. */
  async insert(
    name: string,
    passwordHash: string,
    requestKey: string | undefined,
  ): Promise<Written<{ created: boolean; user: UserRow }>> {
    const shard = shardOfName(name);
    const written = await this.shards.write({ shard, name }, async (client) => {
      const values = [name, passwordHash, requestKey, shard];
      // The unique index keeps names apart, also while a user is being moved; afterwards the place of the user does.
      const inserted = await client.query<UserRow>(
        `WITH made AS (INSERT INTO users (id, name, password_hash, request_key)
         SELECT ($4::bigint << 46) | (1::bigint << 36) | nextval('users_local'), $1, $2, $3
         WHERE NOT EXISTS (SELECT FROM user_places WHERE user_places.name = lower($1))
         ON CONFLICT (lower(name)) DO NOTHING RETURNING ${COLUMNS}),
         told AS (${tell(values, 'made', 'user.created', "jsonb_build_object('userId', id)")})
         SELECT * FROM made`,
        values,
      );
      const user = inserted.rows[0] ?? (await byName(client, name));
      return user !== undefined && { created: inserted.rows[0] !== undefined, user };
    });
    const { value, position } = written;
    if (value === false) throw new Error('user neither inserted nor found');
    return { value, position };
  }

  /** What everybody may know of a user, and as of when. */
  async seen(id: string, position?: string): Promise<Seen<User>> {
    return this.shards.read(
      id,
      (client, shard) =>
        seen(client, shard, async () => {
          const found = await client.query<User>(
            'SELECT id::text, name FROM users WHERE id = $1 AND lives_here(id)',
            [id],
          );
          return found.rows[0];
        }),
      position,
    );
  }

  /** Replaces the hash of a password by one of the same password, unless the password was changed meanwhile. */
  async replaceHash({ id, passwordHash }: UserRow, better: string): Promise<void> {
    await this.shards.write(id, (client) =>
      client.query('UPDATE users SET password_hash = $3 WHERE id = $1 AND password_hash = $2', [
        id,
        passwordHash,
        better,
      ]),
    );
  }

  /** A replica that does not know the user may only be behind, so the writer decides. */
  async exists(id: string): Promise<boolean> {
    const found = async (client: PoolClient) =>
      (await client.query('SELECT FROM users WHERE id = $1 AND lives_here(id)', [id])).rowCount === 1;
    return (await this.shards.read(id, found)) || this.shards.readFromWriter(id, found);
  }

  /** A user by name. A replica that does not know the name may only be behind, so the writer decides. */
  async findByName(name: string): Promise<UserRow | undefined> {
    const key = { shard: shardOfName(name), name };
    const found = await this.shards.read(key, (client) => byName(client, name));
    return found ?? (await this.shards.readFromWriter(key, (client) => byName(client, name)));
  }
}

async function byName(client: PoolClient, name: string): Promise<UserRow | undefined> {
  const result = await client.query<UserRow>(
    `SELECT ${COLUMNS} FROM users WHERE lower(name) = lower($1) AND lives_here(id)`,
    [name],
  );
  return result.rows[0];
}
