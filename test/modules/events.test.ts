import { Events, EVENTS_TOPIC } from '../../modules/events';
import { WorkQueue } from '../../modules/work-queue';
import { keyOf, KEY_INVENTORY } from '../support/encryption';
import { RecordingGrantee } from '../support/grants';
import { inventory, only, resourcesOf, synthesize } from '../support/synth';

const grantee = new RecordingGrantee();
const stack = synthesize((scope) => {
  const encryptionKey = keyOf(scope);
  const queue = (component: string): WorkQueue =>
    new WorkQueue(scope, component, {
      component,
      encryptionKey,
      visibilityTimeout: 60,
      topics: { component: EVENTS_TOPIC, regions: ['us-east-1'] },
    });
  new Events(scope, 'events', {
    encryptionKey,
    takers: {
      jobs: { queue: queue('jobs'), types: ['one', 'two'] },
      videos: { queue: queue('videos'), types: ['two'] },
    },
  }).grantPublish(grantee);
});

test('events are a topic, and a subscription for each queue that takes some', () => {
  expect(inventory(stack)).toEqual({
    ...KEY_INVENTORY,
    aws_sns_topic: 1,
    aws_sns_topic_policy: 1,
    aws_sns_topic_subscription: 2,
    aws_sqs_queue: 4,
    aws_sqs_queue_policy: 4,
    aws_sqs_queue_redrive_allow_policy: 2,
  });
});

test('a queue gets what it asks for, as it was published; what cannot be delivered goes to its own dead letters', () => {
  const { events_videos: subscription } = resourcesOf(stack, 'aws_sns_topic_subscription');
  const { filter_policy: filter, redrive_policy: redrive, ...rest } = subscription!;
  expect(rest).toEqual({
    topic_arn: '${aws_sns_topic.events_topic_topic.arn}',
    protocol: 'sqs',
    endpoint: '${aws_sqs_queue.videos_queue.arn}',
    raw_message_delivery: true,
    filter_policy_scope: 'MessageAttributes',
  });
  expect(JSON.parse(String(filter))).toEqual({ type: ['two'] });
  expect(JSON.parse(String(redrive))).toEqual({
    deadLetterTargetArn: '${aws_sqs_queue.videos_dead_letter.arn}',
  });
});

test('queues and key let in this topic alone', () => {
  const condition = { ArnLike: { 'aws:SourceArn': expect.stringMatching(/:tiers-test-events$/) as string } };
  for (const { policy } of [
    ...Object.values(resourcesOf(stack, 'aws_sqs_queue_policy')),
    only(stack, 'aws_kms_key'),
  ]) {
    const { Statement } = JSON.parse(String(policy)) as { Statement: { Sid: string; Condition: unknown }[] };
    const senders = Statement.filter(({ Sid }) => Sid.startsWith('Topics'));
    expect(senders).toHaveLength(1);
    expect(senders[0]?.Condition).toMatchObject(condition);
  }
});

test('a server publishes, and sends nothing to the queues by it', () => {
  const actions = Object.values(grantee.granted).flatMap((all) => all.flatMap(({ actions: some }) => some));
  expect(actions).toEqual(expect.arrayContaining(['sns:Publish', 'kms:GenerateDataKey']));
  expect(actions.filter((action) => action.startsWith('sqs:'))).toEqual([]);
});
