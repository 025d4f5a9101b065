import { readFileSync } from 'node:fs';
import { Client } from 'pg';

/** Address of the writer as postgresql://user@host:port/database; without it stored rows are not looked at. */
const url = process.env['CONTRACT_DATABASE_URL'];
const caFile = process.env['CONTRACT_DATABASE_CA_FILE'] ?? process.env['CONTRACT_CA_FILE'];

export const databaseGiven = url !== undefined;

/** Rows as they are stored, or undefined when the database may not be looked into. */
export async function storedRows<R>(sql: string, values: readonly unknown[]): Promise<R[] | undefined> {
  if (url === undefined) return undefined;
  const ssl = caFile === undefined ? { rejectUnauthorized: false } : { ca: readFileSync(caFile, 'utf8') };
  const client = new Client({ connectionString: url, ssl });
  await client.connect();
  try {
    return (await client.query(sql, [...values])).rows as R[];
  } finally {
    await client.end();
  }
}
