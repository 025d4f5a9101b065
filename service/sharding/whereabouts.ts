import type { PoolClient } from '../database/pool';
import { LOGICAL_SHARDS } from '../ids/layout';

/** What is looked for: the id of a row, or a user by name in the logical shard of the name. */
export type Key = string | { readonly shard: number; readonly name: string };

export interface Whereabouts {
  /** A row that is neither here nor in what stands in `elsewhere` does not exist. */
  readonly home: boolean;
  /** That has been so for a while, so that an answer given just before was right too. */
  readonly settled: boolean;
  /** Physical shards to ask, best first. */
  readonly elsewhere: readonly number[];
}

/** SQLSTATE of the trigger `keep_in_place`. */
const LEFT = 'TS001';

/** Where a refused change belongs, or undefined for any other error. */
export function whereItWent(error: unknown): number | undefined {
  if (!(error instanceof Error) || !('code' in error) || error.code !== LEFT) return undefined;
  return 'detail' in error ? Number(error.detail) : undefined;
}

/** Asks one database where the rows of the key are. */
export async function whereabouts(client: PoolClient, key: Key): Promise<Whereabouts> {
  const [id, name] =
    typeof key === 'string'
      ? [key, null]
      : [String(BigInt(key.shard % LOGICAL_SHARDS) << 46n), key.name.toLowerCase()];
  const { rows } = await client.query<Whereabouts>('SELECT * FROM whereabouts($1, $2)', [id, name]);
  const [found] = rows;
  if (found === undefined) throw new Error('whereabouts() has answered nothing');
  return found;
}
