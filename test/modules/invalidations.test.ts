import { App } from 'cdktf';
import { setPlace } from '../../lib/place';
import { InvalidationLinks, Invalidations } from '../../modules/invalidations';
import { keyOf, KEY_INVENTORY } from '../support/encryption';
import { RecordingGrantee } from '../support/grants';
import { inventory, only, resourcesOf, TestStack, type Synthesized } from '../support/synth';

const ACCOUNT = '111122223333';

function stackIn(app: App, region: string, id = region): TestStack {
  const stack = new TestStack(app, id);
  setPlace(stack, { project: 'tiers', environment: 'test', region, account: ACCOUNT });
  return stack;
}

function read(stack: TestStack): Synthesized {
  stack.prepareStack();
  return JSON.parse(JSON.stringify(stack.toTerraform())) as Synthesized;
}

const app = new App({ skipValidation: true });
const [writer, reader, links] = [
  stackIn(app, 'us-east-1'),
  stackIn(app, 'me-central-1'),
  stackIn(app, 'us-east-1', 'links'),
];
const grantee = new RecordingGrantee();
const declare = (stack: TestStack): Invalidations =>
  new Invalidations(stack, 'invalidations', { encryptionKey: keyOf(stack), writers: ['us-east-1'] });
const [from, to] = [declare(writer), declare(reader)];
to.grantUse(grantee);
new InvalidationLinks(links, 'invalidations', { from, to: [to] });
const [written, there, linked] = [read(writer), read(reader), read(links)];

interface Allowed {
  readonly Sid: string;
  readonly Effect: string;
  readonly Principal: unknown;
  readonly Action: unknown;
  readonly Condition: unknown;
}
const topics = ({ policy }: Record<string, unknown>): Allowed | undefined =>
  (JSON.parse(String(policy)) as { Statement: Allowed[] }).Statement.find(
    ({ Sid }) => Sid === 'TopicsInvalidations',
  );

const CONDITION = {
  StringEquals: { 'aws:SourceAccount': ACCOUNT },
  ArnLike: { 'aws:SourceArn': `arn:aws:sns:*:${ACCOUNT}:tiers-test-invalidations` },
};

describe('Invalidations', () => {
  test('are a topic and a queue with its dead letters in each region', () => {
    expect(inventory(there)).toEqual({
      ...KEY_INVENTORY,
      aws_sns_topic: 1,
      aws_sns_topic_policy: 1,
      aws_sqs_queue: 2,
      aws_sqs_queue_policy: 2,
      aws_sqs_queue_redrive_allow_policy: 1,
    });
    expect(only(there, 'aws_sns_topic').kms_master_key_id).toBe('${aws_kms_key.encryption_key.arn}');
  });

  test('queue, dead letters and key let in the topics of that name in this account, and nobody else', () => {
    const policies = Object.values(resourcesOf(written, 'aws_sqs_queue_policy')).map(topics);
    expect(policies).toHaveLength(2);
    for (const allowed of policies)
      expect(allowed).toMatchObject({
        Effect: 'Allow',
        Principal: { Service: ['sns.amazonaws.com'] },
        Action: 'sqs:SendMessage',
        Condition: CONDITION,
      });
    expect(topics(only(written, 'aws_kms_key'))).toMatchObject({
      Principal: { Service: ['sns.amazonaws.com'] },
      Action: ['kms:Decrypt', 'kms:GenerateDataKey*'],
      Condition: CONDITION,
    });
  });

  test('where accounts opt in to the region, SNS sends as a principal of it', () => {
    for (const policy of Object.values(resourcesOf(there, 'aws_sqs_queue_policy')))
      expect(topics(policy)?.Principal).toEqual({
        Service: ['sns.amazonaws.com', 'sns.me-central-1.amazonaws.com'],
      });
  });

  test('a server publishes, and takes from its own queue', () => {
    const actions = Object.values(grantee.granted).flatMap((statements) =>
      statements.flatMap((statement) => statement.actions),
    );
    expect(actions).toEqual(
      expect.arrayContaining(['sns:Publish', 'sqs:ReceiveMessage', 'sqs:DeleteMessage']),
    );
    expect(actions).not.toContain('sqs:SendMessage');
  });
});

describe('InvalidationLinks', () => {
  test('bring what one region publishes to each other one, as it is, and what is lost to its dead letters', () => {
    expect(inventory(linked)).toEqual({ aws_sns_topic_subscription: 1 });
    const { redrive_policy: redrive, ...subscription } = only(linked, 'aws_sns_topic_subscription');
    expect(subscription).toEqual({
      topic_arn: `arn:aws:sns:us-east-1:${ACCOUNT}:tiers-test-invalidations`,
      protocol: 'sqs',
      endpoint: `arn:aws:sqs:me-central-1:${ACCOUNT}:tiers-test-invalidations`,
      raw_message_delivery: true,
    });
    expect(JSON.parse(String(redrive))).toEqual({
      deadLetterTargetArn: `arn:aws:sqs:us-east-1:${ACCOUNT}:tiers-test-invalidations-dead-letter`,
    });
  });

  test('name what the stacks of the regions really have', () => {
    expect(only(written, 'aws_sns_topic').name).toBe('tiers-test-invalidations');
    expect(Object.values(resourcesOf(there, 'aws_sqs_queue')).map(({ name }) => name)).toEqual(
      expect.arrayContaining(['tiers-test-invalidations', 'tiers-test-invalidations-dead-letter']),
    );
  });
});
