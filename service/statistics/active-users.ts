import type { Logger } from 'pino';
import { jitter } from '../backoff';
import type { Cache } from '../cache/cache';
import { addDays, dayOf, type Day } from './days';

const FLUSH_MS = 10_000;
/** How often the number of a day is kept in its statistics, by one of all processes. */
const REPORT_SECONDS = 600;
/** A day's users are in the cache until its number was surely kept. */
const KEEP_SECONDS = 3 * 86_400;
/** Users that wait for a cache which does not answer; beyond that some of them are not counted. */
const WAITING_LIMIT = 50_000;

const usersKey = (day: Day): string => `active:1:${day}`;

/**
 * Users who were there on a day, counted in the cache by HyperLogLog: 12 kB a day however many there are, 0.81 % off as a rule (Valkey
 * documentation, "HyperLogLog"). Without a cache nobody is counted, and the day's number stays unknown.
 */
export class ActiveUsers {
  private seen = new Map<Day, Set<string>>();
  private readonly timers: NodeJS.Timeout[] = [];

  constructor(
    private readonly cache: Cache,
    /** Keeps the number of a day. */
    private readonly keep: (day: Day, number: number) => Promise<void>,
    private readonly log: Logger,
  ) {}

  start(): void {
    if (!this.cache.present) return;
    this.timers.push(setInterval(() => void this.flush(), jitter(FLUSH_MS)));
    this.timers.push(setInterval(() => void this.report(), jitter(REPORT_SECONDS * 1000)));
    for (const timer of this.timers) timer.unref();
  }

  async close(): Promise<void> {
    this.timers.forEach(clearInterval);
    await this.flush();
  }

  /** Somebody asked for something with a valid token. Costs no question to anybody. */
  saw(userId: string, now = Date.now()): void {
    if (!this.cache.present) return;
    const day = dayOf(now);
    const users = this.seen.get(day) ?? new Set();
    if (users.size < WAITING_LIMIT) users.add(userId);
    this.seen.set(day, users);
  }

  /** Adds those seen since the last time; what the cache did not take is added the next time. */
  async flush(): Promise<void> {
    const { seen } = this;
    this.seen = new Map();
    for (const [day, users] of seen) {
      const key = usersKey(day);
      if ((await this.cache.command('primary', 'PFADD', key, ...users)) === undefined) {
        for (const user of users) this.saw(user, Date.parse(day));
      } else await this.cache.command('primary', 'EXPIRE', key, KEEP_SECONDS);
    }
  }

  /** Has the numbers of today and yesterday kept, unless another process did a short while ago. */
  async report(now = Date.now()): Promise<void> {
    const mine = await this.cache.command(
      'primary',
      'SET',
      'active:1:kept',
      '1',
      'NX',
      'EX',
      REPORT_SECONDS / 2,
    );
    if (mine !== 'OK') return;
    for (const day of [addDays(dayOf(now), -1), dayOf(now)]) {
      const number = await this.cache.command('primary', 'PFCOUNT', usersKey(day));
      if (typeof number !== 'number' || number === 0) continue;
      await this.keep(day, number).catch((error: unknown) => {
        this.log.warn({ err: error, day }, 'number of active users not kept');
      });
    }
  }
}
