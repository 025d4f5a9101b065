import type { Client } from 'pg';
import type { PostgresServer } from './server';

/** How a server looks from outside. */
export interface Observation {
  /** Whether it is a standby or replica (in recovery). */
  readonly inRecovery: boolean;
  /** Whether its receiver of the writer's log is streaming; false on a writer. */
  readonly streaming: boolean;
  /** The timeline that it writes, or receives; 0 if it does neither. Every promotion begins a new one. */
  readonly timeline: number;
}

interface Row {
  readonly recovery: boolean;
  readonly status: string | null;
  readonly timeline: number | null;
}

// The first eight digits of the name of a log file are its timeline.
const QUERY = `
  SELECT pg_is_in_recovery() AS recovery, r.status,
    CASE WHEN pg_is_in_recovery() THEN r.received_tli
      ELSE ('x' || left(pg_walfile_name(pg_current_wal_lsn()), 8))::bit(32)::int END AS timeline
  FROM (SELECT 1) AS one LEFT JOIN pg_stat_wal_receiver r ON true`;

/** Asks one server, over a connection that is kept while it works. */
export class Probe {
  private client: Client | undefined;

  constructor(
    readonly server: PostgresServer,
    /** Milliseconds after which no answer counts as a failure. */
    private readonly timeoutMs = 800,
  ) {}

  /** @throws if the server does not answer in time. */
  async observe(): Promise<Observation> {
    try {
      this.client ??= await this.server.connect('postgres', this.timeoutMs);
      const { rows } = await this.client.query<Row>(QUERY);
      const [row] = rows;
      return {
        inRecovery: row?.recovery === true,
        streaming: row?.status === 'streaming',
        timeline: row?.timeline ?? 0,
      };
    } catch (error) {
      this.close();
      throw error;
    }
  }

  close(): void {
    // The stream is cut rather than ended: a server that hangs would never answer a goodbye.
    const stream = (this.client as (Client & { connection?: { stream?: { destroy(): void } } }) | undefined)
      ?.connection?.stream;
    stream?.destroy();
    this.client = undefined;
  }
}
