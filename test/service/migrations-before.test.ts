import { resolve } from 'node:path';
import { Pool } from 'pg';
import { pino } from 'pino';
import { migrate, readMigrations } from '../../service/database/migrations';
import { withClient } from '../../service/database/pool';
import { PostgresCluster } from '../support/postgres';

const log = pino({ level: 'silent' });
const SHIPPED = readMigrations(resolve(__dirname, '../../service/migrations'));

const ADA = (1n << 46n) | (1n << 36n) | 1n;
const BOB = ADA + 1n;
const POST = (1n << 46n) | (2n << 36n) | 1n;

/** What a service does that was written for a schema, by the migration that it waits for, in the order in which one needs the other. */
const STATEMENTS: readonly (readonly [level: number, sql: string])[] = [
  [
    1,
    `INSERT INTO users (id, name, password_hash, request_key) VALUES (${ADA}, 'ada', 'h', 'k') ON CONFLICT (lower(name)) DO NOTHING`,
  ],
  [1, `INSERT INTO users (name, password_hash) VALUES ('by-default', 'h') RETURNING id`],
  [1, `INSERT INTO users (id, name, password_hash) VALUES (${BOB}, 'bob', 'h')`],
  [1, `UPDATE users SET password_hash = 'other' WHERE id = ${ADA} AND password_hash = 'h'`],
  [
    1,
    `INSERT INTO posts (id, author_id, text, request_key) VALUES (${POST}, ${ADA}, 'text', 'k')
       ON CONFLICT (author_id, request_key) WHERE request_key IS NOT NULL DO NOTHING RETURNING id, created_at`,
  ],
  [
    1,
    `SELECT id, author_id, text, created_at FROM posts WHERE author_id = ${ADA} AND id <= ${POST} ORDER BY id DESC LIMIT 1`,
  ],
  [
    1,
    `INSERT INTO pictures (owner_id, content_type, bytes) VALUES (${ADA}, 'image/png', 1) RETURNING id, status`,
  ],
  [1, `UPDATE pictures SET status = 'failed', failure = 'why', updated_at = now() WHERE owner_id = ${ADA}`],
  [
    2,
    `INSERT INTO boosts (post_id, payer_id, amount_cents, currency, request_key) VALUES (${POST}, ${BOB}, 5, 'EUR', 'k')
       ON CONFLICT (payer_id, request_key) DO NOTHING RETURNING id`,
  ],
  [
    3,
    `INSERT INTO worker_numbers AS held (datacenter, worker, holder, ends) VALUES (0, 0, 'me', 1)
       ON CONFLICT (datacenter, worker) DO UPDATE SET holder = 'me', ends = 1`,
  ],
  [
    4,
    `INSERT INTO sessions (user_id, id, generation, digest, created_at, rotated_at, expires_at) VALUES (${ADA}, 's', 1, 'd', 1, 1, 9)`,
  ],
  [
    4,
    `UPDATE sessions SET generation = 2, digest = 'e', rotated_at = 2, expires_at = 9 WHERE user_id = ${ADA} AND id = 's' AND generation = 1`,
  ],
  [5, `SELECT FROM users WHERE lower(name) = 'ada' AND lives_here(id) AND row_shard(id) = 1`],
  [5, `SELECT home, settled, elsewhere FROM whereabouts(${ADA}, 'ada')`],
  [
    5,
    `INSERT INTO shard_places (logical, physical) VALUES (7, 1) ON CONFLICT (logical) DO UPDATE SET physical = 1, changed_at = now()`,
  ],
  [
    5,
    `INSERT INTO user_places (user_id, name, own_shard, physical) VALUES (${BOB}, 'bob', 4097, NULL)
       ON CONFLICT (user_id) DO UPDATE SET physical = NULL, changed_at = now()`,
  ],
  [5, `INSERT INTO moves (logical, user_id) VALUES (1, NULL)`],
  [
    6,
    `WITH made AS (UPDATE posts SET text = 'new', version = version + 1 WHERE id = ${POST} AND version = 1 AND deleted_at IS NULL RETURNING id)
       INSERT INTO outbox (type, data, request_id) SELECT 'post.changed', '{}', 'r' FROM made`,
  ],
  [
    6,
    `UPDATE outbox SET due_at = now(), attempts = attempts + 1
       WHERE id IN (SELECT id FROM outbox WHERE due_at <= now() ORDER BY due_at LIMIT 1 FOR UPDATE SKIP LOCKED)
       RETURNING type, data, attempts, request_id, created_at`,
  ],
  [
    7,
    `SELECT id, created_at, version FROM posts WHERE author_id = ${ADA} AND (created_at, id) <= (now(), ${POST}) AND deleted_at IS NULL
       ORDER BY created_at DESC, id DESC LIMIT 1`,
  ],
  [
    8,
    `INSERT INTO follows AS known (follower_id, followee_id) VALUES (${ADA}, ${BOB})
       ON CONFLICT (follower_id, followee_id) DO UPDATE SET active = true, filled = false, version = known.version + 1 WHERE NOT known.active`,
  ],
  [8, `INSERT INTO followers (followee_id, follower_id, active, version) VALUES (${BOB}, ${ADA}, true, 1)`],
  [
    8,
    `INSERT INTO feed_entries (user_id, post_id, author_id, posted_at) VALUES (${BOB}, ${POST}, ${ADA}, now()) ON CONFLICT DO NOTHING`,
  ],
  [8, `INSERT INTO feed_floors (user_id, posted_at) VALUES (${BOB}, now())`],
  [8, `INSERT INTO widely_followed (user_id) VALUES (${ADA}) ON CONFLICT DO NOTHING`],
  [9, `SELECT events_open(current_date)`],
  [
    9,
    `INSERT INTO events (day, source, id, type, at, data) VALUES (current_date, 's', 1, 't', now(), '{}') ON CONFLICT (day, source) DO NOTHING`,
  ],
  [
    9,
    `INSERT INTO daily_statistics AS known (day, active_users) VALUES (current_date, 1)
       ON CONFLICT (day) DO UPDATE SET active_users = greatest(known.active_users, EXCLUDED.active_users)`,
  ],
  [
    10,
    `UPDATE pictures SET transcoded = true, updated_at = now() WHERE owner_id = ${ADA} AND NOT transcoded`,
  ],
];

describe('after each migration', () => {
  let cluster: PostgresCluster;
  let pool: Pool;
  beforeAll(async () => {
    cluster = await PostgresCluster.start(true);
    pool = new Pool({ host: '127.0.0.1', port: cluster.primary.port, user: 'postgres', database: 'app' });
  }, 60_000);
  afterAll(async () => {
    await pool.end();
    await cluster.stop();
  }, 60_000);

  test('each has statements here: add those of a new one', () => {
    expect(new Set(STATEMENTS.map(([level]) => level))).toEqual(
      new Set(SHIPPED.map(({ version }) => version)),
    );
  });

  test.each(SHIPPED.map(({ version, name }) => [version, name] as const))(
    '%i (%s) a service of each version before works as it did',
    async (version) => {
      await withClient(pool, async (client) => {
        expect(await migrate(client, SHIPPED.slice(0, version), log)).toBe(1);
        await client.query('BEGIN');
        for (const [level, sql] of STATEMENTS) {
          if (level > version) continue;
          const { rowCount } = await client.query(sql);
          // Each of them finds or changes a row, also with a newer schema.
          expect([sql, rowCount]).toEqual([sql, 1]);
        }
        await client.query('ROLLBACK');
      });
    },
  );
});
