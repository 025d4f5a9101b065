import { SnsTopicSubscription } from '@cdktf/provider-aws/lib/sns-topic-subscription';
import type { Construct } from 'constructs';

export interface QueueSubscriptionProps {
  readonly topicArn: string;
  readonly queueArn: string;
  /** Where messages wait that cannot be delivered. */
  readonly deadLetterArn: string;
  /** Values of the attribute `type` of messages that the queue takes. Default: it takes all. */
  readonly types?: readonly string[];
  /** Of the topic, where it is not the stack's: a subscription is made where its topic is. */
  readonly region?: string;
}

/** Messages of a topic reach a queue as they were published. */
export function subscribeQueue(scope: Construct, id: string, props: QueueSubscriptionProps): void {
  const { topicArn, queueArn, deadLetterArn, types, region } = props;
  new SnsTopicSubscription(scope, id, {
    ...(region === undefined ? {} : { region }),
    topicArn,
    protocol: 'sqs',
    endpoint: queueArn,
    rawMessageDelivery: true,
    ...(types
      ? { filterPolicy: JSON.stringify({ type: types }), filterPolicyScope: 'MessageAttributes' }
      : {}),
    redrivePolicy: JSON.stringify({ deadLetterTargetArn: deadLetterArn }),
  });
}
