import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { Pool } from 'pg';
import { pino } from 'pino';
import { migrate, readMigrations } from '../../service/database/migrations';
import { withClient } from '../../service/database/pool';
import { ensureServiceRole } from '../../service/database/role';
import { PostgresCluster } from '../support/postgres';

const log = pino({ level: 'silent' });
const SHIPPED = resolve(__dirname, '../../service/migrations');

describe('migrations', () => {
  let cluster: PostgresCluster;
  let folder: string;
  let database = 0;
  let pool: Pool;

  beforeAll(async () => {
    cluster = await PostgresCluster.start();
  }, 60_000);
  afterAll(() => cluster.stop());
  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'tiers-migrations-'));
    database += 1;
    await cluster.primary.query(`CREATE DATABASE m${database}`, [], 'postgres');
    pool = new Pool({
      host: '127.0.0.1',
      port: cluster.primary.port,
      user: 'postgres',
      database: `m${database}`,
      ssl: { rejectUnauthorized: false },
    });
  });
  afterEach(async () => {
    await pool.end();
    rmSync(folder, { recursive: true });
  });

  const write = (name: string, sql: string): void => writeFileSync(join(folder, name), sql);
  const run = (from = folder) => withClient(pool, (client) => migrate(client, readMigrations(from), log));

  test('of several nodes at once are applied once', async () => {
    write('0001_counter.sql', 'CREATE TABLE counter (n int); SELECT pg_sleep(0.3);');
    write('0002_first.sql', 'INSERT INTO counter VALUES (1);');
    const counts = await Promise.all(Array.from({ length: 6 }, () => run()));
    expect(counts.sort()).toEqual([0, 0, 0, 0, 0, 2]);
    expect((await pool.query('SELECT n FROM counter')).rows).toEqual([{ n: 1 }]);
    expect((await pool.query('SELECT version FROM schema_migrations ORDER BY 1')).rows).toEqual([
      { version: 1 },
      { version: 2 },
    ]);
  });

  test('that fail leave nothing behind, free the lock and work once corrected', async () => {
    write('0001_good.sql', 'CREATE TABLE good (n int);');
    write('0002_bad.sql', 'CREATE TABLE half (n int); SELECT 1 / 0;');
    await expect(run()).rejects.toThrow('Migration 2 (bad) failed and was rolled back');
    expect(
      (await pool.query("SELECT to_regclass('half') AS half, to_regclass('good') AS good")).rows,
    ).toEqual([{ half: null, good: 'good' }]);
    write('0002_bad.sql', 'CREATE TABLE half (n int);');
    expect(await run()).toBe(1);
  });

  test('that were changed after they were applied are refused', async () => {
    write('0001_table.sql', 'CREATE TABLE t (n int);');
    await run();
    write('0001_table.sql', 'CREATE TABLE t (n bigint);');
    await expect(run()).rejects.toThrow('Migration 1 (table) was applied with other content');
  });

  test('of an older service find a newer database in order', async () => {
    write('0001_table.sql', 'CREATE TABLE t (n int);');
    write('0002_more.sql', 'ALTER TABLE t ADD m int;');
    await run();
    rmSync(join(folder, '0002_more.sql'));
    expect(await run()).toBe(0);
  });

  test.each([['0002_gap.sql'], ['0001-dash.sql'], ['readme.md']])('named %s are refused', (name) => {
    write(name, 'SELECT 1;');
    expect(() => readMigrations(folder)).toThrow('expected a file named 0001_<name>.sql');
  });

  test('that ship make ids which name shard, type and local number', async () => {
    await run(SHIPPED);
    const { rows } = await pool.query<{ id: string }>(
      "INSERT INTO users (name, password_hash) VALUES ('a', 'h') RETURNING id::text",
    );
    const id = BigInt(rows[0]?.id ?? 0);
    expect([id >> 46n, (id >> 36n) & 1023n, id & (2n ** 36n - 1n)]).toEqual([0n, 1n, 1n]);
  });

  test('give the role of the service rows, and no power over tables', async () => {
    const prepared = (times: number) =>
      Promise.all(
        Array.from({ length: times }, () =>
          withClient(pool, (client) =>
            migrate(client, readMigrations(SHIPPED), log, (admin) =>
              ensureServiceRole(admin, `m${database}`, 'row-service'),
            ),
          ),
        ),
      );
    await prepared(4);
    await prepared(1);
    const service = new Pool({ ...pool.options, user: 'row-service' });
    try {
      await service.query("INSERT INTO users (name, password_hash) VALUES ('b', 'h')");
      expect((await service.query('SELECT name FROM users')).rows).toEqual([{ name: 'b' }]);
      await expect(service.query('DROP TABLE posts')).rejects.toThrow('must be owner');
      await expect(service.query('CREATE TABLE mine (n int)')).rejects.toThrow('permission denied');
    } finally {
      await service.end();
    }
  });

  test('grant the role that IAM needs where the server has it', async () => {
    await pool.query('CREATE ROLE rds_iam');
    await withClient(pool, (client) => ensureServiceRole(client, `m${database}`, 'iam-service'));
    const { rows } = await pool.query("SELECT pg_has_role('iam-service', 'rds_iam', 'member') AS member");
    expect(rows).toEqual([{ member: true }]);
  });
});
