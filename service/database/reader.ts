import { jitter } from '../backoff';
import type { Lag } from '../sharding/lag';
import { withClient, type Pool, type PoolClient } from './pool';

/** How long a reader that failed is left alone, in ms; doubles with each failure in a row up to the limit. */
const REST_MS = 500;
const REST_LIMIT_MS = 15_000;
/** A replica that is further behind is not read. */
export const LAG_LIMIT_MS = 5_000;

/** The replica can't serve this read: it has not replayed the wanted position, or it follows no writer any more. */
export class BehindError extends Error {}

/** In a region that only reads, no server can serve this read; the region that writes can. */
export class ElsewhereError extends Error {}

/** One read replica, and whether it is worth asking now. */
export class Reader {
  private failures = 0;
  private restUntil = 0;

  constructor(
    readonly name: string,
    readonly pool: Pool,
  ) {}

  available(now = Date.now()): boolean {
    return now >= this.restUntil;
  }

  /**
   * Runs a read here.
   * @param position writer position (LSN) that must have been replayed; undefined when any state will do
   * @throws BehindError when the replica must be passed over for this read
   */
  async run<T>(read: (client: PoolClient) => Promise<T>, position?: string): Promise<T> {
    const result = await withClient(this.pool, async (client) => {
      if (position !== undefined) await this.requirePosition(client, position);
      return read(client);
    });
    this.failures = 0;
    return result;
  }

  failed(): void {
    this.failures += 1;
    this.restUntil = Date.now() + jitter(Math.min(REST_MS * 2 ** (this.failures - 1), REST_LIMIT_MS));
  }

  /** Takes a replica out while it follows no writer (it was promoted, so its data goes its own way), or does so too slowly. */
  async probe(lag: Lag): Promise<void> {
    await withClient(this.pool, async (client) => {
      const { rows } = await client.query<{ standby: boolean; replayed: string | null }>(
        'SELECT pg_is_in_recovery() AS standby, pg_last_wal_replay_lsn()::text AS replayed',
      );
      if (rows[0]?.standby !== true) throw new BehindError(`${this.name} follows no writer`);
      const behind = lag.of(rows[0].replayed ?? '0/0');
      if (behind > LAG_LIMIT_MS) throw new BehindError(`${this.name} is ${behind} ms behind`);
    });
    this.failures = 0;
    this.restUntil = 0;
  }

  /** A statement of its own: inside the read the snapshot would be older than the answer of this function. */
  private async requirePosition(client: PoolClient, position: string): Promise<void> {
    const result = await client.query<{ replayed: boolean }>(
      'SELECT pg_is_in_recovery() AND pg_last_wal_replay_lsn() >= $1::pg_lsn AS replayed',
      [position],
    );
    if (result.rows[0]?.replayed !== true) throw new BehindError(`${this.name} has not replayed ${position}`);
  }
}
