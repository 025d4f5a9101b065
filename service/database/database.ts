import type { Logger } from 'pino';
import { retry } from '../backoff';
import { Lag } from '../sharding/lag';
import { formatPosition, positionOf } from '../sharding/position';
import { isUnavailable } from './errors';
import { withClient, type Pool, type PoolClient } from './pool';
import { BehindError, ElsewhereError, Reader } from './reader';

/** A read, told on which physical shard it runs. */
export type Run<T> = (client: PoolClient, shard: number) => Promise<T>;

const READ_ATTEMPTS = 3;
const RETRY_BASE_MS = 100;
const PROBE_MS = 2_000;

/** A position no replica can have replayed, so that only the writer serves the read. */
const WRITER_ONLY = 'FFFFFFFF/FFFFFFFF';

export interface Written<T> {
  readonly value: T;
  /** Shard and writer position (LSN) at which the write is visible; hand it to later reads. */
  readonly position: string;
}

export interface DatabaseOptions {
  /** The physical shard that this is. Default 0. */
  readonly number?: number;
  /** Told of each read that was answered, and by whom. */
  readonly onRead?: (source: 'replica' | 'writer') => void;
  /** Whether the region takes the writes; without, its head is a replica of another region's. */
  readonly writesHere?: () => boolean;
}

/** One physical shard: a writer and its read replicas. Replicas are chosen here, in the client, so that no further hop is shared by all. */
export class Database {
  readonly number: number;
  private readonly probes: NodeJS.Timeout;
  private readonly head: Reader;
  private readonly lag = new Lag();

  constructor(
    readonly writer: Pool,
    readonly readers: readonly Reader[],
    private readonly log: Logger,
    private readonly options: DatabaseOptions = {},
  ) {
    this.number = options.number ?? 0;
    this.head = new Reader('head', writer);
    this.probes = setInterval(() => void this.probeReaders(), PROBE_MS);
    this.probes.unref();
  }

  /**
   * Runs a read on a replica, picked at random among those at work, or on the writer when none can serve it.
   * @param seen positions that the client has seen; only a server that has replayed this shard's is asked
   * @throws ElsewhereError in a region that only reads, when none here can serve it
   */
  async read<T>(run: Run<T>, seen?: string): Promise<T> {
    const position = positionOf(this.number, seen);
    const here = this.options.writesHere?.() ?? true;
    const candidates = here ? this.readers : [...this.readers, this.head];
    for (const reader of shuffle(candidates.filter((candidate) => candidate.available()))) {
      try {
        const found = await reader.run((client) => run(client, this.number), position);
        this.options.onRead?.('replica');
        return found;
      } catch (error) {
        if (error instanceof BehindError) {
          this.log.debug({ reader: reader.name, position }, 'reader passed over');
        } else if (isUnavailable(error)) {
          reader.failed();
          this.log.warn({ err: error, reader: reader.name }, 'reader failed');
        } else throw error;
      }
    }
    if (!here) throw new ElsewhereError('no server of this region can serve the read');
    return this.readFromWriter(run);
  }

  /** A read of the newest state. Repeated on a new connection when the writer is failing over. */
  async readFromWriter<T>(run: Run<T>): Promise<T> {
    const found = await retry(
      { attempts: READ_ATTEMPTS, baseMs: RETRY_BASE_MS, retryable: isUnavailable },
      () => withClient(this.writer, (client) => run(client, this.number)),
    );
    this.options.onRead?.('writer');
    return found;
  }

  /**
   * Runs a write. Only getting a connection is retried: once a statement is under way its fate may be unknown, so the
   * caller repeats it under its idempotency key.
   */
  async write<T>(run: Run<T>): Promise<Written<T>> {
    const client = await retry(
      { attempts: READ_ATTEMPTS, baseMs: RETRY_BASE_MS, retryable: isUnavailable },
      () => this.writer.connect(),
    );
    let failure: Error | undefined;
    try {
      const value = await run(client, this.number);
      return { value, position: formatPosition(this.number, await this.position(client)) };
    } catch (error) {
      failure = error instanceof Error ? error : new Error(String(error));
      throw error;
    } finally {
      client.release(failure);
    }
  }

  async close(): Promise<void> {
    clearInterval(this.probes);
    await Promise.all([this.writer.end(), ...this.readers.map((reader) => reader.pool.end())]);
  }

  /** Asked after the commit. The write stands even if this fails; then every later read goes to the writer. */
  private async position(client: PoolClient): Promise<string> {
    try {
      const result = await client.query<{ lsn: string }>('SELECT pg_current_wal_lsn()::text AS lsn');
      return result.rows[0]?.lsn ?? WRITER_ONLY;
    } catch (error) {
      this.log.warn({ err: error }, 'writer position unknown after a write');
      return WRITER_ONLY;
    }
  }

  /** Of the head, which in a region that only reads is a replica itself. With it away, replicas know all that is to be known. */
  private async notePosition(): Promise<void> {
    try {
      const { rows } = await withClient(this.writer, (client) =>
        client.query<{ lsn: string }>(
          'SELECT CASE WHEN pg_is_in_recovery() THEN pg_last_wal_replay_lsn() ELSE pg_current_wal_lsn() END::text AS lsn',
        ),
      );
      if (rows[0] !== undefined) this.lag.note(rows[0].lsn);
    } catch (error) {
      this.log.debug({ err: error }, 'position of the writer unknown');
    }
  }

  private async probeReaders(): Promise<void> {
    if (this.readers.length === 0) return;
    await this.notePosition();
    await Promise.all(
      this.readers.map((reader) =>
        reader.probe(this.lag).catch((error: unknown) => {
          if (reader.available()) this.log.warn({ err: error, reader: reader.name }, 'reader taken out');
          reader.failed();
        }),
      ),
    );
  }
}

function shuffle<T>(items: readonly T[]): T[] {
  return items
    .map((item) => ({ item, order: Math.random() }))
    .sort((a, b) => a.order - b.order)
    .map(({ item }) => item);
}
