import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join, resolve } from 'node:path';
import execa from 'execa';
import { Pool } from 'pg';
import { pino } from 'pino';
import { migrate, readMigrations } from '../../service/database/migrations';
import { withClient } from '../../service/database/pool';
import { ensureServiceRole } from '../../service/database/role';
import { DATABASE, PostgresCluster } from '../support/postgres';
import { postgresTools } from '../support/postgres-tools';

const SCRIPT = resolve(__dirname, '../../image/move-database.sh');
const MIGRATIONS = resolve(__dirname, '../../service/migrations');
const log = pino({ level: 'silent' });
const TOOLS = postgresTools();

/** The one server of rung 1, and the database server of rung 2. */
let oneServer: PostgresCluster;
let dataTier: PostgresCluster;
let folder: string;

jest.setTimeout(120_000);
beforeAll(async () => {
  [oneServer, dataTier] = await Promise.all([PostgresCluster.start(), PostgresCluster.start()]);
  folder = mkdtempSync(join(tmpdir(), 'tiers-move-'));
});
afterAll(async () => {
  await Promise.all([oneServer.stop(), dataTier.stop()]);
  rmSync(folder, { recursive: true });
});

const url = (cluster: PostgresCluster, database = DATABASE): string =>
  `postgresql://postgres@127.0.0.1:${cluster.primary.port}/${database}?sslmode=require`;

async function move(source: string, target: string, dump: string, tools = TOOLS) {
  const { exitCode, stdout, stderr } = await execa('bash', [SCRIPT, source, target, join(folder, dump)], {
    env: { PATH: `${tools}${delimiter}${process.env.PATH}`, PGPASSFILE: join(folder, 'none') },
    reject: false,
  });
  return { exitCode, stdout, stderr };
}

const poolOf = (cluster: PostgresCluster, user = 'postgres', database = DATABASE): Pool => {
  const pool = new Pool({
    host: '127.0.0.1',
    port: cluster.primary.port,
    user,
    database,
    ssl: { rejectUnauthorized: false },
  });
  // Sessions are ended by the move.
  pool.on('error', () => undefined);
  return pool;
};

/** As a worker does when it starts. */
async function startWorker(cluster: PostgresCluster, database = DATABASE): Promise<void> {
  const pool = poolOf(cluster, 'postgres', database);
  await withClient(pool, (client) =>
    migrate(client, readMigrations(MIGRATIONS), log, (admin) =>
      ensureServiceRole(admin, database, 'service'),
    ),
  );
  await pool.end();
}

/** Every row of every table of the service, in order. */
async function rowsOf(cluster: PostgresCluster, database = DATABASE): Promise<Record<string, unknown[]>> {
  const tables = ['users', 'posts', 'pictures', 'boosts', 'schema_migrations'];
  const all = tables.map(async (table) => {
    const order = table === 'schema_migrations' ? 'version' : 'id';
    return [
      table,
      await cluster.primary.query(`SELECT * FROM ${table} ORDER BY ${order}`, [], database),
    ] as const;
  });
  return Object.fromEntries(await Promise.all(all));
}

async function fill(cluster: PostgresCluster): Promise<void> {
  await cluster.primary.query(
    `INSERT INTO users (name, password_hash, request_key)
       SELECT 'user ' || n || E' \\t\\n\\\\ é 中', repeat('h', n % 50), nullif('key ' || n, 'key 7')
       FROM generate_series(1, 2000) n`,
  );
  await cluster.primary.query(
    `INSERT INTO posts (author_id, text, created_at)
       SELECT id, '', '2026-03-29 01:30:00.123456+00' FROM users`,
  );
  await cluster.primary.query(
    `INSERT INTO boosts (post_id, payer_id, amount_cents, currency, request_key)
       SELECT id, author_id, 199, 'EUR', id::text FROM posts LIMIT 500`,
  );
}

/** Signs up users one after the other until it is stopped; answers with the names that were acknowledged. */
function signUps(cluster: PostgresCluster): () => Promise<string[]> {
  const pool = poolOf(cluster, 'service');
  const acknowledged: string[] = [];
  let running = true;
  const loop = (async () => {
    for (let n = 0; running; n += 1) {
      const name = `during ${cluster.primary.port} ${n}`;
      await pool.query('INSERT INTO users (name, password_hash) VALUES ($1, $2)', [name, 'h']).then(
        () => void acknowledged.push(name),
        () => undefined,
      );
    }
  })();
  return async () => {
    running = false;
    await loop;
    await pool.end();
    return acknowledged;
  };
}

test('from one server to a data tier and back, under writes, no row is lost and none is changed', async () => {
  await startWorker(oneServer);
  await fill(oneServer);
  const there = signUps(oneServer);
  const up = await move(url(oneServer), url(dataTier), 'up.dump');
  const first = await there();
  expect(up).toMatchObject({ exitCode: 0 });
  expect(up.stdout).toMatch(/^public\.boosts 500 rows [0-9a-f]{64}$/m);
  expect(up.stdout).toMatch(/^public\.users_local at \d+ true$/m);

  // Compared here in another way than the script does it.
  expect(await rowsOf(dataTier)).toEqual(await rowsOf(oneServer));
  const names = (await rowsOf(dataTier)).users!.map((row) => (row as { name: string }).name);
  expect(first.length).toBeGreaterThan(0);
  expect(names).toEqual(expect.arrayContaining(first));
  await expect(
    oneServer.primary.query("INSERT INTO users (name, password_hash) VALUES ('late', 'h')"),
  ).rejects.toThrow('read-only transaction');

  // The service goes on there: its role, the next ids, the next migrations.
  await startWorker(dataTier);
  const service = poolOf(dataTier, 'service');
  await service.query("INSERT INTO users (name, password_hash) VALUES ('after', 'h')");
  await service.end();

  // And back, into a new database of the first server, which takes the place of the old one.
  await oneServer.primary.query('CREATE DATABASE back', [], 'postgres');
  const again = signUps(dataTier);
  const down = await move(url(dataTier), url(oneServer, 'back'), 'down.dump');
  const second = await again();
  expect(down).toMatchObject({ exitCode: 0 });
  expect(await rowsOf(oneServer, 'back')).toEqual(await rowsOf(dataTier));
  const returned = (await rowsOf(oneServer, 'back')).users!.map((row) => (row as { name: string }).name);
  expect(returned).toEqual(expect.arrayContaining([...first, 'after', ...second]));
  expect(second.length).toBeGreaterThan(0);
});

describe('a move that is refused or fails', () => {
  let source: string;
  let target: string;
  beforeAll(async () => {
    await oneServer.primary.query('CREATE DATABASE origin', [], 'postgres');
    source = url(oneServer, 'origin');
    await startWorker(oneServer, 'origin');
    await oneServer.primary.query(
      "INSERT INTO users (name, password_hash) VALUES ('one', 'h')",
      [],
      'origin',
    );
  });
  let number = 0;
  beforeEach(async () => {
    number += 1;
    await dataTier.primary.query(`CREATE DATABASE empty${number}`, [], 'postgres');
    target = url(dataTier, `empty${number}`);
  });

  const write = () =>
    oneServer.primary.query(
      "INSERT INTO users (name, password_hash) VALUES (gen_random_uuid()::text, 'h')",
      [],
      'origin',
    );
  const inTarget = (sql: string) => dataTier.primary.query(sql, [], `empty${number}`);

  /** Tools of which one does something more, as a fault of its own would. */
  function toolsWith(name: string, after: string): string {
    const tools = mkdtempSync(join(folder, 'tools-'));
    writeFileSync(join(tools, name), `#!/usr/bin/env bash\n"${TOOLS}/${name}" "$@" || exit\n${after}\n`, {
      mode: 0o755,
    });
    return `${tools}${delimiter}${TOOLS}`;
  }

  test('a target that holds something is left alone, and so is the source', async () => {
    await inTarget('CREATE TABLE mine (n int)');
    const { exitCode, stderr } = await move(source, target, 'taken.dump');
    expect({ exitCode, stderr }).toEqual({
      exitCode: 1,
      stderr:
        'The target holds 1 tables, views and sequences already. Nothing was changed; give an empty database',
    });
    await write();
    expect(existsSync(join(folder, 'taken.dump'))).toBe(false);
    expect(await inTarget('SELECT tablename FROM pg_tables WHERE schemaname = $$public$$')).toEqual([
      { tablename: 'mine' },
    ]);
  });

  test('a source without tables, a password in the open and a dump that is there are refused', async () => {
    expect(await move(target, target, 'a.dump')).toMatchObject({
      exitCode: 1,
      stderr: expect.stringContaining('The source holds no table. Nothing was changed') as string,
    });
    expect(await move(source.replace('postgres@', 'postgres:secret@'), target, 'a.dump')).toMatchObject({
      exitCode: 1,
      stderr: expect.stringContaining('holds a password') as string,
    });
    writeFileSync(join(folder, 'kept.dump'), 'a backup');
    expect(await move(source, target, 'kept.dump')).toMatchObject({ exitCode: 1 });
    expect(readFileSync(join(folder, 'kept.dump'), 'utf8')).toBe('a backup');
    await write();
  });

  test.each([
    ['a row is lost', "DELETE FROM users WHERE name = 'one'"],
    ['a row is changed', "UPDATE users SET password_hash = 'x' WHERE name = 'one'"],
    [
      'a row is there twice',
      'INSERT INTO users SELECT id + 1000000, name || id, password_hash FROM users LIMIT 1',
    ],
    ['an index is missing', 'DROP INDEX posts_by_author'],
    ['a sequence starts again', "SELECT setval('users_local', 1, false)"],
  ])('when %s on the way, the move fails and the source takes writes again', async (_name, sql) => {
    const tools = toolsWith('pg_restore', `psql -q --dbname '${target}' -c "${sql}"`);
    const { exitCode, stderr } = await move(source, target, `broken-${number}.dump`, tools);
    expect(exitCode).toBe(1);
    expect(stderr).toContain('Source and target differ');
    expect(stderr).toContain('The source takes writes again');
    await write();
  });

  test('a session that writes to the source in spite of its setting is found', async () => {
    const sql = "INSERT INTO users (name, password_hash) VALUES ('sly ' || gen_random_uuid(), 'h')";
    const sly = `PGOPTIONS='-c default_transaction_read_only=off' psql -q --dbname '${source}' -c "${sql}"`;
    const { exitCode, stderr } = await move(source, target, 'sly.dump', toolsWith('pg_restore', sly));
    expect({ exitCode, found: stderr.includes('Somebody wrote to the source during the move') }).toEqual({
      exitCode: 1,
      found: true,
    });
    await write();
  });

  test('a restore that fails leaves the target empty', async () => {
    const tools = toolsWith(
      'pg_dump',
      `case "$*" in *--file*) truncate -s 20000 "\${@: -1}" 2>/dev/null || : >"\${@: -1}" ;; esac`,
    );
    await oneServer.primary.query(
      'INSERT INTO posts (author_id, text) SELECT id, repeat(gen_random_uuid()::text, 30) FROM users, generate_series(1, 2000)',
      [],
      'origin',
    );
    const { exitCode, stderr } = await move(source, target, 'short.dump', tools);
    expect(exitCode).not.toBe(0);
    expect(stderr).toContain('The source takes writes again');
    expect(await inTarget('SELECT tablename FROM pg_tables WHERE schemaname = $$public$$')).toEqual([]);
    await write();
  });
});
