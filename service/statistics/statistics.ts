import type { Logger } from 'pino';
import type { CommonConfig } from '../config';
import { databaseLeases, tableLeases } from '../ids/leases';
import { TimeIdSource } from '../ids/time-id-source';
import type { Shards } from '../sharding/shards';
import { DailyStatistics } from './daily-statistics';
import { DayRanges } from './day-ranges';
import { EventLog } from './event-log';

type Config = CommonConfig & { readonly DATACENTER: number; readonly TABLE_NAME?: string | undefined };

/** Events and the figures of days, and what a process needs to keep them. */
export class Statistics {
  readonly events: EventLog;
  readonly daily: DailyStatistics;
  private readonly ranges: DayRanges;
  private readonly ids: TimeIdSource;

  constructor(config: Config, shards: Shards, log: Logger) {
    const { TABLE_NAME: table, DATACENTER: datacenter } = config;
    const leases = table === undefined ? databaseLeases(shards.all[0]!.writer) : tableLeases(config, table);
    this.ids = new TimeIdSource(leases, { datacenter }, log);
    this.ranges = new DayRanges(config, table, shards.all.length, log);
    this.events = new EventLog(shards.all, this.ranges, this.ids, log);
    this.daily = new DailyStatistics(shards.all, this.ranges, log);
  }

  /** Enough to read figures. */
  async startReading(): Promise<void> {
    await this.ranges.start();
  }

  /** For who keeps events: a worker number is leased, and days are counted. */
  async start(): Promise<void> {
    // A number that can't be had yet is no reason not to work; who needs one waits for it.
    void this.ids.start();
    await this.ranges.start();
    this.daily.start(() => this.events.dropOld());
  }

  async close(): Promise<void> {
    this.daily.close();
    this.ranges.close();
    await this.ids.close();
  }
}
