import { WorkQueue } from '../../modules/work-queue';
import { KEY_INVENTORY, keyOf } from '../support/encryption';
import { RecordingGrantee } from '../support/grants';
import { inventory, resourcesOf, synthesize } from '../support/synth';

const grantee = new RecordingGrantee();
const synthesized = synthesize((stack) => {
  const queue = new WorkQueue(stack, 'jobs', {
    encryptionKey: keyOf(stack),
    component: 'jobs',
    visibilityTimeout: 120,
  });
  queue.grantSend(grantee);
  queue.grantConsume(grantee);
});
const queues = resourcesOf(synthesized, 'aws_sqs_queue');

describe('WorkQueue', () => {
  test('declares exactly these resources', () => {
    expect(inventory(synthesized)).toEqual({
      ...KEY_INVENTORY,
      aws_sqs_queue: 2,
      aws_sqs_queue_policy: 2,
      aws_sqs_queue_redrive_allow_policy: 1,
    });
  });

  test('both queues are encrypted and polled long, and the dead letters outlive the source', () => {
    const { jobs_queue: source, jobs_dead_letter: deadLetter } = queues;
    for (const queue of [source, deadLetter]) {
      expect(queue).toMatchObject({
        kms_master_key_id: '${aws_kms_key.encryption_key.arn}',
        receive_wait_time_seconds: 20,
      });
    }
    expect(Number(deadLetter?.message_retention_seconds)).toBe(14 * 86_400);
    expect(Number(source?.message_retention_seconds)).toBeLessThan(
      Number(deadLetter?.message_retention_seconds),
    );
  });

  test('a message goes to the dead-letter queue after five receives, and only from this queue', () => {
    expect(JSON.parse(String(queues.jobs_queue?.redrive_policy))).toEqual({
      deadLetterTargetArn: '${aws_sqs_queue.jobs_dead_letter.arn}',
      maxReceiveCount: 5,
    });
    const [allow] = Object.values(resourcesOf(synthesized, 'aws_sqs_queue_redrive_allow_policy'));
    expect(allow?.queue_url).toBe('${aws_sqs_queue.jobs_dead_letter.url}');
    expect(JSON.parse(String(allow?.redrive_allow_policy))).toEqual({
      redrivePermission: 'byQueue',
      sourceQueueArns: ['${aws_sqs_queue.jobs_queue.arn}'],
    });
  });

  test('neither queue takes a request without TLS', () => {
    const policies = Object.values(resourcesOf(synthesized, 'aws_sqs_queue_policy'));
    const refused = policies.map(({ queue_url: url, policy }) => ({
      url,
      policy: JSON.parse(String(policy)),
    }));
    for (const name of ['jobs_queue', 'jobs_dead_letter']) {
      expect(refused).toContainEqual({
        url: `\${aws_sqs_queue.${name}.url}`,
        policy: expect.objectContaining({
          Statement: [
            expect.objectContaining({
              Effect: 'Deny',
              Principal: '*',
              Resource: `\${aws_sqs_queue.${name}.arn}`,
              Condition: { Bool: { 'aws:SecureTransport': 'false' } },
            }),
          ],
        }),
      });
    }
  });

  test('senders only send, workers cannot send or purge', () => {
    const actions = (id: string): unknown => grantee.granted[id]?.flatMap((statement) => statement.actions);
    expect(actions('send-to-jobs')).toEqual([
      'sqs:GetQueueAttributes',
      'sqs:SendMessage',
      'kms:Decrypt',
      'kms:GenerateDataKey',
    ]);
    expect(actions('consume-jobs')).toEqual([
      'sqs:ChangeMessageVisibility',
      'sqs:DeleteMessage',
      'sqs:GetQueueAttributes',
      'sqs:ReceiveMessage',
      'kms:Decrypt',
    ]);
  });

  test('lists all faults at once', () => {
    const build = (): unknown =>
      synthesize(
        (stack) =>
          new WorkQueue(stack, 'jobs', {
            encryptionKey: keyOf(stack),
            component: 'jobs',
            visibilityTimeout: 43_201,
            maxReceives: 0,
          }),
      );
    expect(build).toThrow('jobs.visibilityTimeout: received 43201; allowed: 0 to 43200 whole seconds');
    expect(build).toThrow('jobs.maxReceives: received 0; allowed: 1 to 1000 receives');
  });
});
