import { ConditionalCheckFailedException, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, PutCommand } from '@aws-sdk/lib-dynamodb';
import { awsOptions } from '../aws/options';
import type { CommonConfig } from '../config';
import { withClient, type Pool } from '../database/pool';

export interface Lease {
  readonly datacenter: number;
  readonly worker: number;
  /** Unique among all attempts of all processes. */
  readonly holder: string;
  /** First timestamp, ms since 1970, that the holder will not use. */
  readonly until: number;
}

/** Keeps who holds which worker number. Both calls are atomic, and safe to repeat with the same lease. */
export interface LeaseStore {
  /**
   * Takes a number whose lease, if there ever was one, covers no timestamp from `now` on.
   * @returns false when the number is held
   */
  take(lease: Lease, now: number): Promise<boolean>;
  /** @returns false when somebody else holds the number */
  renew(lease: Lease): Promise<boolean>;
  close(): void;
}

const CALL_TIMEOUT_MS = 1_500;

/**
 * Items `worker#<datacenter>#<number>`. In a global table the last write of an item wins, so a condition holds among the
 * writers of one region only: no other region writes those of this datacenter.
 */
export function tableLeases(config: CommonConfig, TableName: string): LeaseStore {
  const client = new DynamoDBClient({ ...awsOptions(config, CALL_TIMEOUT_MS), maxAttempts: 2 });
  const table = DynamoDBDocumentClient.from(client);
  const put = async ({ datacenter, worker, holder, until }: Lease, condition: string, values: object) => {
    const command = new PutCommand({
      TableName,
      Item: { pk: `worker#${datacenter}#${worker}`, sk: 'lease', holder, ends: until },
      ConditionExpression: condition,
      ExpressionAttributeValues: { ':holder': holder, ...values },
    });
    try {
      await table.send(command);
      return true;
    } catch (error) {
      if (error instanceof ConditionalCheckFailedException) return false;
      throw error;
    }
  };
  return {
    take: (lease, now) =>
      put(lease, 'attribute_not_exists(pk) OR ends <= :now OR holder = :holder', { ':now': now }),
    renew: (lease) => put(lease, 'holder = :holder', {}),
    close: () => client.destroy(),
  };
}

/** Rows of `worker_numbers`, where there is no table: in the first database, which one region writes. */
export function databaseLeases(pool: Pool): LeaseStore {
  const changed = async (sql: string, values: readonly unknown[]): Promise<boolean> =>
    (await withClient(pool, (client) => client.query(sql, [...values]))).rowCount === 1;
  return {
    take: ({ datacenter, worker, holder, until }, now) =>
      changed(
        `INSERT INTO worker_numbers AS held (datacenter, worker, holder, ends) VALUES ($1, $2, $3, $4)
         ON CONFLICT (datacenter, worker) DO UPDATE SET holder = $3, ends = $4
         WHERE held.ends <= $5 OR held.holder = $3`,
        [datacenter, worker, holder, until, now],
      ),
    renew: ({ datacenter, worker, holder, until }) =>
      changed('UPDATE worker_numbers SET ends = $4 WHERE datacenter = $1 AND worker = $2 AND holder = $3', [
        datacenter,
        worker,
        holder,
        until,
      ]),
    close: () => undefined,
  };
}
