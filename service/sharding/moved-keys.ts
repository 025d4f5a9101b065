import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, QueryCommand } from '@aws-sdk/lib-dynamodb';
import type { Logger } from 'pino';
import { z } from 'zod';
import { awsOptions } from '../aws/options';
import { jitter } from '../backoff';
import type { CommonConfig } from '../config';

const CALL_TIMEOUT_MS = 1_000;
const EVERY_MS = 10_000;

/** One item for each user who was moved alone. They share a partition, so that one query reads them all. */
export const PLACES = 'places';
const placeSchema = z.object({
  /** The user's id. */
  sk: z.string(),
  name: z.string(),
  ownShard: z.int(),
  physical: z.int(),
});
export type Place = z.infer<typeof placeSchema>;

export async function readPlaces(client: DynamoDBDocumentClient, table: string): Promise<readonly Place[]> {
  const places: Place[] = [];
  let from: Record<string, unknown> | undefined;
  do {
    const page = await client.send(
      new QueryCommand({
        TableName: table,
        KeyConditionExpression: 'pk = :pk',
        ExpressionAttributeValues: { ':pk': PLACES },
        ...(from ? { ExclusiveStartKey: from } : {}),
      }),
    );
    places.push(...(page.Items ?? []).map((item) => placeSchema.parse(item)));
    from = page.LastEvaluatedKey;
  } while (from !== undefined);
  return places;
}

/**
 * The index: where users are who were moved alone, by id, name and own logical shard. It is kept in memory whole, as such users are
 * few; the table may be away, and what is kept may be old: the databases say where a key has gone.
 */
export class MovedKeys {
  private readonly client: DynamoDBDocumentClient;
  private readonly timer: NodeJS.Timeout;
  private places = new Map<string, number>();

  constructor(
    config: CommonConfig,
    private readonly table: string,
    private readonly log: Logger,
  ) {
    const client = new DynamoDBClient({ ...awsOptions(config, CALL_TIMEOUT_MS), maxAttempts: 2 });
    this.client = DynamoDBDocumentClient.from(client);
    this.timer = setInterval(() => void this.poll(), jitter(EVERY_MS));
    this.timer.unref();
  }

  ofUser = (id: string): number | undefined => this.places.get(`id ${id}`);
  ofName = (name: string): number | undefined => this.places.get(`name ${name.toLowerCase()}`);
  ofShard = (shard: number): number | undefined => this.places.get(`shard ${shard}`);

  async poll(): Promise<void> {
    try {
      const places = new Map<string, number>();
      for (const { sk, name, ownShard, physical } of await readPlaces(this.client, this.table))
        for (const key of [`id ${sk}`, `name ${name}`, `shard ${ownShard}`]) places.set(key, physical);
      this.places = places;
    } catch (error) {
      this.log.warn({ err: error }, 'index of moved users not read, the last one stays');
    }
  }

  close(): void {
    clearInterval(this.timer);
    this.client.destroy();
  }
}
