import type { Construct } from 'constructs';
import { DEFAULT_REGIONS } from '../../lib/limits';
import { Names } from '../../lib/naming';
import { placeOf } from '../../lib/place';

/** Topics of the environment, of whichever region. */
export interface TopicSource {
  /** Last part of the topics' name, the same in every region. */
  readonly component: string;
  /** Regions with topics that accounts may have had to opt in to. */
  readonly regions: readonly string[];
}

/** Who sends, and the conditions under which: the same for a queue and for its key. */
export interface TopicSender {
  readonly sid: string;
  readonly service: readonly string[];
  readonly conditions: Readonly<Record<string, Readonly<Record<string, string>>>>;
}

/**
 * Topics of one name in any region of the account, so that a further region changes no queue of another one. Where one of the two
 * regions is one that accounts opt in to, SNS sends as a principal of that region (Amazon SNS Developer Guide, "Sending Amazon SNS
 * messages to an Amazon SQS queue or AWS Lambda function in a different Region").
 */
export function senderOf(scope: Construct, { component, regions }: TopicSource): TopicSender {
  const { account, region } = placeOf(scope);
  const optedIn = [...new Set([region, ...regions])].filter((other) => !DEFAULT_REGIONS.includes(other));
  const name = Names.of(scope).regional('topic', component);
  return {
    // One statement for each component: a key keeps those of a name once.
    sid: `Topics${component[0]!.toUpperCase()}${component.slice(1).replace(/\W/g, '')}`,
    service: ['sns.amazonaws.com', ...optedIn.map((other) => `sns.${other}.amazonaws.com`)],
    conditions: {
      StringEquals: { 'aws:SourceAccount': account },
      ArnLike: { 'aws:SourceArn': `arn:aws:sns:*:${account}:${name}` },
    },
  };
}
