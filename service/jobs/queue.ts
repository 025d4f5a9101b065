import { GetQueueAttributesCommand, SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { awsOptions } from '../aws/options';
import type { CommonConfig } from '../config';
import type { Job } from './job';

/** Where slow work goes. */
export interface Jobs {
  /** Whether there is a queue, which other machines take the work from. */
  readonly present: boolean;
  /** Resolves once the job will be done: it is in the queue, or in the hands of this process. */
  send(job: Job): Promise<void>;
  /** @throws the queue's error, for the readiness report */
  ping(): Promise<void>;
  /** Takes no further job; what this process has in hand is finished. */
  close(): Promise<void>;
}

/** The producing side of the work queue. */
export class JobQueue implements Jobs {
  readonly present = true;
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

  async ping(): Promise<void> {
    await this.client.send(
      new GetQueueAttributesCommand({ QueueUrl: this.url, AttributeNames: ['QueueArn'] }),
    );
  }

  close(): Promise<void> {
    this.client.destroy();
    return Promise.resolve();
  }
}
