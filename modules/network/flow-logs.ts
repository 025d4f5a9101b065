import { CloudwatchLogGroup } from '@cdktf/provider-aws/lib/cloudwatch-log-group';
import { FlowLog } from '@cdktf/provider-aws/lib/flow-log';
import { IamRole } from '@cdktf/provider-aws/lib/iam-role';
import { IamRolePolicy } from '@cdktf/provider-aws/lib/iam-role-policy';
import type { Vpc } from '@cdktf/provider-aws/lib/vpc';
import { Construct } from 'constructs';
import { policyDocument, trustedBy } from '../../lib/grants';
import { Names } from '../../lib/naming';
import type { EncryptionKey } from '../encryption-key';

export interface FlowLogsProps {
  readonly vpc: Vpc;
  /** Under which the records are kept. */
  readonly encryptionKey: EncryptionKey;
  /** Days that the records are kept. */
  readonly days: number;
}

/** Records who talks to whom in a VPC, refused connections included. */
export class FlowLogs extends Construct {
  constructor(scope: Construct, id: string, props: FlowLogsProps) {
    super(scope, id);
    const names = Names.of(this);
    const name = names.path('logGroup', 'flow-logs');
    const group = new CloudwatchLogGroup(this, 'group', {
      name,
      retentionInDays: props.days,
      kmsKeyId: props.encryptionKey.forLogGroup(name),
    });
    const role = new IamRole(this, 'role', {
      name: names.account('role', 'flow-logs'),
      assumeRolePolicy: trustedBy('vpc-flow-logs.amazonaws.com'),
    });
    new IamRolePolicy(this, 'write', {
      name: 'write-flow-logs',
      role: role.name,
      policy: policyDocument([
        {
          actions: ['logs:CreateLogStream', 'logs:PutLogEvents', 'logs:DescribeLogStreams'],
          resources: [`${group.arn}:*`],
        },
      ]),
    });
    new FlowLog(this, 'log', {
      vpcId: props.vpc.id,
      trafficType: 'ALL',
      logDestinationType: 'cloud-watch-logs',
      logDestination: group.arn,
      iamRoleArn: role.arn,
      maxAggregationInterval: 60,
    });
  }
}
