import { escapeIdentifier } from 'pg';
import type { PoolClient } from '../../database/pool';

/** Who is moved: a logical shard without those of its users who were moved alone, or one user. */
export interface Subject {
  readonly shard: number;
  readonly user?: string;
}

/** A table whose rows belong to users, as its trigger `keep_in_place` says. */
export interface Table {
  readonly name: string;
  readonly owner: string;
  readonly key: readonly string[];
  readonly columns: readonly string[];
}

/** In the order of their making, so that a row comes after those it refers to. */
export async function ownedTables(client: PoolClient): Promise<Table[]> {
  const { rows } = await client.query<{ name: string; arguments: string; columns: string[] }>(
    `SELECT c.relname AS name, encode(t.tgargs, 'escape') AS arguments,
            ARRAY(SELECT attname::text FROM pg_attribute
                  WHERE attrelid = c.oid AND attnum > 0 AND NOT attisdropped AND attgenerated = '' ORDER BY attnum) AS columns
     FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid JOIN pg_proc p ON p.oid = t.tgfoid
     WHERE p.proname = 'keep_in_place' AND t.tgparentid = 0 ORDER BY c.oid`,
  );
  return rows.map(({ name, columns, arguments: given }) => {
    const [owner = '', ...key] = given.split('\\000').filter((argument) => argument !== '');
    return { name, owner, key, columns };
  });
}

const list = (names: readonly string[]): string => names.map((name) => escapeIdentifier(name)).join(', ');

/** The rows of a table, aliased `t`, that belong to the subject. */
export function ownedBy({ owner }: Table, { shard, user }: Subject): string {
  const column = `t.${escapeIdentifier(owner)}`;
  if (user !== undefined) return `${column} = ${BigInt(user)}`;
  const first = BigInt(shard) << 46n;
  return (
    `${column} >= ${first} AND ${column} < ${first + (1n << 46n)} ` +
    `AND NOT EXISTS (SELECT FROM user_places WHERE user_id = ${column})`
  );
}

/** Writes rows, JSON texts, over those with the same keys. */
export async function put(client: PoolClient, table: Table, rows: readonly string[]): Promise<void> {
  if (rows.length === 0) return;
  const name = escapeIdentifier(table.name);
  const rest = table.columns.filter((column) => !table.key.includes(column));
  const update = rest.map((column) => `${escapeIdentifier(column)} = EXCLUDED.${escapeIdentifier(column)}`);
  await client.query(
    `INSERT INTO ${name} (${list(table.columns)}) OVERRIDING SYSTEM VALUE
     SELECT ${list(table.columns)} FROM jsonb_populate_recordset(NULL::${name}, $1::jsonb)
     ON CONFLICT (${list(table.key)}) DO ${rest.length > 0 ? `UPDATE SET ${update.join(', ')}` : 'NOTHING'}`,
    [`[${rows.join(',')}]`],
  );
}

/** The rows that have these keys, as JSON texts. */
export async function pick(client: PoolClient, table: Table, keys: readonly string[]): Promise<string[]> {
  const name = escapeIdentifier(table.name);
  const { rows } = await client.query<{ row: string }>(
    `SELECT to_jsonb(t)::text AS row FROM ${name} AS t
     WHERE (${list(table.key)}) IN (SELECT ${list(table.key)} FROM jsonb_populate_recordset(NULL::${name}, $1::jsonb))`,
    [`[${keys.join(',')}]`],
  );
  return rows.map(({ row }) => row);
}

/** Those of the keys that no row has. */
export async function missing(client: PoolClient, table: Table, keys: readonly string[]): Promise<string[]> {
  const name = escapeIdentifier(table.name);
  const both = table.key.map((column) => `t.${escapeIdentifier(column)} = k.${escapeIdentifier(column)}`);
  const { rows } = await client.query<{ key: string }>(
    `SELECT key FROM unnest($1::text[]) AS key WHERE NOT EXISTS (
       SELECT FROM ${name} AS t, jsonb_populate_record(NULL::${name}, key::jsonb) AS k WHERE ${both.join(' AND ')})`,
    [keys],
  );
  return rows.map(({ key }) => key);
}

export async function removeKeys(client: PoolClient, table: Table, keys: readonly string[]): Promise<void> {
  if (keys.length === 0) return;
  const name = escapeIdentifier(table.name);
  await client.query(
    `DELETE FROM ${name}
     WHERE (${list(table.key)}) IN (SELECT ${list(table.key)} FROM jsonb_populate_recordset(NULL::${name}, $1::jsonb))`,
    [`[${keys.join(',')}]`],
  );
}

/** Removes all that belongs to the subject, in pieces. Whoever calls it knows that the subject lives elsewhere. */
export async function removeAll(
  client: PoolClient,
  tables: readonly Table[],
  subject: Subject,
): Promise<number> {
  let removed = 0;
  for (const table of [...tables].reverse()) {
    const name = escapeIdentifier(table.name);
    for (let count = BATCH; count === BATCH; removed += count) {
      const result = await client.query(
        `DELETE FROM ${name} WHERE ctid = ANY (ARRAY(SELECT t.ctid FROM ${name} AS t WHERE ${ownedBy(table, subject)} LIMIT ${BATCH}))`,
      );
      count = result.rowCount ?? 0;
    }
  }
  return removed;
}

/** Rows that are copied or removed in one statement. */
export const BATCH = 500;
