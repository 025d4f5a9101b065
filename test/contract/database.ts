import { readFileSync } from 'node:fs';
import { Client } from 'pg';

/** Addresses of the writers as postgresql://user@host:port/database, one of each shard, separated by spaces; without any, stored rows are not looked at. */
const urls = (process.env['CONTRACT_DATABASE_URL'] ?? '').split(' ').filter((url) => url !== '');
const caFile = process.env['CONTRACT_DATABASE_CA_FILE'] ?? process.env['CONTRACT_CA_FILE'];

export const databaseGiven = urls.length > 0;

async function rowsAt<R>(url: string, sql: string, values: readonly unknown[]): Promise<R[]> {
  const ssl =
    caFile === undefined || caFile === ''
      ? { rejectUnauthorized: false }
      : { ca: readFileSync(caFile, 'utf8') };
  const client = new Client({ connectionString: url, ssl });
  await client.connect();
  try {
    return (await client.query(sql, [...values])).rows as R[];
  } finally {
    await client.end();
  }
}

/** Rows as they are stored, on whichever shard, or undefined when the databases may not be looked into. */
export async function storedRows<R>(sql: string, values: readonly unknown[]): Promise<R[] | undefined> {
  if (!databaseGiven) return undefined;
  return (await Promise.all(urls.map((url) => rowsAt<R>(url, sql, values)))).flat();
}

/** Numbers of the shards that have such rows. */
export async function shardsWith(sql: string, values: readonly unknown[]): Promise<number[] | undefined> {
  if (!databaseGiven) return undefined;
  const found = await Promise.all(urls.map((url) => rowsAt(url, sql, values)));
  return found.flatMap((rows, shard) => (rows.length > 0 ? [shard] : []));
}
