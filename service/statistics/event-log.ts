import type { Logger } from 'pino';
import { z } from 'zod';
import { retry } from '../backoff';
import type { Database } from '../database/database';
import type { TimeIdSource } from '../ids/time-id-source';
import { ClockBehindError, NoWorkerNumberError } from '../ids/time-ids';
import { RangesUnknownError, type DayRanges } from './day-ranges';
import { addDays, dayOf, type Day } from './days';

/** Events are kept for so many days; what was counted of them stays. */
export const EVENT_DAYS = 90;

/** Something that happened, as the outbox tells it. */
export const eventSchema = z.object({
  /** The same however often it is told. */
  source: z.string().min(1).max(60),
  type: z.string().min(1).max(60),
  at: z.iso.datetime(),
  data: z.record(z.string(), z.unknown()),
});
export type LoggedEvent = z.infer<typeof eventSchema>;

/** What passes by itself: no number is free yet, the clock was put back, the ranges were not read. */
const passing = (error: unknown): boolean =>
  error instanceof NoWorkerNumberError ||
  error instanceof ClockBehindError ||
  error instanceof RangesUnknownError;

/** The events of each day, on the day's shard. */
export class EventLog {
  /** Days whose partition was seen, by shard. */
  private readonly open = new Set<string>();

  constructor(
    private readonly databases: readonly Database[],
    private readonly ranges: DayRanges,
    private readonly ids: TimeIdSource,
    private readonly log: Logger,
  ) {}

  /** Keeps an event once, however often it is told. */
  async record(event: LoggedEvent): Promise<void> {
    const day = dayOf(Date.parse(event.at));
    if (day <= addDays(dayOf(Date.now()), -EVENT_DAYS)) {
      this.log.warn({ source: event.source, day }, 'event is older than events are kept');
      return;
    }
    await retry({ attempts: 6, baseMs: 1_000, retryable: passing }, () => this.insert(day, event));
  }

  /** Drops the events of days that are over for long, on every shard. */
  async dropOld(now = Date.now()): Promise<void> {
    for (const database of this.databases) {
      await database.write((client) =>
        // A copy of another region's drops what that one drops.
        client.query('SELECT CASE WHEN pg_is_in_recovery() THEN 0 ELSE events_drop($1) END', [
          addDays(dayOf(now), -EVENT_DAYS),
        ]),
      );
    }
  }

  private async insert(day: Day, { source, type, at, data }: LoggedEvent): Promise<void> {
    const physical = this.ranges.of(day);
    const [id] = await this.ids.take(1);
    await this.databases[physical]!.write(async (client) => {
      const key = `${physical} ${day}`;
      if (!this.open.has(key)) await client.query('SELECT events_open($1)', [day]);
      this.open.add(key);
      await client.query(
        `INSERT INTO events (day, source, id, type, at, data) VALUES ($1, $2, $3, $4, $5, $6)
         ON CONFLICT (day, source) DO NOTHING`,
        [day, source, id, type, at, data],
      );
    });
  }
}
