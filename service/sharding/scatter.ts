import type { Database, Run } from '../database/database';
import { isTimeout, isUnavailable } from '../database/errors';
import type { PoolClient } from '../database/pool';
import { TooLateError, within } from '../within';
import { MovingError, type Shards } from './shards';

/** Databases asked at the same time. */
const LANES = 8;

/** What one database has of what belongs to some keys, and which of them are not here. */
export interface Part<T> {
  readonly rows: readonly T[];
  readonly away: readonly string[];
}
export type Ask<T> = (client: PoolClient, keys: readonly string[]) => Promise<Part<T>>;

/** How a database is asked for what it should have, and who is asked for a key that has left it. */
export interface Access {
  readonly of: <T>(database: Database, run: Run<T>) => Promise<T>;
  readonly alone: <T>(key: string, run: Run<T>) => Promise<T>;
}

export const reading = (shards: Shards, seen: string | undefined): Access => ({
  of: (database, run) => database.read(run, seen),
  alone: (key, run) => shards.read(key, run, seen),
});
export const readingWriters = (shards: Shards): Access => ({
  of: (database, run) => database.readFromWriter(run),
  alone: (key, run) => shards.readFromWriter(key, run),
});
export const writing = (shards: Shards): Access => ({
  of: async (database, run) => (await database.write(run)).value,
  alone: async (key, run) => (await shards.write(key, run)).value,
});

/** The same, waiting for each answer for so many milliseconds only. */
export const patient = (milliseconds: number, { of, alone }: Access): Access => ({
  of: (...given) => within(milliseconds, of(...given)),
  alone: (...given) => within(milliseconds, alone(...given)),
});

/** Whether a database is only away for now, so that what the others have is worth showing. */
export const isPassing = (fault: unknown): boolean =>
  isUnavailable(fault) || isTimeout(fault) || fault instanceof MovingError || fault instanceof TooLateError;

/** What was found, whose was not, and what kept those from answering. */
export interface Gathered<T> {
  readonly rows: readonly T[];
  readonly missing: readonly string[];
  readonly faults: readonly unknown[];
}

/**
 * Asks the databases for what belongs to many keys: one question to each of them, however many keys it has, and one more for each key
 * that has just left.
 */
export async function scatter<T>(
  shards: Shards,
  keys: readonly string[],
  access: Access,
  ask: Ask<T>,
): Promise<Gathered<T>> {
  const groups = new Map<Database, string[]>();
  for (const key of new Set(keys)) {
    const database = shards.of(key);
    groups.set(database, [...(groups.get(database) ?? []), key]);
  }
  const rows: T[] = [];
  const missing: string[] = [];
  const faults: unknown[] = [];
  const attempt = async (
    own: readonly string[],
    question: () => Promise<Part<T> | undefined>,
  ): Promise<readonly string[]> => {
    try {
      const part = await question();
      rows.push(...(part?.rows ?? []));
      return part?.away ?? [];
    } catch (fault) {
      missing.push(...own);
      faults.push(fault);
      return [];
    }
  };
  const away: string[] = [];
  await inLanes([...groups], async ([database, own]) => {
    away.push(...(await attempt(own, () => access.of(database, (client) => ask(client, own)))));
  });
  await inLanes(away, async (key) => {
    const one: Run<Part<T> | undefined> = async (client) => {
      const part = await ask(client, [key]);
      return part.away.length > 0 ? undefined : part;
    };
    await attempt([key], () => access.alone(key, one));
  });
  return { rows, missing, faults };
}

/** Like `scatter`, for whom a part is not enough. */
export async function scatterAll<T>(...given: Parameters<typeof scatter<T>>): Promise<readonly T[]> {
  const { rows, faults } = await scatter(...given);
  if (faults.length > 0) throw faults[0];
  return rows;
}

async function inLanes<T>(items: readonly T[], run: (item: T) => Promise<void>): Promise<void> {
  const queue = [...items];
  await Promise.all(
    Array.from({ length: Math.min(LANES, queue.length) }, async () => {
      for (let item = queue.shift(); item !== undefined; item = queue.shift()) await run(item);
    }),
  );
}
