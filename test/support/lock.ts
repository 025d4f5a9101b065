import { Client } from 'pg';
import { DATABASE, type PostgresServer } from './postgres';

/** Takes locks by `statement` and keeps them until the returned function is called. */
export async function hold(
  server: PostgresServer,
  statement: string,
  values: readonly unknown[] = [],
): Promise<() => Promise<void>> {
  const client = new Client({
    host: '127.0.0.1',
    port: server.port,
    user: 'postgres',
    database: DATABASE,
    ssl: { rejectUnauthorized: false },
  });
  // The server may be stopped while the lock is held.
  client.on('error', () => undefined);
  await client.connect();
  await client.query('BEGIN');
  await client.query(statement, [...values]);
  return async () => {
    await client.query('COMMIT');
    await client.end();
  };
}
