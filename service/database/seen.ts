import { sortable, type AsOf } from '../cache/entry';
import type { PoolClient } from './pool';

/** What a read found, and the moment as of which it is right. */
export interface Seen<T> {
  readonly value: T | undefined;
  readonly asOf: AsOf;
}

/**
 * Runs a read after asking for the server's position, in a statement of its own: what a later snapshot shows is at least as new. On the
 * writer a commit may stand in the log that nobody sees yet, since its standby has not confirmed it; whoever wrote it will be told a position
 * at or after the current one, so the read counts as of just before it.
 */
export async function seen<T>(
  client: PoolClient,
  shard: number,
  read: () => Promise<T | undefined>,
): Promise<Seen<T>> {
  const { rows } = await client.query<{ lsn: string }>(
    `SELECT CASE WHEN pg_is_in_recovery() THEN pg_last_wal_replay_lsn()
            ELSE pg_current_wal_lsn() - 1::numeric END::text AS lsn`,
  );
  return { value: await read(), asOf: { shard, lsn: sortable(rows[0]?.lsn ?? '0/0') } };
}
