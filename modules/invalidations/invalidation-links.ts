import { Construct } from 'constructs';
import { regionIn } from '../../lib/place';
import { subscribeQueue } from '../notification-topic';
import type { Invalidations } from './invalidations';

export interface InvalidationLinksProps {
  /** Of the region that writes. */
  readonly from: Invalidations;
  /** Of all others. */
  readonly to: readonly Invalidations[];
}

/**
 * Brings what one region publishes to the queues of the others, as it was published. A subscription is made where its topic is
 * (Amazon SNS Developer Guide, "Sending Amazon SNS messages to an Amazon SQS queue or AWS Lambda function in a different Region").
 * What cannot be delivered waits among the dead letters of the region that publishes, where subscriptions want it.
 */
export class InvalidationLinks extends Construct {
  constructor(scope: Construct, id: string, { from, to }: InvalidationLinksProps) {
    super(scope, id);
    for (const { region, plain } of to)
      subscribeQueue(this, region, {
        ...regionIn(this, from.region),
        topicArn: from.plain.topicArn,
        queueArn: plain.queueArn,
        deadLetterArn: from.plain.deadLetterArn,
      });
  }
}
