import { Construct } from 'constructs';
import type { EncryptionKey } from '../encryption-key';
import { NotificationTopic } from '../notification-topic';
import type { Grade } from './types';

export interface AlarmTopicsProps {
  /** E-mail address that both topics write to, after it has confirmed each. */
  readonly contact: string;
  readonly encryptionKey: EncryptionKey;
  /** First part of the topics' names, where a region has more of them than its own, such as `edge`. Default: none. */
  readonly component?: string;
  /** Grades that a chat channel listens to as well. Default: none. */
  readonly chat?: readonly Grade[];
}

/** Where alarms go: pages and tickets apart, so that each can be delivered in its own way. */
export class AlarmTopics extends Construct {
  readonly page: NotificationTopic;
  readonly ticket: NotificationTopic;
  /** For what else has something to say. */
  readonly arns: Readonly<Record<Grade, string>>;

  constructor(scope: Construct, id: string, props: AlarmTopicsProps) {
    super(scope, id);
    const { contact, encryptionKey, component, chat = [] } = props;
    const topic = (grade: Grade): NotificationTopic =>
      new NotificationTopic(this, grade, {
        component: component ? `${component}-${grade}s` : `${grade}s`,
        contact,
        otherListeners: chat.includes(grade) ? 1 : 0,
        encryptionKey,
        // Events are never a page: what is broken now is an alarm.
        publishers: grade === 'ticket' ? ['alarms', 'rules'] : ['alarms'],
      });
    this.page = topic('page');
    this.ticket = topic('ticket');
    this.arns = { page: this.page.arn, ticket: this.ticket.arn };
  }
}
