import { spawn } from 'node:child_process';
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { DeleteQueueCommand, GetQueueAttributesCommand, SendMessageCommand } from '@aws-sdk/client-sqs';
import { pino } from 'pino';
import { parse } from 'yaml';
import { z } from 'zod';
import { Consumer } from '../../service/jobs/consumer';
import { Metrics } from '../../service/metrics/metrics';
import {
  awsClients,
  createResources,
  REGION,
  type AwsClients,
  type AwsResources,
} from '../support/aws-resources';
import { CREDENTIALS, Ministack } from '../support/ministack';
import { freePort } from '../support/ports';
import { waitFor } from '../support/wait';

const log = pino({ level: 'silent' });
const schema = z.object({ type: z.literal('slow'), requestId: z.string() });

describe('a worker that is told to stop', () => {
  let ministack: Ministack;
  let aws: AwsClients;
  let resources: AwsResources;
  beforeAll(async () => {
    ministack = await Ministack.start();
    aws = awsClients(ministack.endpoint);
    resources = await createResources(aws);
    process.env['AWS_ENDPOINT_URL'] = ministack.endpoint;
    process.env['AWS_ACCESS_KEY_ID'] = CREDENTIALS.accessKeyId;
    process.env['AWS_SECRET_ACCESS_KEY'] = CREDENTIALS.secretAccessKey;
  }, 60_000);
  afterAll(() => ministack.stop(), 30_000);

  const depth = async () => {
    const { Attributes: a } = await aws.sqs.send(
      new GetQueueAttributesCommand({ QueueUrl: resources.queueUrl, AttributeNames: ['All'] }),
    );
    return [Number(a?.ApproximateNumberOfMessages), Number(a?.ApproximateNumberOfMessagesNotVisible)];
  };
  /** A consumer with one message in hand, and the end of its work. */
  async function busy(visibilitySeconds = 600): Promise<{
    consumer: Consumer<z.infer<typeof schema>>;
    release: () => void;
    /** Whether the work was told that the message is somebody else's. */
    told: () => boolean;
  }> {
    let release = (): void => undefined;
    let hold: AbortSignal | undefined;
    const held = new Promise<void>((done) => (release = done));
    const consumer = new Consumer(
      {
        TIERS_ENVIRONMENT: 'test',
        AWS_REGION: REGION,
        AWS_ENDPOINT_URL: ministack.endpoint,
        INSTANCE_ID: 'i-test',
        LOG_LEVEL: 'silent',
      },
      { url: resources.queueUrl, lanes: 2, visibilitySeconds, waitSeconds: 1 },
      {
        schema,
        handle: async (_message, _log, signal) => {
          hold = signal;
          await held;
          signal.throwIfAborted();
        },
      },
      log,
      new Metrics({ intervalSeconds: 10 }, log),
    );
    consumer.start();
    const body = JSON.stringify({ type: 'slow', requestId: 'test' });
    await aws.sqs.send(new SendMessageCommand({ QueueUrl: resources.queueUrl, MessageBody: body }));
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
    await aws.sqs.send(new DeleteQueueCommand({ QueueUrl: resources.queueUrl }));
    await waitFor('the word of it', told, 30_000);
    release();
    await consumer.stop(100);
  }, 60_000);
});

describe("the image's drain", () => {
  const ADDRESS = 'http://169.254.169.254';
  let folder: string;
  let metadata: Server;
  let port: number;
  const items = new Map<string, string>();
  /** Items that were asked for. */
  let asked = 0;
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'tiers-drain-'));
    port = await freePort();
    // Metadata of version 2: nothing without a token that was asked for with PUT.
    metadata = createServer((request, response) => {
      if (request.method === 'PUT' && request.url === '/latest/api/token')
        return void response.end('a-token');
      const item = items.get((request.url ?? '').replace('/latest/meta-data/', ''));
      asked += 1;
      const known = request.headers['x-aws-ec2-metadata-token'] === 'a-token';
      response.statusCode = !known ? 401 : item === undefined ? 404 : 200;
      response.end(item);
    });
    await new Promise<void>((done) => metadata.listen(port, '127.0.0.1', done));
    const units = readFileSync(resolve(__dirname, '../../image/components/units.yml'), 'utf8');
    const file = (path: string): string => {
      const steps = (parse(units) as { phases: { steps: { inputs: unknown }[] }[] }).phases.flatMap(
        (phase) => phase.steps,
      );
      const all = steps.flatMap(({ inputs }) =>
        Array.isArray(inputs) ? (inputs as { path: string; content: string }[]) : [],
      );
      const { content } = all.find((one) => one.path === path)!;
      return content
        .replaceAll(ADDRESS, `http://127.0.0.1:${port}`)
        .replaceAll('/usr/local/lib/tiers', folder)
        .replace('sleep 2', 'sleep 0.1');
    };
    writeFileSync(join(folder, 'metadata'), file('/usr/local/lib/tiers/metadata'));
    writeFileSync(join(folder, 'drain'), file('/usr/local/lib/tiers/drain'));
    writeFileSync(join(folder, 'systemctl'), `#!/bin/bash\necho "$@" > ${folder}/stopped\n`);
    for (const name of ['metadata', 'drain', 'systemctl']) chmodSync(join(folder, name), 0o755);
  });
  afterAll(() => {
    metadata.close();
    rmSync(folder, { recursive: true, force: true });
  });

  test.each([
    ['a Spot notice', 'spot/instance-action', '{"action":"terminate","time":"2030-01-01T00:00:00Z"}'],
    ['the end that the group has chosen', 'autoscaling/target-lifecycle-state', 'Terminated'],
  ])('stops the worker on %s, and not before', async (_name, item, value) => {
    items.clear();
    asked = 0;
    items.set('autoscaling/target-lifecycle-state', 'InService');
    rmSync(join(folder, 'stopped'), { force: true });
    const path = `${folder}:${process.env['PATH'] ?? ''}`;
    const drain = spawn(join(folder, 'drain'), { env: { PATH: path } });
    await waitFor('the first look', () => asked > 3);
    expect([drain.exitCode, existsSync(join(folder, 'stopped'))]).toEqual([null, false]);
    items.set(item, value);
    await new Promise((done) => drain.on('exit', done));
    expect(readFileSync(join(folder, 'stopped'), 'utf8').trim()).toBe('stop tiers-worker.service');
  });
});
