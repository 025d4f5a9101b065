import type { Shards } from '../sharding/shards';
import type { SessionStore, StoredSession } from './store';

const COLUMNS = `user_id::text AS "userId", id AS "sessionId", generation, digest, created_at::float8 AS "createdAt",
  rotated_at::float8 AS "rotatedAt", expires_at::float8 AS "expiresAt"`;

/** Sessions in the user's own database, where there is no table of shared state. */
export class DatabaseSessions implements SessionStore {
  constructor(private readonly shards: Shards) {}

  async insert(session: StoredSession): Promise<void> {
    const { userId, sessionId, generation, digest, createdAt, rotatedAt, expiresAt } = session;
    await this.shards.write(userId, async (client) => {
      // What its owner left to expire goes with the next log-in.
      await client.query('DELETE FROM sessions WHERE user_id = $1 AND expires_at <= $2', [userId, createdAt]);
      await client.query(
        `INSERT INTO sessions (user_id, id, generation, digest, created_at, rotated_at, expires_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7)`,
        [userId, sessionId, generation, digest, createdAt, rotatedAt, expiresAt],
      );
    });
  }

  async find(userId: string, sessionId: string): Promise<StoredSession | undefined> {
    const found = await this.shards.readFromWriter(userId, (client) =>
      client.query<StoredSession>(
        `SELECT ${COLUMNS} FROM sessions
         WHERE user_id = $1 AND id = $2 AND expires_at > $3 AND lives_here($1)`,
        [userId, sessionId, Date.now()],
      ),
    );
    return found.rows[0];
  }

  async advance({ userId, sessionId, ...next }: StoredSession): Promise<boolean> {
    const { value } = await this.shards.write(userId, (client) =>
      client.query(
        `UPDATE sessions SET generation = $3, digest = $4, rotated_at = $5, expires_at = $6
         WHERE user_id = $1 AND id = $2 AND generation = $3 - 1`,
        [userId, sessionId, next.generation, next.digest, next.rotatedAt, next.expiresAt],
      ),
    );
    return value.rowCount === 1;
  }

  async remove(userId: string, sessionId: string): Promise<void> {
    await this.shards.write(userId, (client) =>
      client.query('DELETE FROM sessions WHERE user_id = $1 AND id = $2', [userId, sessionId]),
    );
  }

  async removeAll(userId: string, until: number): Promise<void> {
    await this.shards.write(userId, (client) =>
      client.query('DELETE FROM sessions WHERE user_id = $1 AND created_at <= $2', [userId, until]),
    );
  }

  close(): void {
    // The pools belong to the database.
  }
}
