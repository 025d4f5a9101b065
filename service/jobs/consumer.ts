import { setTimeout as sleep } from 'node:timers/promises';
import {
  ChangeMessageVisibilityCommand,
  DeleteMessageCommand,
  ReceiveMessageCommand,
  SQSClient,
  type Message,
} from '@aws-sdk/client-sqs';
import type { Logger } from 'pino';
import { awsOptions } from '../aws/options';
import { jitter } from '../backoff';
import type { WorkerConfig } from '../config';
import type { Metrics } from '../metrics/metrics';
import { jobSchema, type Job } from './job';

/** How much later than the end of a long poll an answer may come, in seconds. */
const ANSWER_SECONDS = 5;
const PAUSE_AFTER_ERROR_MS = 2_000;
/** A message whose work failed is offered again after 2, 4, 8 ... seconds, up to this. */
const RETRY_LIMIT_SECONDS = 300;

export type Handler = (job: Job, log: Logger) => Promise<void>;

/**
 * Takes messages one at a time per lane, keeps each invisible to others while it is worked on, and deletes it only after
 * the work is done. A job may therefore run more than once; handlers must not mind. What fails again and again is moved
 * to the dead-letter queue by the queue's own redrive policy.
 */
export class Consumer {
  private readonly client: SQSClient;
  private readonly stopping = new AbortController();
  private lanes: Promise<void>[] = [];

  constructor(
    private readonly config: WorkerConfig,
    private readonly handle: Handler,
    private readonly log: Logger,
    private readonly metrics: Metrics,
  ) {
    this.client = new SQSClient(awsOptions(config, (config.QUEUE_WAIT_SECONDS + ANSWER_SECONDS) * 1000));
  }

  start(): void {
    this.lanes = Array.from({ length: this.config.WORKER_CONCURRENCY }, () => this.lane());
  }

  /** Takes no further message and resolves when those in hand are done. */
  async stop(): Promise<void> {
    this.stopping.abort();
    await Promise.all(this.lanes);
    this.client.destroy();
  }

  private async lane(): Promise<void> {
    while (!this.stopping.signal.aborted) {
      try {
        const received = await this.client.send(
          new ReceiveMessageCommand({
            QueueUrl: this.config.QUEUE_URL,
            MaxNumberOfMessages: 1,
            WaitTimeSeconds: this.config.QUEUE_WAIT_SECONDS,
            VisibilityTimeout: this.config.VISIBILITY_SECONDS,
            MessageSystemAttributeNames: ['ApproximateReceiveCount'],
          }),
          { abortSignal: this.stopping.signal },
        );
        for (const message of received.Messages ?? []) await this.work(message);
      } catch (error) {
        if (this.stopping.signal.aborted) return;
        this.log.warn({ err: error }, 'queue does not answer');
        await sleep(jitter(PAUSE_AFTER_ERROR_MS), undefined, { signal: this.stopping.signal }).catch(
          () => undefined,
        );
      }
    }
  }

  private async work(message: Message): Promise<void> {
    const receipt = message.ReceiptHandle ?? '';
    const attempt = Number(message.Attributes?.ApproximateReceiveCount ?? '1');
    const log = this.log.child({ messageId: message.MessageId, attempt });
    const job = jobSchema.safeParse(parseJson(message.Body ?? ''));
    if (!job.success) {
      log.error({ issues: job.error.issues }, 'message is no job; left for the dead-letter queue');
      return;
    }
    const jobLog = log.child({
      requestId: job.data.requestId,
      job: job.data.type,
      pictureId: job.data.pictureId,
    });
    const started = performance.now();
    const heartbeat = setInterval(
      () => {
        this.extend(receipt, this.config.VISIBILITY_SECONDS).catch((error: unknown) =>
          jobLog.warn({ err: error }, 'visibility not extended'),
        );
      },
      (this.config.VISIBILITY_SECONDS * 1000) / 3,
    );
    try {
      await this.handle(job.data, jobLog);
      clearInterval(heartbeat);
      await this.client.send(
        new DeleteMessageCommand({ QueueUrl: this.config.QUEUE_URL, ReceiptHandle: receipt }),
      );
      const ms = performance.now() - started;
      this.metrics.job(job.data.type, true, ms);
      jobLog.info({ ms: Math.round(ms) }, 'job done');
    } catch (error) {
      clearInterval(heartbeat);
      this.metrics.job(job.data.type, false, performance.now() - started);
      const retrySeconds = Math.round(jitter(Math.min(2 ** attempt, RETRY_LIMIT_SECONDS)));
      jobLog.error({ err: error, retrySeconds }, 'job failed');
      await this.extend(receipt, retrySeconds).catch(() => undefined);
    } finally {
      clearInterval(heartbeat);
    }
  }

  private async extend(receipt: string, seconds: number): Promise<void> {
    await this.client.send(
      new ChangeMessageVisibilityCommand({
        QueueUrl: this.config.QUEUE_URL,
        ReceiptHandle: receipt,
        VisibilityTimeout: Math.ceil(seconds),
      }),
    );
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
