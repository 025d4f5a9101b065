import { setTimeout as sleep } from 'node:timers/promises';
import {
  ChangeMessageVisibilityCommand,
  DeleteMessageCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
  SQSClient,
  type Message as SqsMessage,
} from '@aws-sdk/client-sqs';
import type { Logger } from 'pino';
import type { z } from 'zod';
import { awsOptions } from '../aws/options';
import { jitter } from '../backoff';
import type { CommonConfig } from '../config';
import { mask } from '../masking';
import type { Metrics } from '../metrics/metrics';
import { requestInHand } from '../trace';
import { FinalError } from './final-error';

/** How much later than the end of a long poll an answer may come, in seconds. */
const ANSWER_SECONDS = 5;
const PAUSE_AFTER_ERROR_MS = 2_000;
/** A message whose work failed is offered again after 2, 4, 8 ... seconds, up to this. */
const RETRY_LIMIT_SECONDS = 300;
/** One fewer than the receives after which the queue itself moves a message (modules/work-queue), so that the reason goes along. */
const ATTEMPTS = 4;
const REASON_LIMIT = 500;
/** Time for messages in hand once the process is told to stop, within `STOP_LIMIT_SECONDS` of service/lifecycle.ts. */
const GRACE_MS = 20_000;

/** A queue, and how it is read. */
export interface Source {
  readonly url: string;
  /** Where messages go that no repetition would help. Default: left to the queue's own redrive policy. */
  readonly deadLetterUrl?: string;
  /** Messages in hand at a time. */
  readonly lanes: number;
  readonly visibilitySeconds: number;
  /** Length of a long poll. */
  readonly waitSeconds: number;
}

/** What every message has. */
export interface Message {
  readonly type: string;
  readonly requestId: string;
}

/** What is done with the messages of a queue. */
export interface Work<T extends Message> {
  readonly schema: z.ZodType<T>;
  /**
   * @param signal that the message is somebody else's from now on: it was given back, or could not be held
   * @throws FinalError when no repetition would help, anything else when one may
   */
  readonly handle: (message: T, log: Logger, signal: AbortSignal) => Promise<void>;
}

/**
 * Takes messages one at a time per lane, keeps each invisible to others while it is worked on, and deletes it only after
 * the work is done. A job may therefore run more than once; handlers must not mind. What can never succeed, or failed for the last time,
 * goes to the dead-letter queue with the reason; the queue's own redrive policy moves what ends its workers.
 */
export class Consumer<T extends Message> {
  private readonly client: SQSClient;
  private readonly stopping = new AbortController();
  private lanes: Promise<void>[] = [];
  /** What ends the work on the messages in hand, by receipt. */
  private readonly inHand = new Map<string, AbortController>();

  constructor(
    config: CommonConfig,
    private readonly source: Source,
    private readonly todo: Work<T>,
    private readonly log: Logger,
    /** Told of each message that was worked on. Default: nobody. */
    private readonly metrics?: Pick<Metrics, 'job'>,
  ) {
    this.client = new SQSClient(awsOptions(config, (source.waitSeconds + ANSWER_SECONDS) * 1000));
  }

  start(): void {
    this.lanes = Array.from({ length: this.source.lanes }, () => this.lane());
  }

  /**
   * Takes no further message, and resolves when those in hand are done; what is not done in time is given back, so that somebody
   * else has it at once.
   * @returns whether all were done
   */
  async stop(graceMs = GRACE_MS): Promise<boolean> {
    this.stopping.abort();
    const patience = new AbortController();
    const { signal } = patience;
    await Promise.race([
      Promise.all(this.lanes),
      sleep(graceMs, undefined, { signal }).catch(() => undefined),
    ]);
    patience.abort();
    const late = [...this.inHand];
    for (const [, hold] of late) hold.abort(new Error('given back'));
    if (late.length > 0) this.log.warn({ messages: late.length }, 'given back unfinished');
    await Promise.allSettled(late.map(([receipt]) => this.extend(receipt, 0)));
    this.client.destroy();
    return late.length === 0;
  }

  private async lane(): Promise<void> {
    while (!this.stopping.signal.aborted) {
      try {
        const received = await this.client.send(
          new ReceiveMessageCommand({
            QueueUrl: this.source.url,
            MaxNumberOfMessages: 1,
            WaitTimeSeconds: this.source.waitSeconds,
            VisibilityTimeout: this.source.visibilitySeconds,
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

  private async work(message: SqsMessage): Promise<void> {
    const receipt = message.ReceiptHandle ?? '';
    const attempt = Number(message.Attributes?.ApproximateReceiveCount ?? '1');
    const log = this.log.child({ messageId: message.MessageId, attempt });
    const job = this.todo.schema.safeParse(parseJson(message.Body ?? ''));
    if (!job.success) {
      const reason = job.error.issues
        .map(({ path, message: text }) => `${path.join('.')}: ${text}`)
        .join('; ');
      log.error({ reason }, 'message is no job');
      await this.reject(message, `no job: ${reason}`, log);
      return;
    }
    const { type, requestId, ...about } = job.data;
    const jobLog = log.child({ requestId, job: type, ...about });
    const started = performance.now();
    const hold = new AbortController();
    const heartbeat = this.heartbeat(receipt, hold, jobLog);
    hold.signal.addEventListener('abort', () => clearInterval(heartbeat));
    this.inHand.set(receipt, hold);
    try {
      await requestInHand.run(requestId, () => this.todo.handle(job.data, jobLog, hold.signal));
      clearInterval(heartbeat);
      await this.delete(receipt);
      const ms = performance.now() - started;
      this.metrics?.job(job.data.type, true, ms);
      jobLog.info({ ms: Math.round(ms) }, 'job done');
    } catch (error) {
      clearInterval(heartbeat);
      if (hold.signal.aborted) {
        jobLog.warn({ err: error }, 'job left to somebody else');
        return;
      }
      this.metrics?.job(job.data.type, false, performance.now() - started);
      if (error instanceof FinalError || attempt >= ATTEMPTS) {
        jobLog.error({ err: error }, 'job failed for good');
        await this.reject(message, String(error), jobLog);
        return;
      }
      const retrySeconds = Math.round(jitter(Math.min(2 ** attempt, RETRY_LIMIT_SECONDS)));
      jobLog.error({ err: error, retrySeconds }, 'job failed');
      await this.extend(receipt, retrySeconds).catch(() => undefined);
    } finally {
      clearInterval(heartbeat);
      this.inHand.delete(receipt);
    }
  }

  /** Keeps a message to this process. Once that has failed for as long as it was hidden, somebody else has it. */
  private heartbeat(receipt: string, hold: AbortController, log: Logger): NodeJS.Timeout {
    const hidden = this.source.visibilitySeconds * 1000;
    let since = performance.now();
    return setInterval(() => {
      const asked = performance.now();
      this.extend(receipt, this.source.visibilitySeconds).then(
        () => (since = asked),
        (error: unknown) => {
          log.warn({ err: error }, 'visibility not extended');
          if (performance.now() - since >= hidden) hold.abort(new Error('no longer hidden from others'));
        },
      );
    }, hidden / 3);
  }

  private async delete(receipt: string): Promise<void> {
    await this.client.send(new DeleteMessageCommand({ QueueUrl: this.source.url, ReceiptHandle: receipt }));
  }

  /** Puts a message where people look at it. Where that fails, it is offered again, and the redrive policy moves it in the end. */
  private async reject(message: SqsMessage, reason: string, log: Logger): Promise<void> {
    if (this.source.deadLetterUrl === undefined) return;
    try {
      await this.client.send(
        new SendMessageCommand({
          QueueUrl: this.source.deadLetterUrl,
          MessageBody: message.Body,
          MessageAttributes: {
            reason: { DataType: 'String', StringValue: mask(reason).slice(0, REASON_LIMIT) || 'unknown' },
          },
        }),
      );
      await this.delete(message.ReceiptHandle ?? '');
    } catch (error) {
      log.warn({ err: error }, 'message not moved to the dead-letter queue');
    }
  }

  private async extend(receipt: string, seconds: number): Promise<void> {
    await this.client.send(
      new ChangeMessageVisibilityCommand({
        QueueUrl: this.source.url,
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
