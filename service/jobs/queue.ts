import { GetQueueAttributesCommand, SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { awsOptions } from '../aws/options';
import type { CommonConfig } from '../config';
import type { Job } from './job';

/** The producing side of the work queue. */
export class JobQueue {
  private readonly client: SQSClient;

  constructor(
    config: CommonConfig,
    private readonly url: string,
  ) {
    this.client = new SQSClient(awsOptions(config));
  }

  async send(job: Job): Promise<void> {
    await this.client.send(new SendMessageCommand({ QueueUrl: this.url, MessageBody: JSON.stringify(job) }));
  }

  /** @throws the queue's error, for the readiness report */
  async ping(): Promise<void> {
    await this.client.send(
      new GetQueueAttributesCommand({ QueueUrl: this.url, AttributeNames: ['QueueArn'] }),
    );
  }

  close(): void {
    this.client.destroy();
  }
}
