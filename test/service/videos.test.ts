import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { HeadObjectCommand } from '@aws-sdk/client-s3';
import { CreateTopicCommand, PublishCommand, SNSClient, SubscribeCommand } from '@aws-sdk/client-sns';
import {
  CreateQueueCommand,
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
} from '@aws-sdk/client-sqs';
import { pino } from 'pino';
import { ffmpeg } from '../../service/jobs/ffmpeg';
import { FinalError } from '../../service/jobs/final-error';
import { REGION } from '../support/aws-resources';
import { Bench, type RunningApi } from '../support/bench';
import { clip, ffmpegBinary } from '../support/ffmpeg';
import { CREDENTIALS } from '../support/ministack';
import type { TestProcess } from '../support/process';
import { Visitor } from '../support/visitor';
import { waitFor } from '../support/wait';

const LIMIT_MS = 60_000;
const folder = mkdtempSync(join(tmpdir(), 'tiers-videos-'));
const work = mkdtempSync(join(tmpdir(), 'tiers-videos-work-'));
const log = pino({ level: 'silent' });

let bench: Bench;
let api: RunningApi;
let visitor: Visitor;
let sns: SNSClient;
let topic: string;
let queueUrl: string;
let deadLetterUrl: string;
let transcoder: TestProcess | undefined;

/** The topic with its two takers, as modules/events declares it. */
async function subscribe(): Promise<void> {
  const { sqs } = bench.aws;
  sns = new SNSClient({ region: REGION, endpoint: bench.ministack.endpoint, credentials: CREDENTIALS });
  deadLetterUrl = (await sqs.send(new CreateQueueCommand({ QueueName: 'transcode-dead' }))).QueueUrl!;
  queueUrl = (await sqs.send(new CreateQueueCommand({ QueueName: 'transcode' }))).QueueUrl!;
  topic = (await sns.send(new CreateTopicCommand({ Name: 'events' }))).TopicArn!;
  for (const name of ['jobs', 'transcode'])
    await sns.send(
      new SubscribeCommand({
        TopicArn: topic,
        Protocol: 'sqs',
        Endpoint: `arn:aws:sqs:${REGION}:${CREDENTIALS.accessKeyId}:${name}`,
        Attributes: { RawMessageDelivery: 'true', FilterPolicy: '{"type":["video.uploaded"]}' },
      }),
    );
}

beforeAll(async () => {
  bench = await Bench.start();
  await subscribe();
  api = await bench.api({ EVENTS_TOPIC_ARN: topic });
  await bench.worker();
  visitor = await new Visitor(api.url).signUp();
}, 120_000);
afterAll(async () => {
  sns.destroy();
  await bench.stop();
  for (const each of [folder, work]) rmSync(each, { recursive: true, force: true });
}, 60_000);
afterEach(async () => {
  await transcoder?.stop('SIGKILL');
  // The emulator goes on polling for a caller that is gone, and would hand it the next test's message.
  await sleep(1_200);
});

async function transcode(overrides: Record<string, string> = {}): Promise<TestProcess> {
  transcoder = bench.spawn('transcode', {
    QUEUE_URL: queueUrl,
    DEAD_LETTER_QUEUE_URL: deadLetterUrl,
    FFMPEG: ffmpegBinary(),
    WORK_FOLDER: work,
    WORKER_CONCURRENCY: '1',
    VISIBILITY_SECONDS: '2',
    ...overrides,
  });
  await waitFor('the role to start', () => transcoder?.text().includes('"working"'));
  return transcoder;
}

interface Shown {
  readonly status: string;
  readonly thumbnailUrl: string;
  readonly video: { readonly url: string; readonly transcoded: boolean };
}
const shown = async (id: string): Promise<Shown> =>
  (await visitor.call('GET', `/v1/pictures/${id}`)).body['picture'] as Shown;

async function upload(contentType: string, file: Buffer): Promise<string> {
  const made = await visitor.call('POST', '/v1/pictures', { contentType, bytes: file.length });
  const target = made.body['upload'] as { url: string; headers: Record<string, string> };
  const put = await fetch(target.url, { method: 'PUT', headers: target.headers, body: new Uint8Array(file) });
  expect(put.status).toBe(200);
  const { id } = made.body['picture'] as { id: string };
  expect((await visitor.call('POST', `/v1/pictures/${id}/complete`)).status).toBe(202);
  return id;
}
async function uploadClip(name: string, size?: string): Promise<string> {
  const file = join(folder, name);
  clip(file, { size });
  return upload(name.endsWith('.webm') ? 'video/webm' : 'video/mp4', readFileSync(file));
}
const ready = (id: string) =>
  waitFor(`video ${id}`, async () => (await shown(id)).status === 'ready', LIMIT_MS);
const transcoded = (id: string) =>
  waitFor(`the rendition of ${id}`, async () => (await shown(id)).video.transcoded, LIMIT_MS);
const fetched = async (url: string, headers: Record<string, string> = {}) => {
  const answer = await fetch(api.url + url, { headers });
  return { answer, bytes: Buffer.from(await answer.arrayBuffer()) };
};
const tag = async (id: string): Promise<string | undefined> =>
  (await bench.aws.s3.send(new HeadObjectCommand({ Bucket: bench.resources.bucket, Key: `media/${id}.mp4` })))
    .ETag;
const held = async (url: string): Promise<number> => {
  const { Attributes: a } = await bench.aws.sqs.send(
    new GetQueueAttributesCommand({ QueueUrl: url, AttributeNames: ['All'] }),
  );
  return Number(a?.ApproximateNumberOfMessages) + Number(a?.ApproximateNumberOfMessagesNotVisible);
};
const done = () => waitFor('an empty queue', async () => (await held(queueUrl)) === 0, LIMIT_MS);

/** A program in place of ffmpeg that writes down its process id and ends by being killed alone. */
function stuck(): { program: string; pid: () => number | undefined } {
  const name = join(folder, `stuck-${Math.random().toString(36).slice(2)}`);
  writeFileSync(
    name,
    `#!/bin/sh\necho $$ > ${name}.pid.new\n/bin/mv ${name}.pid.new ${name}.pid\nexec /bin/sleep 600\n`,
  );
  chmodSync(name, 0o755);
  return {
    program: name,
    pid: () => (existsSync(`${name}.pid`) ? Number(readFileSync(`${name}.pid`, 'utf8')) : undefined),
  };
}
function runs(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

describe('a video', () => {
  test('reaches both its takers by the topic: it is shown as it is, and made into what every browser plays', async () => {
    await transcode();
    // Only what a queue asks for reaches it: the worker would take this for no job.
    await sns.send(
      new PublishCommand({
        TopicArn: topic,
        Message: 'for nobody',
        MessageAttributes: { type: { DataType: 'String', StringValue: 'user.created' } },
      }),
    );
    const id = await uploadClip('wide.webm', '1600x1000');
    await ready(id);
    await transcoded(id);
    const { thumbnailUrl, video } = await shown(id);
    expect(video.url).toBe(`/media/${id}.mp4`);

    const { answer, bytes } = await fetched(video.url);
    expect([answer.status, answer.headers.get('content-type')]).toEqual([200, 'video/mp4']);
    // Its index comes first, so that playing begins before the end is there.
    expect(bytes.indexOf('moov')).toBeLessThan(bytes.indexOf('mdat'));
    const file = join(folder, 'made.mp4');
    writeFileSync(file, bytes);
    const said = spawnSync(ffmpegBinary(), ['-hide_banner', '-i', file], { encoding: 'utf8' }).stderr;
    expect(said).toMatch(/Video: h264 .* 1152x720/);
    expect(said).toMatch(/Audio: aac/);
    const part = await fetched(video.url, { range: 'bytes=4-7' });
    expect([part.answer.status, part.bytes.toString()]).toEqual([206, 'ftyp']);
    expect((await fetched(video.url, { range: `bytes=${bytes.length}-` })).answer.status).toBe(416);
    expect((await fetched(`/media/${id}-original.webm`)).answer.status).toBe(200);
    expect((await fetched(thumbnailUrl)).answer.headers.get('content-type')).toBe('image/webp');

    await done();
    expect([await held(deadLetterUrl), await held(bench.resources.deadLetterUrl)]).toEqual([0, 0]);
    expect(readdirSync(work)).toEqual([]);
  }, 120_000);

  test('delivered twice more, and with its row as before, is made into the same object', async () => {
    await transcode();
    const id = await uploadClip('twice.mp4');
    await transcoded(id);
    const first = await tag(id);
    const body = JSON.stringify({ type: 'video.uploaded', pictureId: id, requestId: 'again' });
    await bench.aws.sqs.send(new SendMessageCommand({ QueueUrl: queueUrl, MessageBody: body }));
    await waitFor('the repetition', () => transcoder?.text().includes('video was transcoded before'));
    await bench.cluster.primary.query('UPDATE pictures SET transcoded = false WHERE id = $1', [id]);
    await bench.aws.sqs.send(new SendMessageCommand({ QueueUrl: queueUrl, MessageBody: body }));
    await transcoded(id);
    await done();
    expect(await tag(id)).toBe(first);
  }, 120_000);

  test('in the hands of a worker that is killed is made by another one', async () => {
    const { program, pid } = stuck();
    const first = await transcode({ FFMPEG: program });
    const id = await uploadClip('killed.mp4');
    await waitFor('the program to run', () => pid() !== undefined, LIMIT_MS);
    await first.stop('SIGKILL');
    // Nobody is left to end it; on AWS the unit is.
    process.kill(pid()!, 'SIGKILL');
    await ready(id);
    expect((await shown(id)).video).toEqual({ url: `/media/${id}-original.mp4`, transcoded: false });
    await transcode();
    await transcoded(id);
    await done();
  }, 120_000);

  test('without ffmpeg stays as it was uploaded, and its message waits with the reason', async () => {
    await transcode({ FFMPEG: join(folder, 'not-there') });
    const id = await uploadClip('original.mp4');
    await ready(id);
    await done();
    const { Messages } = await bench.aws.sqs.send(
      new ReceiveMessageCommand({ QueueUrl: deadLetterUrl, MessageAttributeNames: ['All'] }),
    );
    expect(Messages?.[0]?.MessageAttributes?.['reason']?.StringValue).toContain('does not start');
    const { video } = await shown(id);
    expect(video).toEqual({ url: `/media/${id}-original.mp4`, transcoded: false });
    expect((await fetched(video.url)).bytes).toEqual(readFileSync(join(folder, 'original.mp4')));
  }, 120_000);

  test('that only begins like one is shown as it is, and no worker tries again', async () => {
    await transcode();
    const file = Buffer.concat([Buffer.from('\0\0\0\x18ftypmp42'), Buffer.alloc(5_000, 7)]);
    const id = await upload('video/mp4', file);
    await ready(id);
    await waitFor('the attempt', () => transcoder?.text().includes('video stays as it was uploaded'));
    await done();
    expect((await shown(id)).video.transcoded).toBe(false);
    expect(transcoder?.text().split('video stays as it was uploaded')).toHaveLength(2);
    expect(transcoder?.text()).not.toContain('job failed');
  }, 120_000);
});

describe('the program', () => {
  const start = (signal: AbortSignal, seconds = 600) => {
    const { program, pid } = stuck();
    const run = ffmpeg({ program, args: [], seconds, signal }, log);
    run.catch(() => undefined);
    return { run, pid };
  };

  test('is ended at once when the message is somebody else’s', async () => {
    const controller = new AbortController();
    const { run, pid } = start(controller.signal);
    await waitFor('the program to run', () => pid() !== undefined);
    controller.abort(new Error('given back'));
    await expect(run).rejects.toThrow('given back');
    expect(runs(pid()!)).toBe(false);
  }, 30_000);

  test('is ended after its time, for good', async () => {
    const { run, pid } = start(new AbortController().signal, 1);
    await expect(run).rejects.toThrow(FinalError);
    const id = pid();
    if (id !== undefined) expect(runs(id)).toBe(false);
  }, 30_000);
});
