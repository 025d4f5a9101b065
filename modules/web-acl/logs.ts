import { CloudwatchLogGroup } from '@cdktf/provider-aws/lib/cloudwatch-log-group';
import { Wafv2WebAclLoggingConfiguration } from '@cdktf/provider-aws/lib/wafv2-web-acl-logging-configuration';
import { Construct } from 'constructs';
import type { EncryptionKey } from '../encryption-key';

/** AWS WAF Developer Guide, "Sending web ACL traffic logs to a CloudWatch Logs log group": names begin so, or are refused. */
const PREFIX = 'aws-waf-logs-';

/** What proves who a request is from; it is nobody's to read, in logs either. */
const SECRET_HEADERS = ['authorization', 'cookie'];

export interface WebAclLogsProps {
  readonly aclArn: string;
  readonly aclName: string;
  /** Days that the lines are kept. */
  readonly days: number;
  readonly encryptionKey: EncryptionKey;
}

/** A line for each request that a rule blocked or counted. What was let through stands in the balancer's own log. */
export class WebAclLogs extends Construct {
  constructor(scope: Construct, id: string, props: WebAclLogsProps) {
    super(scope, id);
    const name = `${PREFIX}${props.aclName}`;
    const group = new CloudwatchLogGroup(this, 'group', {
      name,
      retentionInDays: props.days,
      kmsKeyId: props.encryptionKey.forLogGroup(name),
    });
    new Wafv2WebAclLoggingConfiguration(this, 'configuration', {
      resourceArn: props.aclArn,
      logDestinationConfigs: [group.arn],
      redactedFields: SECRET_HEADERS.map((header) => ({ singleHeader: { name: header } })),
      loggingFilter: {
        defaultBehavior: 'DROP',
        filter: [
          {
            behavior: 'KEEP',
            requirement: 'MEETS_ANY',
            condition: ['BLOCK', 'COUNT', 'EXCLUDED_AS_COUNT'].map((action) => ({
              actionCondition: { action },
            })),
          },
        ],
      },
    });
  }
}
