import { GetObjectCommand, ListObjectsV2Command } from '@aws-sdk/client-s3';
import { GetQueueAttributesCommand, ReceiveMessageCommand, SendMessageCommand } from '@aws-sdk/client-sqs';
import { setTimeout as sleep } from 'node:timers/promises';
import sharp from 'sharp';
import { Bench, type RunningApi } from '../support/bench';
import { hold } from '../support/lock';
import type { TestProcess } from '../support/process';
import { Visitor } from '../support/visitor';
import { waitFor } from '../support/wait';

let bench: Bench;
let api: RunningApi;
let visitor: Visitor;
beforeAll(async () => {
  bench = await Bench.start();
  api = await bench.api();
  visitor = await new Visitor(api.url).signUp();
  // The event of the sign-up is a job as well.
  const first = await bench.worker();
  await waitFor('the event of the sign-up', () => first.text().includes('"job done"'));
  await first.stop();
  await sleep(1_200);
}, 120_000);
afterAll(() => bench.stop(), 60_000);

let worker: TestProcess | undefined;
afterEach(async () => {
  await worker?.stop('SIGKILL');
  // The emulator goes on polling for a caller that is gone, and would hand it the next test's message.
  await sleep(1_200);
});

async function uploaded(): Promise<string> {
  const image = sharp({ create: { width: 500, height: 500, channels: 3, background: 'teal' } });
  const file = await image.jpeg().toBuffer();
  const made = await visitor.call('POST', '/v1/pictures', { contentType: 'image/jpeg', bytes: file.length });
  const target = made.body['upload'] as { url: string; headers: Record<string, string> };
  const put = await fetch(target.url, { method: 'PUT', headers: target.headers, body: new Uint8Array(file) });
  expect(put.status).toBe(200);
  return (made.body['picture'] as { id: string }).id;
}

/** As completing an upload does, but without its event, which would be one message more. */
async function complete(id: string): Promise<void> {
  await bench.cluster.primary.query("UPDATE pictures SET status = 'processing' WHERE id = $1", [id]);
  await sendRaw(JSON.stringify({ type: 'thumbnail', pictureId: id, requestId: 'completed' }));
}
const status = async (id: string): Promise<string> => {
  const answer = await visitor.call('GET', `/v1/pictures/${id}`);
  return (answer.body['picture'] as { status: string }).status;
};
const ready = (id: string) => waitFor(`picture ${id}`, async () => (await status(id)) === 'ready', 30_000);
const sendRaw = (body: string) =>
  bench.aws.sqs.send(new SendMessageCommand({ QueueUrl: bench.resources.queueUrl, MessageBody: body }));
const depth = async (): Promise<{ visible: number; inFlight: number }> => {
  const { Attributes: a } = await bench.aws.sqs.send(
    new GetQueueAttributesCommand({ QueueUrl: bench.resources.queueUrl, AttributeNames: ['All'] }),
  );
  return {
    visible: Number(a?.ApproximateNumberOfMessages),
    inFlight: Number(a?.ApproximateNumberOfMessagesNotVisible),
  };
};
const empty = () =>
  waitFor('an empty queue', async () => {
    const { visible, inFlight } = await depth();
    return visible + inFlight === 0;
  });
/** Keeps the job of one picture from ending: its row can be read, but not changed. */
const holdPicture = (id: string) =>
  hold(bench.cluster.primary, 'SELECT 1 FROM pictures WHERE id = $1 FOR UPDATE', [id]);
const thumbnailTag = async (id: string): Promise<string | undefined> =>
  (await bench.aws.s3.send(new GetObjectCommand({ Bucket: bench.resources.bucket, Key: `media/${id}.webp` })))
    .ETag;

describe('the worker', () => {
  test('does a job that was delivered twice more, with the same result, and empties the queue', async () => {
    const id = await uploaded();
    worker = await bench.worker();
    await complete(id);
    await ready(id);
    const first = await thumbnailTag(id);
    const body = JSON.stringify({ type: 'thumbnail', pictureId: id, requestId: 'again' });
    await sendRaw(body);
    await sendRaw(body);
    await waitFor(
      'both repetitions',
      () => (worker?.text().split('thumbnail was made before').length ?? 0) === 3,
    );
    await empty();
    expect(await thumbnailTag(id)).toBe(first);
    expect(await status(id)).toBe('ready');
  }, 60_000);

  test('killed with a message in hand loses nothing: another one does the work', async () => {
    const id = await uploaded();
    await complete(id);
    const release = await holdPicture(id);
    worker = await bench.worker({ VISIBILITY_SECONDS: '2', WORKER_CONCURRENCY: '1' });
    await waitFor('the message to be in hand', async () => (await depth()).inFlight === 1);
    await worker.stop('SIGKILL');
    await release();
    expect(await status(id)).toBe('processing');
    const { visible, inFlight } = await depth();
    expect(visible + inFlight).toBe(1);
    worker = await bench.worker();
    await ready(id);
    await empty();
  }, 60_000);

  test('keeps a long job to itself for longer than the visibility timeout', async () => {
    const id = await uploaded();
    await complete(id);
    const release = await holdPicture(id);
    worker = await bench.worker({ VISIBILITY_SECONDS: '2', WORKER_CONCURRENCY: '1' });
    await waitFor('the message to be in hand', async () => (await depth()).inFlight === 1);
    for (let n = 0; n < 7; n += 1) {
      await sleep(500);
      expect((await depth()).visible).toBe(0);
    }
    await release();
    await ready(id);
    await empty();
    await waitFor('the log line', () => worker?.text().includes('"attempt":1'));
    expect(worker.text()).not.toContain('"attempt":2');
  }, 60_000);

  test('told to stop finishes the job in hand and takes no other', async () => {
    const [first, second] = [await uploaded(), await uploaded()];
    await complete(first);
    const release = await holdPicture(first);
    worker = await bench.worker({ WORKER_CONCURRENCY: '1' });
    await waitFor('the message to be in hand', async () => (await depth()).inFlight === 1);
    worker.signal('SIGTERM');
    await waitFor('the signal to be seen', () => worker?.text().includes('"stopping"'));
    await complete(second);
    await release();
    expect(await worker.exited()).toBe(0);
    expect(await status(first)).toBe('ready');
    expect(await status(second)).toBe('processing');
    expect((await depth()).visible).toBe(1);
    worker = await bench.worker();
    await ready(second);
    await empty();
  }, 60_000);

  test('idle stops at once, in the middle of its long poll', async () => {
    worker = await bench.worker();
    await sleep(300);
    expect(await worker.stop('SIGTERM')).toBe(0);
    expect(worker.text()).toContain('"stopped"');
  }, 30_000);

  test('leaves what is no job to the dead-letter queue, and works on', async () => {
    worker = await bench.worker({ VISIBILITY_SECONDS: '2' });
    await sendRaw('this is no job');
    await sendRaw('{"type":"thumbnail","pictureId":"../../etc/passwd","requestId":"x"}');
    const id = await uploaded();
    await complete(id);
    await ready(id);
    await waitFor(
      'both messages in the dead-letter queue',
      async () => {
        const { Messages } = await bench.aws.sqs.send(
          new ReceiveMessageCommand({
            QueueUrl: bench.resources.deadLetterUrl,
            MaxNumberOfMessages: 10,
            VisibilityTimeout: 0,
          }),
        );
        return Messages?.length === 2;
      },
      40_000,
    );
    const listed = await bench.aws.s3.send(
      new ListObjectsV2Command({ Bucket: bench.resources.bucket, Prefix: `media/${id}` }),
    );
    expect(listed.KeyCount).toBe(1);
  }, 60_000);

  test('repeats a job whose database is away until it is back', async () => {
    const id = await uploaded();
    await complete(id);
    await bench.cluster.primary.stop();
    worker = await bench.worker();
    await waitFor('a failed attempt', () => worker?.text().includes('"job failed"'), 30_000);
    await bench.cluster.restart(bench.cluster.primary);
    await ready(id);
    await empty();
  }, 90_000);
});
