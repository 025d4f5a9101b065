import { escapeIdentifier } from 'pg';
import type { PoolClient } from '../../database/pool';
import { BATCH, missing, ownedBy, pick, put, removeKeys, type Subject, type Table } from './tables';

/** Copies all rows of the subject as they are at one moment. Answers how many. */
export async function copyRows(
  source: PoolClient,
  target: PoolClient,
  tables: readonly Table[],
  subject: Subject,
): Promise<number> {
  let copied = 0;
  await source.query('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY');
  try {
    for (const table of tables) {
      await source.query(
        `DECLARE rows NO SCROLL CURSOR FOR
         SELECT to_jsonb(t)::text AS row FROM ${escapeIdentifier(table.name)} AS t WHERE ${ownedBy(table, subject)}`,
      );
      for (;;) {
        const { rows } = await source.query<{ row: string }>(`FETCH ${BATCH} FROM rows`);
        if (rows.length === 0) break;
        await put(
          target,
          table,
          rows.map(({ row }) => row),
        );
        copied += rows.length;
      }
      await source.query('CLOSE rows');
    }
  } finally {
    await source.query('COMMIT');
  }
  return copied;
}

interface Change {
  readonly id: string;
  readonly table: string;
  readonly key: string;
}

/** Brings over what has changed since the move began: each row as it is now, or its absence. Answers how many changes there were. */
export async function catchUp(
  source: PoolClient,
  target: PoolClient,
  tables: readonly Table[],
): Promise<number> {
  const { rows: changes } = await source.query<Change>(
    `SELECT id::text, table_name AS "table", key::text FROM moved_changes ORDER BY id LIMIT ${BATCH}`,
  );
  if (changes.length === 0) return 0;
  const touched = tables.map((table) => ({
    table,
    keys: [...new Set(changes.filter((change) => change.table === table.name).map(({ key }) => key))],
  }));
  for (const { table, keys } of touched) {
    if (keys.length > 0) await put(target, table, await pick(source, table, keys));
  }
  // A row that refers to another is gone before it.
  for (const { table, keys } of [...touched].reverse()) {
    if (keys.length === 0) continue;
    await removeKeys(target, table, await missing(source, table, keys));
  }
  await source.query('DELETE FROM moved_changes WHERE id = ANY ($1::bigint[])', [
    changes.map(({ id }) => id),
  ]);
  return changes.length;
}

/**
 * Makes sure that the target gives no local number that the source has given: its sequences go on above those of the source. The lock keeps
 * others from taking a number between the question and the answer.
 */
export async function raiseSequences(source: PoolClient, target: PoolClient, margin: number): Promise<void> {
  const { rows } = await source.query<{ name: string }>(
    `SELECT sequencename AS name FROM pg_sequences WHERE schemaname = 'public' AND sequencename LIKE '%\\_local' ORDER BY 1`,
  );
  for (const { name } of rows) {
    const sequence = escapeIdentifier(name);
    const least = await lastValue(source, sequence);
    if ((await lastValue(target, sequence)) >= least) continue;
    await target.query('BEGIN');
    try {
      await target.query("SET LOCAL lock_timeout = '2s'");
      await target.query(`ALTER SEQUENCE ${sequence} INCREMENT BY 1`);
      const wanted = least + BigInt(margin);
      if ((await lastValue(target, sequence)) < wanted)
        await target.query('SELECT setval($1::regclass, $2::bigint)', [sequence, String(wanted)]);
      await target.query('COMMIT');
    } catch (error) {
      await target.query('ROLLBACK');
      throw error;
    }
  }
}

async function lastValue(client: PoolClient, sequence: string): Promise<bigint> {
  const { rows } = await client.query<{ last: string }>(`SELECT last_value::text AS last FROM ${sequence}`);
  return BigInt(rows[0]?.last ?? 0);
}
