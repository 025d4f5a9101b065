import { CloudwatchLogGroup } from '@cdktf/provider-aws/lib/cloudwatch-log-group';
import { Construct } from 'constructs';
import type { EncryptionKey } from '../encryption-key';

export interface BuildLogsProps {
  readonly encryptionKey: EncryptionKey;
  /** Days that the lines are kept. */
  readonly days: number;
  readonly recipeName: string;
  readonly pipelineName: string;
}

/**
 * Where builds write: EC2 Image Builder User Guide, "Monitor Image Builder logs with Amazon CloudWatch Logs". It would create
 * both groups by itself, without retention and without a key of the account, so builds wait for these.
 */
export class BuildLogs extends Construct {
  readonly groups: CloudwatchLogGroup[];

  constructor(scope: Construct, id: string, props: BuildLogsProps) {
    super(scope, id);
    const group = (name: string, path: string, keep: boolean): CloudwatchLogGroup =>
      new CloudwatchLogGroup(this, name, {
        name: path,
        retentionInDays: props.days,
        kmsKeyId: props.encryptionKey.forLogGroup(path),
        ...(keep ? { skipDestroy: true } : {}),
      });
    this.groups = [
      // A changed document makes a recipe of a new name; what the builds of the old one said is kept until it expires.
      group('builds', `/aws/imagebuilder/${props.recipeName}`, true),
      group('pipeline', `/aws/imagebuilder/pipeline/${props.pipelineName}`, false),
    ];
  }
}
