import {
  CreateQueueCommand,
  GetQueueAttributesCommand,
  SetQueueAttributesCommand,
} from '@aws-sdk/client-sqs';
import { resourcesOfType } from '../../topology';
import type { AwsClients } from '../aws/clients';
import { Arguments, type TwinContext } from '../context';

/** Arguments of aws_sqs_queue and the attributes of the API that they set. */
const ATTRIBUTES = {
  visibility_timeout_seconds: 'VisibilityTimeout',
  message_retention_seconds: 'MessageRetentionPeriod',
  receive_wait_time_seconds: 'ReceiveMessageWaitTimeSeconds',
  delay_seconds: 'DelaySeconds',
  max_message_size: 'MaximumMessageSize',
  fifo_queue: 'FifoQueue',
  content_based_deduplication: 'ContentBasedDeduplication',
} as const;

/** Creates every queue, then their redrive policies, whose ARNs exist only by then. */
export async function createQueues(context: TwinContext, { sqs }: AwsClients): Promise<string[]> {
  const queues = resourcesOfType(context.graph, 'aws_sqs_queue');
  const urls = await Promise.all(
    queues.map(async (queue) => {
      const given = new Arguments(context, queue);
      const name = given.text('name');
      const attributes = Object.fromEntries(
        Object.entries(ATTRIBUTES).flatMap(([argument, attribute]) => {
          const value = given.optionalText(argument);
          return value === undefined || value === 'false' ? [] : [[attribute, value]];
        }),
      );
      const { QueueUrl: url } = await sqs.send(
        new CreateQueueCommand({ QueueName: name, Attributes: attributes }),
      );
      if (!url) throw new Error(`${queue.globalAddress}: the emulator gave no URL`);
      const { Attributes: made } = await sqs.send(
        new GetQueueAttributesCommand({ QueueUrl: url, AttributeNames: ['QueueArn'] }),
      );
      context.book.set(queue, { url, id: url, name, arn: made?.QueueArn ?? '' });
      return url;
    }),
  );
  await Promise.all(
    queues.map(async (queue, index) => {
      const policy = new Arguments(context, queue).optionalText('redrive_policy');
      if (policy === undefined) return;
      await sqs.send(
        new SetQueueAttributesCommand({ QueueUrl: urls[index], Attributes: { RedrivePolicy: policy } }),
      );
    }),
  );
  return urls;
}
