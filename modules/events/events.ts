import { Construct } from 'constructs';
import type { Grantable } from '../../lib/grants';
import type { EncryptionKey } from '../encryption-key';
import { NotificationTopic, subscribeQueue } from '../notification-topic';
import type { WorkQueue } from '../work-queue';

/** Last part of the topic's name, which queues that take from it let in. */
export const EVENTS_TOPIC = 'events';

/** A queue, and the types of events that it takes. */
export interface Taker {
  readonly queue: WorkQueue;
  readonly types: readonly string[];
}

export interface EventsProps {
  /** Under which the topic is; its queues have it from their own. */
  readonly encryptionKey: EncryptionKey;
  /** By a name of each; the queues let the topic in by `topics`. */
  readonly takers: Readonly<Record<string, Taker>>;
}

/**
 * What happened, for several queues to take, each what it asks for: who publishes an event need not know who takes it. An event
 * arrives as it was published; one that cannot be delivered waits among the dead letters of the queue that it was for.
 */
export class Events extends Construct {
  readonly topicArn: string;
  private readonly topic: NotificationTopic;

  constructor(scope: Construct, id: string, { encryptionKey, takers }: EventsProps) {
    super(scope, id);
    this.topic = new NotificationTopic(this, 'topic', {
      component: EVENTS_TOPIC,
      encryptionKey,
      publishers: [],
    });
    this.topicArn = this.topic.arn;
    for (const [name, { queue, types }] of Object.entries(takers))
      subscribeQueue(this, name, {
        topicArn: this.topicArn,
        queueArn: queue.arn,
        deadLetterArn: queue.deadLetterArn,
        types,
      });
  }

  /** Publishes events of every type. */
  grantPublish(grantee: Grantable): void {
    this.topic.grantPublish(grantee);
  }
}
