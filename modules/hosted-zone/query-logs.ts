import { CloudwatchLogGroup } from '@cdktf/provider-aws/lib/cloudwatch-log-group';
import { CloudwatchLogResourcePolicy } from '@cdktf/provider-aws/lib/cloudwatch-log-resource-policy';
import { Route53QueryLog } from '@cdktf/provider-aws/lib/route53-query-log';
import type { Route53Zone } from '@cdktf/provider-aws/lib/route53-zone';
import { Construct } from 'constructs';
import { Names } from '../../lib/naming';
import { placeOf } from '../../lib/place';
import { EncryptionKey } from '../encryption-key';
import { DNS_REGION } from './region';

export interface QueryLogsProps {
  readonly zone: Route53Zone;
  readonly domain: string;
  /** Days that the lines are kept. */
  readonly days: number;
}

/** A line for each question that a resolver asks: names that are probed for, and what a record leads to while it moves. */
export class QueryLogs extends Construct {
  constructor(scope: Construct, id: string, { zone, domain, days }: QueryLogsProps) {
    super(scope, id);
    const key = new EncryptionKey(this, 'encryption', { component: 'dns', region: DNS_REGION });
    const name = `/aws/route53/${domain}`;
    const group = new CloudwatchLogGroup(this, 'group', {
      region: DNS_REGION,
      name,
      retentionInDays: days,
      kmsKeyId: key.forLogGroup(name),
    });
    const policy = new CloudwatchLogResourcePolicy(this, 'policy', {
      region: DNS_REGION,
      policyName: Names.of(this).regional('logPolicy', 'dns-queries'),
      // Amazon Route 53 API Reference, "CreateQueryLoggingConfig": the statement, and both of its conditions.
      policyDocument: JSON.stringify({
        Version: '2012-10-17',
        Statement: [
          {
            Sid: 'WriteQueries',
            Effect: 'Allow',
            Principal: { Service: 'route53.amazonaws.com' },
            Action: ['logs:CreateLogStream', 'logs:PutLogEvents'],
            Resource: `${group.arn}:*`,
            Condition: {
              StringEquals: { 'aws:SourceAccount': placeOf(this).account },
              ArnEquals: { 'aws:SourceArn': zone.arn },
            },
          },
        ],
      }),
    });
    new Route53QueryLog(this, 'log', {
      zoneId: zone.zoneId,
      cloudwatchLogGroupArn: group.arn,
      dependsOn: [policy],
    });
  }
}
