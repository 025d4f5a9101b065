import { KmsKey } from '@cdktf/provider-aws/lib/kms-key';
import { SnsTopic } from '@cdktf/provider-aws/lib/sns-topic';
import { SnsTopicPolicy } from '@cdktf/provider-aws/lib/sns-topic-policy';
import { SnsTopicSubscription } from '@cdktf/provider-aws/lib/sns-topic-subscription';
import { Construct } from 'constructs';
import { Names } from '../../lib/naming';
import { placeOf, type Place } from '../../lib/place';
import type { Grade } from './types';

export interface TopicsProps {
  /** E-mail address that both topics write to, after it has confirmed each. */
  readonly contact: string;
}

/**
 * Where alarms go: pages and tickets apart, so that each can be delivered in its own way. Encrypted with a key of their
 * own, because CloudWatch may not use the one that AWS manages for SNS (Amazon SNS Developer Guide, "Managing Amazon SNS
 * encryption keys and costs") and its policy cannot be changed: alarms would go off and nobody would hear of it.
 */
export class Topics extends Construct {
  readonly arns: Readonly<Record<Grade, string>>;

  constructor(scope: Construct, id: string, props: TopicsProps) {
    super(scope, id);
    const place = placeOf(this);
    const key = new KmsKey(this, 'key', {
      description: 'Messages of alarms',
      enableKeyRotation: true,
      deletionWindowInDays: 30,
      policy: keyPolicy(place),
    });
    const topic = (grade: Grade): string => {
      const { arn } = new SnsTopic(this, grade, {
        name: Names.of(this).regional('topic', `${grade}s`),
        kmsMasterKeyId: key.arn,
      });
      new SnsTopicPolicy(this, `${grade}-policy`, { arn, policy: topicPolicy(arn, place) });
      new SnsTopicSubscription(this, `${grade}-email`, {
        topicArn: arn,
        protocol: 'email',
        endpoint: props.contact,
      });
      return arn;
    };
    this.arns = { page: topic('page'), ticket: topic('ticket') };
  }
}

/** Alarms of this account and region only. */
function fromAlarms({ account, region }: Place): object {
  return {
    StringEquals: { 'aws:SourceAccount': account },
    ArnLike: { 'aws:SourceArn': `arn:aws:cloudwatch:${region}:${account}:alarm:*` },
  };
}

const CLOUDWATCH = { Service: 'cloudwatch.amazonaws.com' };

function keyPolicy(place: Place): string {
  return JSON.stringify({
    Version: '2012-10-17',
    Statement: [
      {
        Sid: 'Account',
        Effect: 'Allow',
        Principal: { AWS: `arn:aws:iam::${place.account}:root` },
        Action: 'kms:*',
        Resource: '*',
      },
      {
        Sid: 'Alarms',
        Effect: 'Allow',
        Principal: CLOUDWATCH,
        Action: ['kms:Decrypt', 'kms:GenerateDataKey*'],
        Resource: '*',
        Condition: fromAlarms(place),
      },
    ],
  });
}

function topicPolicy(arn: string, place: Place): string {
  return JSON.stringify({
    Version: '2012-10-17',
    Statement: [
      {
        Sid: 'Alarms',
        Effect: 'Allow',
        Principal: CLOUDWATCH,
        Action: 'sns:Publish',
        Resource: arn,
        Condition: fromAlarms(place),
      },
      {
        Sid: 'DenyWithoutTls',
        Effect: 'Deny',
        Principal: '*',
        Action: 'sns:Publish',
        Resource: arn,
        Condition: { Bool: { 'aws:SecureTransport': 'false' } },
      },
    ],
  });
}
