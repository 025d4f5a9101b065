import { setTimeout as sleep } from 'node:timers/promises';
import {
  ChangeMessageVisibilityBatchCommand,
  DeleteMessageCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
  type Message,
  type SQSClient,
} from '@aws-sdk/client-sqs';

/** Amazon SQS API Reference, "ReceiveMessage": at most 10 at a time. */
const BATCH = 10;
/** Messages in hand before anything is done with them. */
const CHUNK = 50;

export interface DeadLetter {
  readonly id: string;
  /** When it was put there by a worker, or sent in the first place where the queue itself moved it. */
  readonly sentAt: Date;
  /** What the worker gave as the reason; none where the queue's redrive policy moved it, as its workers died of it. */
  readonly reason: string | undefined;
  /** Type of the job, where the body is one. */
  readonly type: string | undefined;
  readonly body: string;
  readonly receipt: string;
}

/** Which of them; without members, all. */
export interface Choice {
  readonly ids?: readonly string[];
  readonly type?: string;
  /** A part of the reason. */
  readonly reason?: string;
}

export const isChosen = ({ id, type, reason }: DeadLetter, choice: Choice): boolean =>
  (choice.ids === undefined || choice.ids.includes(id)) &&
  (choice.type === undefined || choice.type === type) &&
  (choice.reason === undefined || (reason ?? '').includes(choice.reason));

function read(message: Message): DeadLetter {
  const body = message.Body ?? '';
  return {
    id: message.MessageId ?? '',
    sentAt: new Date(Number(message.Attributes?.SentTimestamp ?? 0)),
    reason: message.MessageAttributes?.['reason']?.StringValue,
    type: /"type":"([a-z-]+)"/.exec(body)?.[1],
    body,
    receipt: message.ReceiptHandle ?? '',
  };
}

/**
 * Goes through a dead-letter queue once. SQS gives no list: messages are received, and what is left where it was is given back in the end,
 * until when nobody else sees it. What arrives after the beginning, such as a job that has failed again, is left alone.
 * @param handle true for what is no longer to be there
 * @returns how many were looked at, and how many are gone
 */
export async function walk(
  client: SQSClient,
  url: string,
  handle: (letter: DeadLetter) => Promise<boolean>,
  { visibilitySeconds = 300, now = Date.now() }: { visibilitySeconds?: number; now?: number } = {},
): Promise<{ readonly seen: number; readonly gone: number }> {
  const kept = new Map<string, DeadLetter>();
  const seen = new Set<string>();
  let gone = 0;
  try {
    for (;;) {
      const chunk = (await take(client, url, visibilitySeconds)).filter(({ id }) => !seen.has(id));
      if (chunk.length === 0) return { seen: seen.size, gone };
      for (const letter of chunk) kept.set(letter.id, letter);
      for (const letter of chunk) {
        seen.add(letter.id);
        if (letter.sentAt.getTime() > now || !(await handle(letter))) continue;
        await client.send(new DeleteMessageCommand({ QueueUrl: url, ReceiptHandle: letter.receipt }));
        kept.delete(letter.id);
        gone += 1;
      }
    }
  } finally {
    await giveBack(client, url, [...kept.values()]);
  }
}

/** Sends the chosen ones to the queue that they came from, at most so many a second. A job may be done twice; workers do not mind. */
export async function redrive(
  client: SQSClient,
  urls: { readonly from: string; readonly to: string },
  choice: Choice,
  perSecond: number,
): Promise<{ readonly seen: number; readonly gone: number }> {
  // Slow enough that a chunk is done before it shows again: it is gone through once.
  const visibilitySeconds = Math.ceil(120 + CHUNK / perSecond);
  return walk(
    client,
    urls.from,
    async (letter) => {
      if (!isChosen(letter, choice)) return false;
      await client.send(new SendMessageCommand({ QueueUrl: urls.to, MessageBody: letter.body }));
      await sleep(1000 / perSecond);
      return true;
    },
    { visibilitySeconds },
  );
}

async function take(client: SQSClient, url: string, visibilitySeconds: number): Promise<DeadLetter[]> {
  const letters: DeadLetter[] = [];
  while (letters.length < CHUNK) {
    const { Messages = [] } = await client.send(
      new ReceiveMessageCommand({
        QueueUrl: url,
        MaxNumberOfMessages: BATCH,
        VisibilityTimeout: visibilitySeconds,
        // A long poll asks all of the queue's servers; a short one may find nothing on some of them.
        WaitTimeSeconds: 1,
        MessageSystemAttributeNames: ['SentTimestamp'],
        MessageAttributeNames: ['reason'],
      }),
    );
    if (Messages.length === 0) break;
    letters.push(...Messages.map(read));
  }
  return letters;
}

async function giveBack(client: SQSClient, url: string, letters: readonly DeadLetter[]): Promise<void> {
  for (let from = 0; from < letters.length; from += BATCH) {
    await client.send(
      new ChangeMessageVisibilityBatchCommand({
        QueueUrl: url,
        Entries: letters
          .slice(from, from + BATCH)
          .map(({ receipt }, n) => ({ Id: String(n), ReceiptHandle: receipt, VisibilityTimeout: 0 })),
      }),
    );
  }
}
