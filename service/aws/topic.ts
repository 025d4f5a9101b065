import { PublishCommand, SNSClient } from '@aws-sdk/client-sns';
import type { CommonConfig } from '../config';
import { awsOptions } from './options';

/** A topic whose subscribers choose by the type of a message. */
export class Topic {
  private readonly client: SNSClient;

  constructor(
    config: CommonConfig,
    private readonly arn: string,
  ) {
    this.client = new SNSClient(awsOptions(config));
  }

  /** @throws the topic's error */
  async publish(message: { readonly type: string }): Promise<void> {
    await this.client.send(
      new PublishCommand({
        TopicArn: this.arn,
        Message: JSON.stringify(message),
        MessageAttributes: { type: { DataType: 'String', StringValue: message.type } },
      }),
    );
  }

  close(): void {
    this.client.destroy();
  }
}
