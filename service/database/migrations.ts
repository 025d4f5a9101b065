import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Logger } from 'pino';
import type { PoolClient } from './pool';

/** Any constant will do, as long as nothing else in this database uses it. */
const LOCK = 7_430_001;

export interface Migration {
  readonly version: number;
  readonly name: string;
  readonly sql: string;
  readonly checksum: string;
}

/** Reads `0001_name.sql`, `0002_name.sql` ... and refuses gaps and foreign files. */
export function readMigrations(folder: string): Migration[] {
  return readdirSync(folder)
    .sort()
    .map((file, index) => {
      const match = /^(\d{4})_([a-z0-9_]+)\.sql$/.exec(file);
      const expected = String(index + 1).padStart(4, '0');
      if (match?.[1] !== expected || match[2] === undefined) {
        throw new Error(`${join(folder, file)}: expected a file named ${expected}_<name>.sql at this place`);
      }
      const sql = readFileSync(join(folder, file), 'utf8');
      const checksum = createHash('sha256').update(sql).digest('hex');
      return { version: index + 1, name: match[2], sql, checksum };
    });
}

/**
 * Brings the schema up to the given migrations and returns how many were applied. `prepare` runs first, under the same
 * lock. Several nodes may call this at once: a session-level advisory lock makes them take turns, and those that come
 * later find nothing left to do. The database may be newer than these files (after a rollback of the service).
 */
export async function migrate(
  client: PoolClient,
  migrations: readonly Migration[],
  log: Logger,
  prepare: (client: PoolClient) => Promise<void> = async () => undefined,
): Promise<number> {
  await client.query('SELECT pg_advisory_lock($1)', [LOCK]);
  try {
    await prepare(client);
    await client.query(
      `CREATE TABLE IF NOT EXISTS schema_migrations (
         version integer PRIMARY KEY, name text NOT NULL, checksum text NOT NULL,
         applied_at timestamptz NOT NULL DEFAULT now())`,
    );
    const done = await client.query<{ version: number; checksum: string }>(
      'SELECT version, checksum FROM schema_migrations',
    );
    const applied = new Map(done.rows.map((row) => [row.version, row.checksum]));
    let count = 0;
    for (const migration of migrations) {
      const checksum = applied.get(migration.version);
      if (checksum === undefined) {
        await apply(client, migration);
        log.info({ version: migration.version, name: migration.name }, 'migration applied');
        count += 1;
      } else if (checksum !== migration.checksum) {
        throw new Error(
          `Migration ${migration.version} (${migration.name}) was applied with other content ` +
            `(${checksum.slice(0, 12)}, now ${migration.checksum.slice(0, 12)}). ` +
            'Restore the file and put the change into a new migration.',
        );
      }
    }
    return count;
  } finally {
    await client.query('SELECT pg_advisory_unlock($1)', [LOCK]);
  }
}

async function apply(client: PoolClient, migration: Migration): Promise<void> {
  await client.query('BEGIN');
  try {
    // A change that can't get its table lock soon gives up rather than making every query behind it wait.
    await client.query("SET LOCAL lock_timeout = '5s'");
    await client.query(migration.sql);
    await client.query('INSERT INTO schema_migrations (version, name, checksum) VALUES ($1, $2, $3)', [
      migration.version,
      migration.name,
      migration.checksum,
    ]);
    await client.query('COMMIT');
  } catch (error) {
    await client.query('ROLLBACK');
    throw new Error(`Migration ${migration.version} (${migration.name}) failed and was rolled back`, {
      cause: error,
    });
  }
}
