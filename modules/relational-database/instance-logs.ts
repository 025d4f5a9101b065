import { CloudwatchLogGroup } from '@cdktf/provider-aws/lib/cloudwatch-log-group';
import type { Construct } from 'constructs';
import type { EncryptionKey } from '../encryption-key';
import { LOG_EXPORTS } from './instance-settings';

export interface InstanceLogsInput {
  /** Part of the groups' construct ids, such as `a`. */
  readonly id: string;
  /** Identifier of the instance. */
  readonly identifier: string;
  readonly days: number;
  readonly encryptionKey: EncryptionKey;
}

/** The groups that RDS writes to, made first: those that it makes itself keep everything for ever. */
export function declareLogs(
  shard: Construct,
  { id, identifier, days, encryptionKey }: InstanceLogsInput,
): CloudwatchLogGroup[] {
  return LOG_EXPORTS.map((log) => {
    const name = `/aws/rds/instance/${identifier}/${log}`;
    return new CloudwatchLogGroup(shard, `${id}-log-${log}`, {
      name,
      retentionInDays: days,
      kmsKeyId: encryptionKey.forLogGroup(name),
    });
  });
}
