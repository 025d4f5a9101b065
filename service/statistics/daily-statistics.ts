import type { Logger } from 'pino';
import { jitter } from '../backoff';
import type { Database } from '../database/database';
import { isUnavailable } from '../database/errors';
import type { DayRanges } from './day-ranges';
import { addDays, dayOf, daysBetween, type Day } from './days';

export interface DayFigures {
  readonly day: Day;
  /** Estimated, 0.81 % off as a rule; null for a day of which it is not known. */
  readonly activeUsers: number | null;
  /** Events by type, and cents by currency. */
  readonly events: Readonly<Record<string, number>>;
  readonly revenue: Readonly<Record<string, number>>;
}

/** A day is counted anew when its figures are older than this, and for so long after its end. */
const COUNTED_MINUTES = 60;
/** Days that are looked after: a late event is counted, and so is a day on which nobody counted. */
const BACK_DAYS = 7;
const EVERY_MS = 300_000;

/** Events of a day by type and what was paid in it, from the events of the day on its own shard: in one statement. */
const COUNT = `
INSERT INTO daily_statistics (day, events, revenue, counted_at)
SELECT $1::date,
  (SELECT coalesce(jsonb_object_agg(type, number), '{}') FROM
    (SELECT type, count(*) AS number FROM events WHERE day = $1 GROUP BY type) AS counted),
  (SELECT coalesce(jsonb_object_agg(currency, cents), '{}') FROM
    (SELECT data->>'currency' AS currency, sum((data->>'amountCents')::bigint) AS cents
     FROM events WHERE day = $1 AND type = 'boost.paid' GROUP BY 1) AS paid),
  now()
ON CONFLICT (day) DO UPDATE
SET events = EXCLUDED.events, revenue = EXCLUDED.revenue, counted_at = EXCLUDED.counted_at`;

/** Days of which a count is due, where they are counted and not copied: never counted, or counted more than an hour ago while events could still come. */
const DUE = `
SELECT to_char(wanted, 'YYYY-MM-DD') AS day FROM unnest($1::date[]) AS wanted
LEFT JOIN daily_statistics AS known ON known.day = wanted
WHERE NOT pg_is_in_recovery() AND (known.counted_at IS NULL
  OR (known.counted_at < now() - $2 * interval '1 minute' AND known.counted_at < wanted + interval '49 hours'))`;

const READ = `
SELECT to_char(day, 'YYYY-MM-DD') AS day, active_users::float8 AS "activeUsers", events, revenue
FROM daily_statistics WHERE day = ANY($1::date[])`;

/** Figures of each day, beside its events. */
export class DailyStatistics {
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly databases: readonly Database[],
    private readonly ranges: DayRanges,
    private readonly log: Logger,
  ) {}

  /** Counts what is due, now and every few minutes. Any number of processes may: one count is as good as another. */
  start(after: () => Promise<void>): void {
    const turn = async (): Promise<void> => {
      try {
        await this.count();
        await after();
      } catch (error) {
        this.log.warn({ err: error }, 'days not counted');
      }
    };
    void turn();
    this.timer = setInterval(() => void turn(), jitter(EVERY_MS));
    this.timer.unref();
  }

  close(): void {
    clearInterval(this.timer);
  }

  /** Counts today so far, and the days before it that may have changed. */
  async count(now = Date.now()): Promise<void> {
    const today = dayOf(now);
    for (const [physical, days] of this.byShard(daysBetween(addDays(today, -BACK_DAYS), today))) {
      const database = this.databases[physical]!;
      const due = await database.readFromWriter((client) =>
        client.query<{ day: Day }>(DUE, [days, COUNTED_MINUTES]),
      );
      for (const { day } of due.rows) await database.write((client) => client.query(COUNT, [day]));
    }
  }

  /** Keeps how many users were active on a day; a smaller number, as after the cache was emptied, changes nothing. */
  async keepActiveUsers(day: Day, number: number): Promise<void> {
    await this.databases[this.ranges.of(day)]!.write((client) =>
      client.query(
        `INSERT INTO daily_statistics AS known (day, active_users) VALUES ($1, $2)
         ON CONFLICT (day) DO UPDATE SET active_users = greatest(known.active_users, EXCLUDED.active_users)`,
        [day, number],
      ),
    );
  }

  /**
   * Figures of the days that have some, in order: one statement for each shard that holds any of them.
   * @returns the days, and those whose shard does not answer
   * @throws the database's error when none of the shards answers
   */
  async read(from: Day, to: Day): Promise<{ days: DayFigures[]; missing: Day[] }> {
    const shards = [...this.byShard(daysBetween(from, to))];
    const missing: Day[] = [];
    const found = await Promise.all(
      shards.map(async ([physical, days]) => {
        try {
          return await this.databases[physical]!.read(
            async (client) => (await client.query<DayFigures>(READ, [days])).rows,
          );
        } catch (error) {
          if (!isUnavailable(error) || shards.length === 1) throw error;
          this.log.warn({ err: error, shard: physical }, 'statistics without a shard');
          missing.push(...days);
          return [];
        }
      }),
    );
    return {
      days: found.flat().sort((one, two) => (one.day < two.day ? -1 : 1)),
      missing: missing.sort(),
    };
  }

  private byShard(days: readonly Day[]): Map<number, Day[]> {
    const shards = new Map<number, Day[]>();
    for (const day of days) {
      const physical = this.ranges.of(day);
      shards.set(physical, [...(shards.get(physical) ?? []), day]);
    }
    return shards;
  }
}
