import { NotificationTopic, type NotificationTopicProps } from '../../modules/notification-topic';
import { KEY_INVENTORY, keyOf } from '../support/encryption';
import { RecordingGrantee } from '../support/grants';
import { inventory, only, resourcesOf, synthesize, type Synthesized } from '../support/synth';

interface PolicyStatement {
  readonly Sid: string;
  readonly Effect: string;
  readonly Principal: unknown;
  readonly Action: unknown;
  readonly Resource: unknown;
  readonly Condition?: unknown;
}

function build(props: Partial<NotificationTopicProps> = {}): Synthesized {
  return synthesize((stack) => {
    new NotificationTopic(stack, 'news', {
      component: 'news',
      encryptionKey: keyOf(stack),
      publishers: ['alarms'],
      ...props,
    });
  });
}

function statements(policy: unknown): PolicyStatement[] {
  return (JSON.parse(String(policy)) as { Statement: PolicyStatement[] }).Statement;
}

const topicPolicy = (synthesized: Synthesized): PolicyStatement[] =>
  statements(only(synthesized, 'aws_sns_topic_policy').policy);
const keyPolicy = (synthesized: Synthesized): PolicyStatement[] =>
  statements(only(synthesized, 'aws_kms_key').policy);

describe('NotificationTopic', () => {
  test('is a topic under the key of its stack, with a policy, and a subscription where there is a contact', () => {
    const bare = { ...KEY_INVENTORY, aws_sns_topic: 1, aws_sns_topic_policy: 1 };
    expect(inventory(build())).toEqual(bare);
    const synthesized = build({ contact: 'oncall@example.com' });
    expect(inventory(synthesized)).toEqual({ ...bare, aws_sns_topic_subscription: 1 });
    expect(only(synthesized, 'aws_sns_topic')).toEqual({
      name: 'tiers-test-news',
      kms_master_key_id: '${aws_kms_key.encryption_key.arn}',
    });
    expect(only(synthesized, 'aws_sns_topic_subscription')).toEqual({
      topic_arn: '${aws_sns_topic.news_topic.arn}',
      protocol: 'email',
      endpoint: 'oncall@example.com',
    });
  });

  test('whoever publishes may use the key under the same conditions; nobody else may, and nobody in clear', () => {
    const synthesized = build({ publishers: ['alarms', 'budgets'] });
    const onlyAlarms = {
      Principal: { Service: 'cloudwatch.amazonaws.com' },
      Condition: {
        StringEquals: { 'aws:SourceAccount': '111122223333' },
        ArnLike: { 'aws:SourceArn': 'arn:aws:cloudwatch:us-east-1:111122223333:alarm:*' },
      },
    };
    const onlyBudgets = {
      Principal: { Service: 'budgets.amazonaws.com' },
      Condition: {
        StringEquals: { 'aws:SourceAccount': '111122223333' },
        ArnLike: { 'aws:SourceArn': 'arn:aws:budgets::111122223333:*' },
      },
    };
    expect(topicPolicy(synthesized)).toMatchObject([
      { Sid: 'Alarms', Effect: 'Allow', Action: 'sns:Publish', ...onlyAlarms },
      { Sid: 'Budgets', Effect: 'Allow', Action: 'sns:Publish', ...onlyBudgets },
      { Effect: 'Deny', Principal: '*', Condition: { Bool: { 'aws:SecureTransport': 'false' } } },
    ]);
    expect(keyPolicy(synthesized).slice(1)).toMatchObject([
      { Sid: 'Alarms', Action: ['kms:Decrypt', 'kms:GenerateDataKey*'], ...onlyAlarms },
      { Sid: 'Budgets', Action: ['kms:Decrypt', 'kms:GenerateDataKey*'], ...onlyBudgets },
    ]);
  });

  test('rules of EventBridge publish without conditions, which would keep every message away', () => {
    const synthesized = build({ publishers: ['rules'] });
    for (const [allowed] of [topicPolicy(synthesized), keyPolicy(synthesized).slice(1)]) {
      expect(allowed).toMatchObject({ Sid: 'Rules', Principal: { Service: 'events.amazonaws.com' } });
      expect(allowed).not.toHaveProperty('Condition');
    }
  });

  test('two topics under one key let a service in once', () => {
    const synthesized = synthesize((stack) => {
      for (const component of ['pages', 'tickets']) {
        new NotificationTopic(stack, component, {
          component,
          encryptionKey: keyOf(stack),
          publishers: ['alarms'],
        });
      }
    });
    expect(keyPolicy(synthesized).map(({ Sid }) => Sid)).toEqual(['Account', 'Alarms']);
    expect(Object.keys(resourcesOf(synthesized, 'aws_sns_topic'))).toEqual(['pages_topic', 'tickets_topic']);
  });

  test('a role publishes to this topic, and uses the key through SNS alone', () => {
    const role = new RecordingGrantee();
    synthesize((stack) => {
      const topic = new NotificationTopic(stack, 'news', {
        component: 'news',
        encryptionKey: keyOf(stack),
        publishers: [],
      });
      topic.grantPublish(role);
      expect(role.granted['publish-news']).toEqual([
        { actions: ['sns:Publish'], resources: [topic.arn] },
        {
          actions: ['kms:Decrypt', 'kms:GenerateDataKey'],
          resources: [keyOf(stack).arn],
          conditions: { StringEquals: { 'kms:ViaService': 'sns.us-east-1.amazonaws.com' } },
        },
      ]);
    });
  });
});
