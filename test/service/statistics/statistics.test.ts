import { resolve } from 'node:path';
import { PutCommand } from '@aws-sdk/lib-dynamodb';
import { pino } from 'pino';
import { Database } from '../../../service/database/database';
import { migrate, readMigrations } from '../../../service/database/migrations';
import { createPool, withClient } from '../../../service/database/pool';
import { ensureServiceRole } from '../../../service/database/role';
import { databaseLeases } from '../../../service/ids/leases';
import { TimeIdSource } from '../../../service/ids/time-id-source';
import { decodeTimeId } from '../../../service/ids/time-ids';
import { DailyStatistics } from '../../../service/statistics/daily-statistics';
import { DayRanges, RANGES_KEY } from '../../../service/statistics/day-ranges';
import { addDays, dayOf, daysBetween, isDay } from '../../../service/statistics/days';
import { EVENT_DAYS, EventLog, type LoggedEvent } from '../../../service/statistics/event-log';
import { awsClients, createResources, REGION, type AwsClients } from '../../support/aws-resources';
import { Ministack } from '../../support/ministack';
import { freePort } from '../../support/ports';
import { DATABASE, PostgresCluster } from '../../support/postgres';

const log = pino({ level: 'silent' });
const today = dayOf(Date.now());
const yesterday = addDays(today, -1);
/** Placed on the second shard. */
const [FIRST_PLACED, LAST_PLACED] = [addDays(today, -5), addDays(today, -3)];
const config = {
  TIERS_ENVIRONMENT: 'test',
  AWS_REGION: REGION,
  INSTANCE_ID: 'i-test',
  LOG_LEVEL: 'silent',
} as const;

let cluster: PostgresCluster;
let ministack: Ministack;
let aws: AwsClients;
let table: string;
let databases: Database[];
let ranges: DayRanges;
let ids: TimeIdSource;
let events: EventLog;
let statistics: DailyStatistics;
let number = 0;

const pool = (database: string, user: string, port = cluster.primary.port) =>
  createPool({
    endpoint: { host: '127.0.0.1', port },
    database,
    user,
    password: 'not-checked',
    caFile: cluster.certificates.caFile,
    applicationName: 'test',
    size: 4,
    log,
  });
const event = (day: string, more: Partial<LoggedEvent> = {}): LoggedEvent => ({
  source: `0-${(number += 1)}`,
  type: 'post.created',
  at: `${day}T12:00:00.000Z`,
  data: { postId: '7' },
  ...more,
});
const paid = (day: string, amountCents: number, currency: string) =>
  event(day, { type: 'boost.paid', data: { amountCents, currency } });
const stored = (day: string) =>
  Promise.all(
    ['app', 'second'].map((name) =>
      cluster.primary.query<{ source: string; id: string }>(
        'SELECT source, id::text FROM events WHERE day = $1 ORDER BY id',
        [day],
        name,
      ),
    ),
  );
const place = (list: unknown) =>
  aws.dynamodb.send(new PutCommand({ TableName: table, Item: { ...RANGES_KEY, ranges: list } }));

beforeAll(async () => {
  [cluster, ministack] = await Promise.all([PostgresCluster.start(), Ministack.start()]);
  Object.assign(process.env, ministack.environment);
  aws = awsClients(ministack.endpoint);
  ({ table } = await createResources(aws));
  await cluster.primary.query('CREATE DATABASE second');
  for (const name of [DATABASE, 'second']) {
    const admin = pool(name, 'postgres');
    await withClient(admin, (client) =>
      migrate(client, readMigrations(resolve(__dirname, '../../../service/migrations')), log, (one) =>
        ensureServiceRole(one, name, 'service'),
      ),
    );
    await admin.end();
  }
  // As the service: its role may not change the schema.
  databases = [DATABASE, 'second'].map(
    (name, shard) => new Database(pool(name, 'service'), [], log, { number: shard }),
  );
  await place([{ from: FIRST_PLACED, to: LAST_PLACED, physical: 1 }]);
  ranges = new DayRanges(config, table, 2, log);
  await ranges.start();
  ids = new TimeIdSource(databaseLeases(databases[0]!.writer), { datacenter: 4 }, log);
  await ids.start();
  events = new EventLog(databases, ranges, ids, log);
  statistics = new DailyStatistics(databases, ranges, log);
}, 120_000);
afterAll(async () => {
  await ids.close();
  ranges.close();
  await Promise.all(databases.map((database) => database.close()));
  for (const client of Object.values(aws)) client.destroy();
  await Promise.all([cluster.stop(), ministack.stop()]);
}, 60_000);

test('days are those of the calendar', () => {
  expect(['2026-02-28', '2028-02-29'].every(isDay)).toBe(true);
  expect(['2026-02-29', '2026-13-01', '2026-1-1', '', '2026-01-01T00:00'].some(isDay)).toBe(false);
  expect(addDays('2026-12-31', 1)).toBe('2027-01-01');
  expect(daysBetween('2026-02-27', '2026-03-01')).toEqual(['2026-02-27', '2026-02-28', '2026-03-01']);
});

describe('an event', () => {
  test('is kept once, however often it is told, with an id that sorts by time', async () => {
    const [first, second] = [event(yesterday), event(yesterday)];
    for (const told of [first, second, first, second, first]) await events.record(told);
    await Promise.all(Array.from({ length: 5 }, () => events.record(second)));
    const [rows] = await stored(yesterday);
    expect(rows!.map(({ source }) => source)).toEqual([first.source, second.source]);
    expect(decodeTimeId(rows![0]!.id)).toMatchObject({ datacenter: 4 });
    expect(Math.abs(decodeTimeId(rows![0]!.id).time - Date.now())).toBeLessThan(60_000);
  });

  test('is where its day is placed, from the first day of a range to the last', async () => {
    for (const [day, shard] of [
      [addDays(FIRST_PLACED, -1), 0],
      [FIRST_PLACED, 1],
      [LAST_PLACED, 1],
      [addDays(LAST_PLACED, 1), 0],
    ] as const) {
      const told = event(day, { at: `${day}T23:59:59.999Z` });
      await events.record(told);
      const rows = await stored(day);
      expect(rows.map((each) => each.some(({ source }) => source === told.source))).toEqual([
        shard === 0,
        shard === 1,
      ]);
    }
  });

  test('that is older than events are kept is not kept', async () => {
    const day = addDays(today, -EVENT_DAYS);
    await events.record(event(day));
    expect(await stored(day)).toEqual([[], []]);
    await events.record(event(addDays(day, 1)));
    expect((await stored(addDays(day, 1))).flat()).toHaveLength(1);
  });
});

describe('the figures of a day', () => {
  test('are its events by type and what was paid by currency; a late event is counted an hour later', async () => {
    const day = addDays(today, -7);
    for (const one of [paid(day, 500, 'EUR'), paid(day, 250, 'EUR'), paid(day, 999, 'USD'), event(day)]) {
      await events.record(one);
    }
    const counted = {
      day,
      activeUsers: null,
      events: { 'boost.paid': 3, 'post.created': 1 },
      revenue: { EUR: 750, USD: 999 },
    };
    await statistics.count();
    expect(await statistics.read(day, day)).toEqual({ days: [counted], missing: [] });
    await events.record(paid(day, 1, 'USD'));
    await statistics.count();
    expect((await statistics.read(day, day)).days).toEqual([counted]);
    await cluster.primary.query(
      `UPDATE daily_statistics SET counted_at = (day + 1)::timestamptz + interval '1 hour' WHERE day = $1`,
      [day],
    );
    await statistics.count();
    expect((await statistics.read(day, day)).days[0]).toMatchObject({ revenue: { EUR: 750, USD: 1000 } });
  });

  test('are counted for days on which nobody counted, and for days without an event', async () => {
    await statistics.count();
    const { days } = await statistics.read(addDays(today, -7), today);
    expect(days.map(({ day }) => day)).toEqual(daysBetween(addDays(today, -7), today));
  });

  test('come from all shards in order, and without a shard say which days are missing', async () => {
    await events.record(paid(LAST_PLACED, 77, 'GBP'));
    await cluster.primary.query('DELETE FROM daily_statistics', [], 'second');
    await statistics.count();
    const whole = await statistics.read(addDays(FIRST_PLACED, -1), addDays(LAST_PLACED, 1));
    expect(whole.days.map(({ day }) => day)).toEqual(
      daysBetween(addDays(FIRST_PLACED, -1), addDays(LAST_PLACED, 1)),
    );
    expect(whole.days.find(({ day }) => day === LAST_PLACED)!.revenue).toEqual({ GBP: 77 });
    const gone = new Database(pool('second', 'service', await freePort()), [], log, { number: 1 });
    const lame = new DailyStatistics([databases[0]!, gone], ranges, log);
    expect(await lame.read(addDays(FIRST_PLACED, -1), LAST_PLACED)).toEqual({
      days: [whole.days[0]],
      missing: daysBetween(FIRST_PLACED, LAST_PLACED),
    });
    await expect(lame.read(FIRST_PLACED, LAST_PLACED)).rejects.toThrow();
    await gone.close();
  });
});

describe('old events', () => {
  test('go with their partition, and the figures of their days stay', async () => {
    const old = addDays(today, -EVENT_DAYS + 1);
    await events.record(event(old));
    await events.dropOld();
    expect((await stored(old)).flat().length).toBeGreaterThan(0);
    await events.dropOld(Date.now() + 2 * 86_400_000);
    expect((await stored(old)).flat()).toEqual([]);
    expect((await stored(yesterday)).flat().length).toBeGreaterThan(0);
    const [left] = await cluster.primary.query<{ least: string }>(
      `SELECT min(relname) AS least FROM pg_class WHERE relname ~ '^events_[0-9]{8}$'`,
    );
    expect(left!.least > `events_${old.replaceAll('-', '')}`).toBe(true);
  });

  test('of days that are still counted cannot be dropped, nor anything else by the role of the service', async () => {
    const attempt = (sql: string) => databases[0]!.write((client) => client.query(sql));
    await expect(attempt(`SELECT events_drop(current_date - 6)`)).rejects.toThrow(
      'those of the last eight days stay',
    );
    await expect(attempt('DROP TABLE events')).rejects.toThrow('must be owner');
    await expect(attempt('CREATE TABLE mine (n int)')).rejects.toThrow('permission denied');
    await expect(attempt(`SELECT events_open('2010-01-01')`)).rejects.toThrow(
      'no events of 2010-01-01 are kept',
    );
  });
});

test('active users of a day never become fewer, as when the cache was emptied', async () => {
  for (const count of [40, 90, 20]) await statistics.keepActiveUsers(today, count);
  await statistics.keepActiveUsers(FIRST_PLACED, 5);
  await statistics.count();
  const { days } = await statistics.read(FIRST_PLACED, today);
  expect(days.at(-1)).toMatchObject({ day: today, activeUsers: 90 });
  expect(days[0]).toMatchObject({ day: FIRST_PLACED, activeUsers: 5 });
});
