import { CreateTopicCommand, SubscribeCommand } from '@aws-sdk/client-sns';
import { resourcesOfType, resourceWith } from '../../topology';
import type { AwsClients } from '../aws/clients';
import { Arguments, type TwinContext } from '../context';

/** Creates the topics that queues take from, once the queues are there, and what the queues take. */
export async function createTopics(context: TwinContext, { sns }: AwsClients): Promise<void> {
  for (const subscription of resourcesOfType(context.graph, 'aws_sns_topic_subscription')) {
    const given = new Arguments(context, subscription);
    if (given.text('protocol') !== 'sqs') continue;
    const arn = given.text('topic_arn');
    const topic = resourceWith(context.graph, 'aws_sns_topic', 'arn', arn, subscription);
    // Another region's, of which there is no topic here.
    if (!topic) continue;
    const name = new Arguments(context, topic).text('name');
    const { TopicArn: made = '' } = await sns.send(new CreateTopicCommand({ Name: name }));
    context.book.set(topic, { arn: made, id: made, name });
    await sns.send(
      new SubscribeCommand({
        TopicArn: made,
        Protocol: 'sqs',
        Endpoint: given.text('endpoint'),
        Attributes: {
          RawMessageDelivery: given.optionalText('raw_message_delivery') ?? 'false',
          ...optional('FilterPolicy', given.optionalText('filter_policy')),
          ...optional('FilterPolicyScope', given.optionalText('filter_policy_scope')),
        },
      }),
    );
  }
}

const optional = (name: string, value: string | undefined): Record<string, string> =>
  value === undefined ? {} : { [name]: value };
