import { Construct } from 'constructs';
import type { Grantable } from '../../lib/grants';
import { placeOf } from '../../lib/place';
import type { EncryptionKey } from '../encryption-key';
import { NotificationTopic } from '../notification-topic';
import { WorkQueue } from '../work-queue';

/** Seconds for the deletion of some keys of a cache. */
const VISIBILITY = 30;

const COMPONENT = 'invalidations';

export interface InvalidationsProps {
  /** Under which the messages are kept, which name keys of the cache. */
  readonly encryptionKey: EncryptionKey;
  /** Regions whose topics send here: SNS goes by another name in those that accounts opt in to. */
  readonly writers: readonly string[];
}

/**
 * A region's part of the way on which the writer region tells the others what their caches must forget: a topic, which the
 * service publishes to where it writes, and a queue, which it reads where it does not. InvalidationLinks joins them.
 */
export class Invalidations extends Construct {
  readonly topicArn: string;
  /** As text, for other stacks: nobody needs the state of this one to know them. */
  readonly plain: { readonly topicArn: string; readonly queueArn: string; readonly deadLetterArn: string };
  readonly region: string;
  readonly queue: WorkQueue;
  private readonly topic: NotificationTopic;

  constructor(scope: Construct, id: string, { encryptionKey, writers }: InvalidationsProps) {
    super(scope, id);
    const { region, account } = placeOf(this);
    this.region = region;
    this.topic = new NotificationTopic(this, 'topic', {
      component: COMPONENT,
      encryptionKey,
      publishers: [],
    });
    this.queue = new WorkQueue(this, 'queue', {
      component: COMPONENT,
      encryptionKey,
      visibilityTimeout: VISIBILITY,
      topics: { component: COMPONENT, regions: writers },
    });
    this.topicArn = this.topic.arn;
    const arn = (service: string, name: string): string => `arn:aws:${service}:${region}:${account}:${name}`;
    this.plain = {
      topicArn: arn('sns', this.topic.plainName),
      queueArn: arn('sqs', this.queue.plainName),
      deadLetterArn: arn('sqs', this.queue.plainDeadLetterName),
    };
  }

  /** Publishes what others must forget, and deletes here what this region must. */
  grantUse(grantee: Grantable): void {
    this.topic.grantPublish(grantee);
    this.queue.grantConsume(grantee);
  }
}
