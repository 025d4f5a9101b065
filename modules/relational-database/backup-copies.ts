import type { DbInstance } from '@cdktf/provider-aws/lib/db-instance';
import { DbInstanceAutomatedBackupsReplication } from '@cdktf/provider-aws/lib/db-instance-automated-backups-replication';
import { Construct } from 'constructs';
import { ConfigurationError } from '../../lib/errors';
import { placeOf } from '../../lib/place';
import type { EncryptionKey } from '../encryption-key';

export interface BackupCopiesProps {
  readonly instance: DbInstance;
  /** Of the region that the copies go to. */
  readonly encryptionKey: EncryptionKey;
  /** Days that the copies are kept. */
  readonly days: number;
}

/**
 * Snapshots and transaction logs of an instance in another region, where it can be restored to a point in time without
 * its own (Amazon RDS User Guide, "Replicating automated backups to another AWS Region"). They follow the instance and not
 * the role: after a promotion somebody begins those of the new writer.
 */
export class BackupCopies extends Construct {
  constructor(scope: Construct, id: string, { instance, encryptionKey, days }: BackupCopiesProps) {
    super(scope, id);
    const { region } = encryptionKey;
    if (region === placeOf(this).region) {
      throw new ConfigurationError([
        {
          where: `${this.node.path}.encryptionKey`,
          received: region,
          allowed: "a key of another region than the database's",
          fix: "pass a key with a region of its own, such as 'us-west-2'",
        },
      ]);
    }
    // Managed in the region that the copies go to (provider documentation).
    new DbInstanceAutomatedBackupsReplication(this, 'replication', {
      region,
      sourceDbInstanceArn: instance.arn,
      kmsKeyId: encryptionKey.arn,
      retentionPeriod: days,
    });
  }
}
