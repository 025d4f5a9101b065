import type { Place } from '../../lib/place';

/** AWS services that publish by themselves. Roles of this account publish by `grantPublish` instead. */
export type Publisher = 'alarms' | 'budgets' | 'rules';

/** Who a service is, and the conditions under which it may publish. */
export interface Source {
  readonly sid: string;
  readonly service: string;
  readonly conditions?: Readonly<Record<string, Readonly<Record<string, string>>>>;
}

/** Topic and key let the same sources in, under the same conditions. */
export function sourceOf(publisher: Publisher, { account, region }: Place): Source {
  const ofAccount = { 'aws:SourceAccount': account };
  switch (publisher) {
    case 'alarms':
      return {
        sid: 'Alarms',
        service: 'cloudwatch.amazonaws.com',
        conditions: {
          StringEquals: ofAccount,
          ArnLike: { 'aws:SourceArn': `arn:aws:cloudwatch:${region}:${account}:alarm:*` },
        },
      };
    case 'budgets':
      // AWS Cost Management User Guide, "Creating an Amazon SNS topic for budget notifications".
      return {
        sid: 'Budgets',
        service: 'budgets.amazonaws.com',
        conditions: {
          StringEquals: ofAccount,
          ArnLike: { 'aws:SourceArn': `arn:aws:budgets::${account}:*` },
        },
      };
    case 'rules':
      // No conditions: policies of topics take none for EventBridge (Amazon EventBridge User Guide, "Using
      // resource-based policies for Amazon EventBridge"), nor do those of their keys (Amazon SNS Developer Guide,
      // "Managing Amazon SNS encryption keys and costs"). Messages would be lost without a word.
      return { sid: 'Rules', service: 'events.amazonaws.com' };
  }
}

/** The topic's policy: each source may publish, and nobody may in clear text. */
export function topicPolicy(arn: string, sources: readonly Source[]): string {
  return JSON.stringify({
    Version: '2012-10-17',
    Statement: [
      ...sources.map(({ sid, service, conditions }) => ({
        Sid: sid,
        Effect: 'Allow',
        Principal: { Service: service },
        Action: 'sns:Publish',
        Resource: arn,
        ...(conditions ? { Condition: conditions } : {}),
      })),
      {
        Sid: 'DenyWithoutTls',
        Effect: 'Deny',
        Principal: '*',
        Action: 'sns:Publish',
        Resource: arn,
        Condition: { Bool: { 'aws:SecureTransport': 'false' } },
      },
    ],
  });
}
