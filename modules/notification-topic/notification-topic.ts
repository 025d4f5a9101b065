import { SnsTopic } from '@cdktf/provider-aws/lib/sns-topic';
import { SnsTopicPolicy } from '@cdktf/provider-aws/lib/sns-topic-policy';
import { SnsTopicSubscription } from '@cdktf/provider-aws/lib/sns-topic-subscription';
import { Construct } from 'constructs';
import type { Grantable } from '../../lib/grants';
import { Names } from '../../lib/naming';
import { placeOf } from '../../lib/place';
import type { EncryptionKey } from '../encryption-key';
import { sourceOf, topicPolicy, type Publisher } from './publishers';

export interface NotificationTopicProps {
  /** What the messages are, such as `pages`; last part of the topic's name, unique in the environment and region. */
  readonly component: string;
  /**
   * A key of the account, because services may not use the one that AWS manages for SNS (Amazon SNS Developer Guide,
   * "Managing Amazon SNS encryption keys and costs"), and its policy cannot be changed: nobody would hear anything.
   */
  readonly encryptionKey: EncryptionKey;
  /** Services that publish by themselves, once each. */
  readonly publishers: readonly Publisher[];
  /** E-mail address that gets every message, after it has confirmed. Default: none. */
  readonly contact?: string;
  /** Subscriptions that others make, such as a chat channel. Default: 0. */
  readonly otherListeners?: number;
}

/** An encrypted topic that people listen to, and that exactly the named services publish to. */
export class NotificationTopic extends Construct {
  readonly arn: string;
  readonly topicName: string;
  /** The name as text, for other stacks. */
  readonly plainName: string;
  readonly component: string;
  /** Subscriptions that every message has to reach. */
  readonly listeners: number;
  private readonly key: EncryptionKey;

  constructor(scope: Construct, id: string, props: NotificationTopicProps) {
    super(scope, id);
    const { component, encryptionKey, publishers, contact, otherListeners = 0 } = props;
    this.component = component;
    this.key = encryptionKey;
    const sources = publishers.map((publisher) => sourceOf(publisher, placeOf(this)));
    for (const source of sources) encryptionKey.allowPublisher(source);
    this.plainName = Names.of(this).regional('topic', component);
    const topic = new SnsTopic(this, 'topic', {
      name: this.plainName,
      kmsMasterKeyId: encryptionKey.arn,
    });
    new SnsTopicPolicy(this, 'policy', { arn: topic.arn, policy: topicPolicy(topic.arn, sources) });
    if (contact) {
      new SnsTopicSubscription(this, 'email', { topicArn: topic.arn, protocol: 'email', endpoint: contact });
    }
    this.listeners = (contact ? 1 : 0) + otherListeners;
    this.arn = topic.arn;
    this.topicName = topic.name;
  }

  /** Lets a role of this account publish: of a schedule, a workflow or a function. */
  grantPublish(grantee: Grantable): void {
    grantee.grant(`publish-${this.component}`, [
      { actions: ['sns:Publish'], resources: [this.arn] },
      this.key.statement('sns', 'both'),
    ]);
  }
}
