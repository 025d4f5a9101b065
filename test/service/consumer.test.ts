import {
  CreateQueueCommand,
  DeleteQueueCommand,
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
} from '@aws-sdk/client-sqs';
import { pino } from 'pino';
import { z } from 'zod';
import { Consumer, type Work } from '../../service/jobs/consumer';
import { FinalError } from '../../service/jobs/final-error';
import { Metrics } from '../../service/metrics/metrics';
import { awsClients, REGION, type AwsClients } from '../support/aws-resources';
import { Ministack } from '../support/ministack';
import { waitFor } from '../support/wait';

const log = pino({ level: 'silent' });
const schema = z.object({ type: z.literal('slow'), requestId: z.string() });
const BODY = JSON.stringify({ type: 'slow', requestId: 'test' });

let ministack: Ministack;
let aws: AwsClients;
let queueUrl: string;
let deadLetterUrl: string;
let queues = 0;
beforeAll(async () => {
  ministack = await Ministack.start();
  aws = awsClients(ministack.endpoint);
  Object.assign(process.env, ministack.environment);
}, 60_000);
afterAll(() => ministack.stop(), 30_000);
// Of its own for each test: the emulator goes on with a poll for a while whose caller has gone.
beforeEach(async () => {
  const make = async () => {
    const made = await aws.sqs.send(new CreateQueueCommand({ QueueName: `queue-${(queues += 1)}` }));
    return made.QueueUrl ?? '';
  };
  [queueUrl, deadLetterUrl] = [await make(), await make()];
});

function consumerOf(
  handle: Work<z.infer<typeof schema>>['handle'],
  visibilitySeconds = 600,
): Consumer<z.infer<typeof schema>> {
  return new Consumer(
    {
      TIERS_ENVIRONMENT: 'test',
      AWS_REGION: REGION,
      AWS_ENDPOINT_URL: ministack.endpoint,
      INSTANCE_ID: 'i-test',
      LOG_LEVEL: 'silent',
    },
    {
      url: queueUrl,
      deadLetterUrl,
      lanes: 2,
      visibilitySeconds,
      waitSeconds: 1,
    },
    { schema, handle },
    log,
    new Metrics({ intervalSeconds: 10 }, log),
  );
}
const send = () => aws.sqs.send(new SendMessageCommand({ QueueUrl: queueUrl, MessageBody: BODY }));
/** Messages that wait, and that are in hand. */
const depth = async (QueueUrl = queueUrl) => {
  const { Attributes: a } = await aws.sqs.send(
    new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['All'] }),
  );
  return [Number(a?.ApproximateNumberOfMessages), Number(a?.ApproximateNumberOfMessagesNotVisible)];
};

describe('a worker that is told to stop', () => {
  /** A consumer with one message in hand. */
  async function busy(visibilitySeconds = 600): Promise<{
    consumer: Consumer<z.infer<typeof schema>>;
    release: () => void;
    /** Whether the work was told that the message is somebody else's. */
    told: () => boolean;
  }> {
    let release = (): void => undefined;
    let hold: AbortSignal | undefined;
    const held = new Promise<void>((done) => (release = done));
    const consumer = consumerOf(async (_message, _log, signal) => {
      hold = signal;
      await held;
      signal.throwIfAborted();
    }, visibilitySeconds);
    consumer.start();
    await send();
    await waitFor('the message to be in hand', async () => (await depth())[1]! >= 1);
    return { consumer, release, told: () => hold?.aborted === true };
  }

  test('gives back what it cannot finish, for somebody else to have at once', async () => {
    const { consumer, release, told } = await busy();
    expect(told()).toBe(false);
    expect(await consumer.stop(100)).toBe(false);
    expect(told()).toBe(true);
    expect(await depth()).toEqual([1, 0]);
    release();
  });

  test('finishes what it can', async () => {
    const { consumer, release } = await busy();
    const stopped = consumer.stop(60_000);
    release();
    expect(await stopped).toBe(true);
  });

  test('is told when a message could no longer be kept from others', async () => {
    const { consumer, release, told } = await busy(2);
    await aws.sqs.send(new DeleteQueueCommand({ QueueUrl: queueUrl }));
    await waitFor('the word of it', told, 30_000);
    release();
    await consumer.stop(100);
  }, 60_000);
});

describe('a job that fails', () => {
  /** Runs a job that fails until the condition holds. */
  async function failing(error: Error, until: (tries: number) => Promise<boolean>): Promise<number> {
    let tries = 0;
    const consumer = consumerOf(async () => {
      tries += 1;
      throw error;
    });
    consumer.start();
    try {
      await waitFor('what becomes of it', () => until(tries), 30_000);
    } finally {
      await consumer.stop();
    }
    return tries;
  }
  const buried = async () => (await depth(deadLetterUrl))[0] === 1;

  test('for good is put to the dead letters at once, with its reason and nothing secret in it', async () => {
    await send();
    const error = new FinalError('no picture at postgres://service:hunter2@db.internal/app');
    expect(await failing(error, buried)).toBe(1);
    const { Messages = [] } = await aws.sqs.send(
      new ReceiveMessageCommand({ QueueUrl: deadLetterUrl, MessageAttributeNames: ['reason'] }),
    );
    expect(Messages[0]?.Body).toBe(BODY);
    const reason = Messages[0]?.MessageAttributes?.['reason']?.StringValue;
    expect(reason).toContain('no picture at');
    expect(reason).not.toContain('hunter2');
    expect(await depth()).toEqual([0, 0]);
  }, 60_000);

  test('once is put off and kept', async () => {
    await send();
    expect(await failing(new Error('away'), async (tries) => tries === 1 && (await depth())[1] === 1)).toBe(
      1,
    );
    expect(await buried()).toBe(false);
  }, 60_000);

  test('each time is put to the dead letters after the fourth time', async () => {
    await send();
    // Three receives by somebody who died of them.
    for (let n = 0; n < 3; n += 1)
      await waitFor('the message', async () => {
        const { Messages = [] } = await aws.sqs.send(
          new ReceiveMessageCommand({ QueueUrl: queueUrl, VisibilityTimeout: 0 }),
        );
        return Messages.length === 1;
      });
    expect(await failing(new Error('away'), buried)).toBe(1);
  }, 60_000);
});
