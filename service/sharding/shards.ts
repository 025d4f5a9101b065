import { setTimeout as sleep } from 'node:timers/promises';
import { jitter } from '../backoff';
import type { Database, Run, Written } from '../database/database';
import type { PoolClient } from '../database/pool';
import { decodeId } from '../ids/layout';
import { evenShare } from './placement';
import { whereabouts, whereItWent, type Key } from './whereabouts';

/** What is being moved is out of reach for well below a second; this often, so many ms apart, it is asked for again. */
const ROUNDS = 20;
const PAUSE_MS = 150;

/** The place of a key is just changing, and went on doing so for as long as somebody was asking. */
export class MovingError extends Error {}

/** Who says where things are. It may be wrong: the databases know what has left them. */
export interface Placement {
  /** The physical shard of a key, or of a logical shard. */
  of(key: Key | number): number;
  /** Told when a database pointed elsewhere. */
  doubt(): void;
  start?(): Promise<void>;
  close?(): void;
}

const shardOf = (key: Key | number): number =>
  typeof key === 'number' ? key : typeof key === 'string' ? decodeId(key).shard : key.shard;

/** Nobody was ever moved. */
export const evenly = (count: number): Placement => ({
  of: (key) => evenShare(shardOf(key), count),
  doubt: () => undefined,
});

interface Answer<T> {
  readonly value?: T;
  /** Whether the value is the answer; else whether there is none, and who else is to be asked. */
  readonly found: boolean;
  readonly home: boolean;
  readonly elsewhere: readonly number[];
}

/** Whether a read has found something. */
function isFound(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return value !== undefined && value !== false;
  if (Array.isArray(value)) return value.length > 0;
  if ('rowCount' in value) return value.rowCount !== 0;
  // What is known as of some position.
  return !('value' in value) || isFound(value.value);
}
/** Whether a change has changed something. */
const isDone = (value: unknown): boolean => value === undefined || isFound(value);

/** The databases, and who of them holds what. */
export class Shards {
  constructor(
    /** By number of the physical shard. */
    readonly all: readonly Database[],
    private readonly placement: Placement = evenly(all.length),
  ) {}

  /** Reads where things are for the first time. Without having done so all works, with detours. */
  async start(): Promise<void> {
    await this.placement.start?.();
  }

  /**
   * The database where a key should be. It may just have left: `read` and `write` go after it.
   * @param key the id of a row, or the number of a logical shard
   */
  of(key: Key | number): Database {
    return this.all[this.placement.of(key)]!;
  }

  /**
   * A read of what belongs to the key, from a replica where one will do.
   * @param run asks for rows that `lives_here`; undefined, false, an empty list or result says that there are none
   * @param seen positions that the client has seen: the answer is not older
   * @throws MovingError
   */
  async read<T>(key: Key, run: Run<T>, seen?: string): Promise<T> {
    const ask = answering(key, run, isFound);
    return this.follow(key, (database, again) =>
      again ? database.readFromWriter(ask) : database.read(ask, seen),
    );
  }

  async readFromWriter<T>(key: Key, run: Run<T>): Promise<T> {
    const ask = answering(key, run, isFound);
    return this.follow(key, (database) => database.readFromWriter(ask));
  }

  /**
   * A change of what belongs to the key, in one statement or a transaction that `run` begins and ends.
   * @param run false, an empty list or result says that nothing was changed, as there was no such row: it may be elsewhere, and `run` is
   *   called again for it
   * @throws MovingError
   */
  async write<T>(key: Key, run: Run<T>): Promise<Written<T>> {
    const ask = answering(key, run, isDone);
    return this.follow<Written<T>>(key, async (database) => {
      try {
        const { value, position } = await database.write(ask);
        return { ...value, value: { value: value.value as T, position } };
      } catch (error) {
        const physical = whereItWent(error);
        if (physical === undefined) throw error;
        return { found: false, home: false, elsewhere: [physical] };
      }
    });
  }

  async close(): Promise<void> {
    this.placement.close?.();
    await Promise.all(this.all.map((database) => database.close()));
  }

  /** Asks the database where the key should be, and those that it points to. */
  private async follow<T>(
    key: Key,
    ask: (database: Database, again: boolean) => Promise<Answer<T>>,
  ): Promise<T> {
    for (let round = 0; round < ROUNDS; round += 1) {
      if (round > 0) await sleep(jitter(PAUSE_MS));
      let absent: Answer<T> | undefined;
      const numbers = new Set([this.placement.of(key)]);
      // A set is walked in the order of adding, what is added on the way included.
      for (const number of numbers) {
        const database = this.all[number];
        if (database === undefined) throw new Error(`key is on physical shard ${number}, unknown here`);
        const answer = await ask(database, round > 0);
        if (answer.found) return answer.value as T;
        if (answer.home) absent = answer;
        if (answer.elsewhere.length > 0) this.placement.doubt();
        for (const other of answer.elsewhere) numbers.add(other);
      }
      if (absent !== undefined) return absent.value as T;
    }
    throw new MovingError('what was asked for is being moved');
  }
}

/** Runs something, and when it finds nothing asks the same server where else that may be. */
const answering =
  <T>(key: Key, run: Run<T>, found: (value: unknown) => boolean) =>
  async (client: PoolClient, shard: number): Promise<Answer<T>> => {
    const value = await run(client, shard);
    if (found(value)) return { value, found: true, home: true, elsewhere: [] };
    const { home, settled, elsewhere } = await whereabouts(client, key);
    // It may have arrived between the two questions.
    if (!home || settled) return { value, found: false, home, elsewhere };
    const again = await run(client, shard);
    return { value: again, found: found(again), home, elsewhere };
  };
