import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from 'pino';
import { jitter } from '../backoff';
import type { Database } from '../database/database';
import { withClient } from '../database/pool';
import type { Metrics } from '../metrics/metrics';
import { parseEvent, type Event } from './events';

/** Rows taken at a time. */
const BATCH = 20;
/** Pause after finding nothing; a write of this process ends it. */
const POLL_MS = 1_000;
const AGE_EVERY_MS = 5_000;
/** A row that could not be told is due again after 2, 4, 8 ... seconds, up to this. */
const RETRY_LIMIT_SECONDS = 60;

export interface RelayOptions {
  /** Tells everybody who is to know. Throws when somebody could not be told, and is called again then. */
  readonly deliver: (event: Event, log: Logger) => Promise<void>;
  /** Whether the region takes the writes; a copy's rows are told where they were written. */
  readonly writesHere: () => boolean;
  /** Seconds for which a row that was taken is nobody else's. Default 30; it is renewed while the work lasts. */
  readonly leaseSeconds?: number;
}

interface Row {
  readonly id: string;
  readonly type: string;
  readonly attempts: number;
}

/**
 * Tells others what is in the outboxes, then deletes it. Any number of processes do so side by side: a row is taken by putting it off,
 * so that no lock is held while others are told, and what a process had in hand when it died is due again.
 * Each event is told at least once, and in no certain order.
 */
export class Relay {
  private readonly stopping = new AbortController();
  private wakes = new AbortController();
  private loops: Promise<void>[] = [];
  private readonly leaseSeconds: number;

  constructor(
    private readonly databases: readonly Database[],
    private readonly options: RelayOptions,
    private readonly metrics: Pick<Metrics, 'outboxAge'>,
    private readonly log: Logger,
  ) {
    this.leaseSeconds = options.leaseSeconds ?? 30;
  }

  /** A loop for each shard: one that is away keeps none of the others waiting. */
  start(): void {
    this.loops = this.databases.map((database) => this.loop(database));
  }

  /** Something was written here just now. */
  wake(): void {
    this.wakes.abort();
    this.wakes = new AbortController();
  }

  /** Takes no further row, and resolves when those in hand are told. */
  async stop(): Promise<void> {
    this.stopping.abort();
    await Promise.all(this.loops);
  }

  private async loop(database: Database): Promise<void> {
    let measured = 0;
    while (!this.stopping.signal.aborted) {
      const woken = this.wakes.signal;
      let taken = 0;
      try {
        if (this.options.writesHere()) {
          if (Date.now() - measured > AGE_EVERY_MS) {
            this.metrics.outboxAge(await this.age(database));
            measured = Date.now();
          }
          taken = await this.round(database);
        }
      } catch (error) {
        this.log.warn({ err: error, shard: database.number }, 'outbox not read');
      }
      const ends = AbortSignal.any([this.stopping.signal, woken]);
      if (taken < BATCH && !ends.aborted)
        await sleep(jitter(POLL_MS), undefined, { signal: ends }).catch(() => undefined);
    }
  }

  /** @returns how many rows were taken */
  private async round(database: Database): Promise<number> {
    const { value, position } = await database.write((client) =>
      client.query<Row>(
        `UPDATE outbox SET due_at = now() + $1 * interval '1 second', attempts = attempts + 1
         WHERE id IN (SELECT id FROM outbox WHERE due_at <= now() ORDER BY due_at LIMIT ${BATCH} FOR UPDATE SKIP LOCKED)
         RETURNING id::text, type, data, attempts, coalesce(request_id, '') AS "requestId",
           to_char(created_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') AS at,
           extract(epoch FROM now() - created_at)::float8 AS age`,
        [this.leaseSeconds],
      ),
    );
    const { rows } = value;
    if (rows.length === 0) return 0;
    const inHand = new Set(rows.map((row) => row.id));
    const heartbeat = setInterval(
      () => {
        this.putOff(database, [...inHand], this.leaseSeconds).catch((error: unknown) =>
          this.log.warn({ err: error }, 'rows in hand not renewed'),
        );
      },
      (this.leaseSeconds * 1000) / 3,
    );
    try {
      await Promise.all(
        rows.map(async (row) => {
          if (await this.tell(row, position, database.number)) return;
          inHand.delete(row.id);
          await this.putOff(database, [row.id], Math.min(2 ** row.attempts, RETRY_LIMIT_SECONDS));
        }),
      );
      const told = [...inHand];
      await database.write((client) =>
        client.query('DELETE FROM outbox WHERE id = ANY($1::bigint[])', [told]),
      );
    } finally {
      clearInterval(heartbeat);
    }
    return rows.length;
  }

  private async tell(row: Row, position: string, shard: number): Promise<boolean> {
    const log = this.log.child({ event: row.type, eventId: `${shard}-${row.id}`, attempt: row.attempts });
    try {
      // A type that is not known was written by a newer version, which will tell of it.
      await this.options.deliver(parseEvent({ ...row, id: `${shard}-${row.id}`, position }), log);
      return true;
    } catch (error) {
      log.warn({ err: error }, 'event not told yet');
      return false;
    }
  }

  private async putOff(database: Database, ids: readonly string[], seconds: number): Promise<void> {
    await database.write((client) =>
      client.query(
        `UPDATE outbox SET due_at = now() + $2 * interval '1 second' WHERE id = ANY($1::bigint[])`,
        [ids, jitter(seconds)],
      ),
    );
  }

  /** Seconds since the oldest row was written; 0 with none. */
  private async age(database: Database): Promise<number> {
    const { rows } = await withClient(database.writer, (client) =>
      client.query<{ age: number }>(
        'SELECT extract(epoch FROM now() - created_at)::float8 AS age FROM outbox ORDER BY id LIMIT 1',
      ),
    );
    return rows[0]?.age ?? 0;
  }
}
