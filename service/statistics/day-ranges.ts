import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, GetCommand } from '@aws-sdk/lib-dynamodb';
import type { Logger } from 'pino';
import { z } from 'zod';
import { awsOptions } from '../aws/options';
import { jitter } from '../backoff';
import type { CommonConfig } from '../config';
import { isDay, type Day } from './days';

const CALL_TIMEOUT_MS = 1_000;
const EVERY_MS = 30_000;
/** Where days are that no range names. */
const FIRST = 0;

const day = z.string().refine(isDay, 'must be a day such as 2026-12-01');
const rangesSchema = z.array(
  z.object({ from: day, to: day, physical: z.int().min(0) }).refine(({ from, to }) => from <= to),
);

/** The item that holds the list, in the table of shared state. */
export const RANGES_KEY = { pk: 'ranges', sk: 'events' } as const;

/** Which ranges are placed is not known yet: nothing must be written to a wrong place meanwhile. */
export class RangesUnknownError extends Error {}

/**
 * The range strategy: days are placed on physical shards by a short list of ranges, kept in the table and in memory. The first range that
 * holds a day decides, and days of none are on the first shard. Only days that have not begun may be placed anew: what is written
 * stays where it is. Without a table all days are on the first shard.
 */
export class DayRanges {
  private ranges: z.output<typeof rangesSchema> | undefined;
  private readonly client?: DynamoDBDocumentClient;
  private timer: NodeJS.Timeout | undefined;

  constructor(
    config: CommonConfig,
    private readonly table: string | undefined,
    private readonly shards: number,
    private readonly log: Logger,
  ) {
    if (table === undefined || shards === 1) {
      this.ranges = [];
      return;
    }
    const client = new DynamoDBClient({ ...awsOptions(config, CALL_TIMEOUT_MS), maxAttempts: 2 });
    this.client = DynamoDBDocumentClient.from(client);
  }

  /** The physical shard of a day. @throws RangesUnknownError */
  of(wanted: Day): number {
    if (this.ranges === undefined) throw new RangesUnknownError('the ranges of days were not read yet');
    return this.ranges.find(({ from, to }) => from <= wanted && wanted <= to)?.physical ?? FIRST;
  }

  async start(): Promise<void> {
    await this.poll();
    if (this.client === undefined) return;
    this.timer = setInterval(() => void this.poll(), jitter(EVERY_MS));
    this.timer.unref();
  }

  close(): void {
    clearInterval(this.timer);
    this.client?.destroy();
  }

  /** A failure, or a list that names a shard which there is not, leaves the last good list in force. */
  async poll(): Promise<void> {
    if (this.client === undefined) return;
    try {
      const found = await this.client.send(new GetCommand({ TableName: this.table, Key: RANGES_KEY }));
      const ranges = rangesSchema.parse(found.Item?.['ranges'] ?? []);
      const unknown = ranges.find(({ physical }) => physical >= this.shards);
      if (unknown) {
        throw new Error(
          `a range names physical shard ${unknown.physical}; there are 0 to ${this.shards - 1}`,
        );
      }
      this.ranges = ranges;
    } catch (error) {
      this.log.warn({ err: error }, 'ranges of days not read, the last ones stay');
    }
  }
}
