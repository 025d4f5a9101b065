import { escapeIdentifier } from 'pg';
import type { PoolClient } from './pool';

/**
 * Creates the role that the service logs in as, with no right but to read and change rows. Safe to repeat. On RDS the
 * role `rds_iam` is there and is granted, which makes IAM tokens the only way in ("Creating a database account using IAM
 * authentication", Amazon RDS User Guide); elsewhere the server's own rules decide.
 */
export async function ensureServiceRole(client: PoolClient, database: string, user: string): Promise<void> {
  const role = escapeIdentifier(user);
  const found = await client.query<{ rolname: string }>(
    "SELECT rolname FROM pg_roles WHERE rolname IN ($1, 'rds_iam')",
    [user],
  );
  const names = new Set(found.rows.map((row) => row.rolname));
  if (!names.has(user)) await client.query(`CREATE ROLE ${role} LOGIN`);
  if (names.has('rds_iam')) await client.query(`GRANT rds_iam TO ${role}`);
  await client.query(`GRANT CONNECT ON DATABASE ${escapeIdentifier(database)} TO ${role}`);
  await client.query(`GRANT USAGE ON SCHEMA public TO ${role}`);
  await client.query(
    `ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO ${role}`,
  );
  await client.query(`ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT USAGE ON SEQUENCES TO ${role}`);
  // Default privileges are for tables to come: a database that was restored from a dump has its tables already.
  await client.query(`GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO ${role}`);
  await client.query(`GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO ${role}`);
}
