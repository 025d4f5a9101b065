import { SqsQueue } from '@cdktf/provider-aws/lib/sqs-queue';
import { SqsQueuePolicy } from '@cdktf/provider-aws/lib/sqs-queue-policy';
import { SqsQueueRedriveAllowPolicy } from '@cdktf/provider-aws/lib/sqs-queue-redrive-allow-policy';
import { Construct } from 'constructs';
import { ConfigurationError, type FaultDetails } from '../../lib/errors';
import type { Grantable } from '../../lib/grants';
import { Names } from '../../lib/naming';
import type { EncryptionKey } from '../encryption-key';
import { senderOf, type TopicSender, type TopicSource } from './topics';

const DAY = 86_400;

/**
 * Seconds that messages are kept. A message moved to the dead-letter queue keeps the age it had in the source (Amazon SQS
 * Developer Guide, "Using dead-letter queues in Amazon SQS"): what came last into the source has ten days there.
 */
const RETENTION = { source: 4 * DAY, deadLetter: 14 * DAY } as const;

/** Amazon SQS API Reference, "SetQueueAttributes": seconds, and receives before a message is moved away. */
const VISIBILITY_TIMEOUT = { shortest: 0, longest: 43_200 } as const;
const MAX_RECEIVES = { fewest: 1, most: 1000, default: 5 } as const;
const LONG_POLL_SECONDS = 20;

/** How long SQS uses a data key before it asks KMS, and pays, for another: 60 to 86,400; five minutes is its default. */
const DATA_KEY_SECONDS = 300;

export interface WorkQueueProps {
  /** Last part of the queue's name, such as `jobs`. */
  readonly component: string;
  /** Under which messages are kept. */
  readonly encryptionKey: EncryptionKey;
  /** Seconds in which a received message is hidden from other workers, 0 to 43,200: longer than the work takes. */
  readonly visibilityTimeout: number;
  /** Receives after which a message goes to the dead-letter queue, 1 to 1,000. Default: 5. */
  readonly maxReceives?: number;
  /** Topics that send here by subscriptions. Default: none. */
  readonly topics?: TopicSource;
}

/** A queue of work, and a second one for the messages that no worker could finish. */
export class WorkQueue extends Construct {
  readonly url: string;
  readonly arn: string;
  readonly name: string;
  readonly deadLetterName: string;
  readonly deadLetterArn: string;
  readonly deadLetterUrl: string;
  /** Both names as text, for other stacks. */
  readonly plainName: string;
  readonly plainDeadLetterName: string;
  private readonly component: string;
  private readonly key: EncryptionKey;

  constructor(scope: Construct, id: string, props: WorkQueueProps) {
    super(scope, id);
    const { component, visibilityTimeout, maxReceives = MAX_RECEIVES.default, topics } = props;
    check(this.node.path, visibilityTimeout, maxReceives);
    const names = Names.of(this);
    this.component = component;
    this.key = props.encryptionKey;
    this.plainName = names.regional('queue', component);
    this.plainDeadLetterName = names.regional('queue', `${component}-dead-letter`);
    const source = topics && senderOf(this, topics);
    if (source) this.key.allowPublisher(source);

    const deadLetter = new SqsQueue(this, 'dead-letter', {
      name: this.plainDeadLetterName,
      messageRetentionSeconds: RETENTION.deadLetter,
      receiveWaitTimeSeconds: LONG_POLL_SECONDS,
      kmsMasterKeyId: this.key.arn,
      kmsDataKeyReusePeriodSeconds: DATA_KEY_SECONDS,
    });
    const queue = new SqsQueue(this, 'queue', {
      name: this.plainName,
      visibilityTimeoutSeconds: visibilityTimeout,
      messageRetentionSeconds: RETENTION.source,
      receiveWaitTimeSeconds: LONG_POLL_SECONDS,
      kmsMasterKeyId: this.key.arn,
      kmsDataKeyReusePeriodSeconds: DATA_KEY_SECONDS,
      redrivePolicy: JSON.stringify({ deadLetterTargetArn: deadLetter.arn, maxReceiveCount: maxReceives }),
    });
    // By itself a dead-letter queue takes messages from every queue of the account.
    new SqsQueueRedriveAllowPolicy(this, 'redrive-allow-policy', {
      queueUrl: deadLetter.url,
      redriveAllowPolicy: JSON.stringify({ redrivePermission: 'byQueue', sourceQueueArns: [queue.arn] }),
    });
    new SqsQueuePolicy(this, 'policy', { queueUrl: queue.url, policy: queuePolicy(queue.arn, source) });
    new SqsQueuePolicy(this, 'dead-letter-policy', {
      queueUrl: deadLetter.url,
      // Subscriptions, too, leave here what they cannot deliver.
      policy: queuePolicy(deadLetter.arn, source),
    });

    this.url = queue.url;
    this.arn = queue.arn;
    this.name = queue.name;
    this.deadLetterName = deadLetter.name;
    this.deadLetterArn = deadLetter.arn;
    this.deadLetterUrl = deadLetter.url;
  }

  /** Sends messages, and asks whether the queue is there. */
  grantSend(grantee: Grantable): void {
    grantee.grant(`send-to-${this.component}`, [
      { actions: ['sqs:GetQueueAttributes', 'sqs:SendMessage'], resources: [this.arn] },
      this.key.statement('sqs', 'both'),
    ]);
  }

  /** Receives, finishes, gives back or holds messages, and reads how many wait. */
  grantConsume(grantee: Grantable): void {
    grantee.grant(`consume-${this.component}`, [
      {
        actions: [
          'sqs:ChangeMessageVisibility',
          'sqs:DeleteMessage',
          'sqs:GetQueueAttributes',
          'sqs:ReceiveMessage',
        ],
        resources: [this.arn],
      },
      this.key.statement('sqs', 'read'),
    ]);
  }

  /** Puts among the dead letters, with the reason, what no repetition would help. */
  grantReject(grantee: Grantable): void {
    grantee.grant(`reject-${this.component}`, [
      { actions: ['sqs:SendMessage'], resources: [this.deadLetterArn] },
      this.key.statement('sqs', 'both'),
    ]);
  }
}

/** A resource policy that refuses every request without TLS and lets nobody in but the topics. */
function queuePolicy(arn: string, source?: TopicSender): string {
  return JSON.stringify({
    Version: '2012-10-17',
    Statement: [
      {
        Sid: 'DenyWithoutTls',
        Effect: 'Deny',
        Principal: '*',
        Action: 'sqs:*',
        Resource: arn,
        Condition: { Bool: { 'aws:SecureTransport': 'false' } },
      },
      ...(source
        ? [
            {
              Sid: source.sid,
              Effect: 'Allow',
              Principal: { Service: source.service },
              Action: 'sqs:SendMessage',
              Resource: arn,
              Condition: source.conditions,
            },
          ]
        : []),
    ],
  });
}

function check(where: string, visibilityTimeout: number, maxReceives: number): void {
  const faults: FaultDetails[] = [];
  const { shortest, longest } = VISIBILITY_TIMEOUT;
  if (!Number.isInteger(visibilityTimeout) || visibilityTimeout < shortest || visibilityTimeout > longest) {
    faults.push({
      where: `${where}.visibilityTimeout`,
      received: visibilityTimeout,
      allowed: `${shortest} to ${longest} whole seconds`,
      fix: 'write for instance 120',
    });
  }
  const { fewest, most } = MAX_RECEIVES;
  if (!Number.isInteger(maxReceives) || maxReceives < fewest || maxReceives > most) {
    faults.push({
      where: `${where}.maxReceives`,
      received: maxReceives,
      allowed: `${fewest} to ${most} receives`,
      fix: `leave it out for ${MAX_RECEIVES.default}`,
    });
  }
  if (faults.length) throw new ConfigurationError(faults);
}
