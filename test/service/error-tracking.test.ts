import { CreateSecretCommand, GetSecretValueCommand } from '@aws-sdk/client-secrets-manager';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { parseWorkerConfig } from '../../service/config';
import { ErrorTracking } from '../../service/error-tracking';
import { createLogger } from '../../service/logger';
import { Bench, type RunningApi } from '../support/bench';
import { Visitor } from '../support/visitor';
import { waitFor } from '../support/wait';

interface SentEvent {
  readonly fingerprint: readonly string[];
  readonly level: string;
  readonly release: string;
  readonly environment: string;
  readonly server_name: string;
  readonly tags: Readonly<Record<string, string>>;
  readonly exception: {
    readonly values: readonly {
      type: string;
      value: string;
      stacktrace: { frames: { filename: string }[] };
    }[];
  };
}

/** What Sentry takes errors with, as far as the SDK is concerned: it answers, is slow, or fails. */
class Tracker {
  readonly texts: string[] = [];
  asked = 0;
  answer: 'accept' | 'hang' | 'fail' = 'accept';
  private server!: Server;

  async start(): Promise<string> {
    this.server = createServer((request, response) => {
      this.asked += 1;
      const parts: Buffer[] = [];
      request.on('data', (part: Buffer) => parts.push(part));
      request.on('end', () => {
        this.texts.push(Buffer.concat(parts).toString());
        if (this.answer === 'hang') return;
        response
          .writeHead(this.answer === 'fail' ? 503 : 200, { 'content-type': 'application/json' })
          .end('{}');
      });
    });
    await new Promise<void>((resolve) => this.server.listen(0, '127.0.0.1', resolve));
    return `http://key@127.0.0.1:${(this.server.address() as AddressInfo).port}/42`;
  }

  /** Every event of the envelopes received: one line of JSON each, after the headers. */
  get events(): SentEvent[] {
    return this.texts
      .flatMap((text) => text.split('\n'))
      .filter((line) => line.includes('"fingerprint"'))
      .map((line) => JSON.parse(line) as SentEvent);
  }

  stop(): void {
    this.server.closeAllConnections();
    this.server.close();
  }
}

let bench: Bench;
let tracker: Tracker;
let secret: string;
let count = 0;
beforeAll(async () => {
  bench = await Bench.start();
}, 120_000);
afterAll(() => bench.stop(), 60_000);
beforeEach(async () => {
  tracker = new Tracker();
  count += 1;
  const made = await bench.aws.secrets.send(
    new CreateSecretCommand({ Name: `sentry-${count}`, SecretString: `${await tracker.start()}\n` }),
  );
  secret = made.ARN ?? '';
});
afterEach(() => tracker.stop());

const NAME = 'arthur_dent';
/** A node whose bucket is not there: completing an upload is an error each time. */
const broken = (overrides: Record<string, string> = {}): Promise<RunningApi> =>
  bench.api({ SENTRY_DSN_SECRET_ARN: secret, AWS_ENDPOINT_URL_S3: 'http://127.0.0.1:9', ...overrides });

async function provoke(visitor: Visitor): Promise<number> {
  const { body } = await visitor.call('POST', '/v1/pictures', { contentType: 'image/png', bytes: 3 });
  const { picture } = body as { picture: { id: string } };
  const answer = await visitor.call('POST', `/v1/pictures/${picture.id}/complete?token=secret-of-the-client`);
  return answer.status;
}
const errorLines = ({ process }: RunningApi): Record<string, unknown>[] =>
  process
    .text()
    .split('\n')
    .filter((line) => line.includes('"level":"error"'))
    .map((line) => JSON.parse(line) as Record<string, unknown>);

test('an error reaches developers as it stands in the log, under the same fingerprint', async () => {
  const api = await broken();
  const visitor = await new Visitor(api.url).signUp(`${NAME}_1`);
  await waitFor('an event', async () => {
    expect(await provoke(visitor)).toBe(503);
    return tracker.events.length > 0;
  });
  const event = tracker.events[0]!;
  const line = errorLines(api).find(({ requestId }) => requestId === event.tags['requestId'])!;
  expect(event.fingerprint).toEqual([line['fingerprint']]);
  expect(event).toMatchObject({
    level: 'error',
    environment: 'test',
    server_name: 'i-test',
    release: expect.stringMatching(/^tiers@/),
    tags: { service: 'api', endpoint: 'POST /v1/pictures/:id/complete', code: 'bucket_unavailable' },
  });
  const thrown = event.exception.values.at(-1)!;
  expect(thrown.value).toContain('ECONNREFUSED');
  // A connection that nobody takes fails in Node itself.
  expect(thrown.stacktrace.frames.at(-1)).toMatchObject({ filename: 'node:net' });
}, 60_000);

test('nothing of the visitor, the machine or the process goes along', async () => {
  const api = await broken({ SOME_PASSWORD: 'of-the-environment' });
  const visitor = await new Visitor(api.url).signUp(`${NAME}_2`);
  await waitFor('an event', async () => {
    await provoke(visitor);
    return tracker.events.length > 0;
  });
  const sent = tracker.texts.join('\n');
  for (const secretText of [NAME, 'of-the-environment', 'secret-of-the-client', 'Bearer', visitor.userId]) {
    expect(sent).not.toContain(secretText);
  }
  expect(sent).not.toMatch(/eyJ[\w-]+\.[\w-]+\./);
  for (const event of tracker.events) {
    for (const member of ['request', 'user', 'breadcrumbs', 'modules'])
      expect(event).not.toHaveProperty(member);
  }
}, 60_000);

test('messages are masked as in the log, those of causes too', async () => {
  const config = parseWorkerConfig(bench.environment({ SENTRY_DSN_SECRET_ARN: secret }));
  const tracking = new ErrorTracking(config);
  const log = createLogger('test', { ...config, LOG_LEVEL: 'silent' });
  const { SecretString: dsn } = await bench.aws.secrets.send(new GetSecretValueCommand({ SecretId: secret }));
  const reader = { read: () => Promise.resolve({ text: dsn!, version: '1' }), close: () => undefined };
  await tracking.start(log, reader);
  const cause = new Error('no room for jo@example.com at 203.0.113.7');
  const refused = Object.assign(new AggregateError([cause], ''), { code: 'ECONNREFUSED', cause });
  tracking.report({ err: refused, name: 'Jo' }, 'Bearer abc.def of jo@example.com', 'group');
  await tracking.close();
  const [event] = tracker.events;
  expect(event!.exception.values.map(({ type, value }) => [type, value])).toEqual([
    ['Error', 'no room for [redacted] at [redacted]'],
    ['AggregateError', 'ECONNREFUSED'],
  ]);
  expect(tracker.texts.join()).toContain('Bearer [redacted] of [redacted]');
  for (const text of ['jo@example.com', '203.0.113.7', 'Jo"'])
    expect(tracker.texts.join()).not.toContain(text);
}, 60_000);

test.each(['hang', 'fail'] as const)(
  'while Sentry does nothing but %s, the service is as without it',
  async (how) => {
    tracker.answer = how;
    const api = await broken();
    const visitor = await new Visitor(api.url).signUp(`${NAME}_${how}`);
    await waitFor('Sentry to be asked', async () => {
      await provoke(visitor);
      return tracker.asked > 0;
    });
    const statuses = await Promise.all(Array.from({ length: 60 }, () => provoke(visitor)));
    expect(new Set(statuses)).toEqual(new Set([503]));
    expect((await fetch(`${api.url}/healthz`)).status).toBe(200);
    // Thirty at most wait for an answer; the others stand in the log alone.
    if (how === 'hang') expect(tracker.asked).toBeLessThanOrEqual(30);
    expect(errorLines(api).length).toBeGreaterThan(60);
    const stopping = performance.now();
    expect(await api.process.stop()).toBe(0);
    expect(performance.now() - stopping).toBeLessThan(10_000);
  },
  120_000,
);

test('a secret without a DSN, or none at all, is said once and stops nothing', async () => {
  const empty = await bench.aws.secrets.send(
    new CreateSecretCommand({ Name: `not-sentry-${count}`, SecretString: 'to be filled in' }),
  );
  const api = await broken({ SENTRY_DSN_SECRET_ARN: empty.ARN ?? '' });
  await waitFor('the warning', () => api.process.text().includes('the secret holds no DSN of Sentry'));
  const missing = await broken({ SENTRY_DSN_SECRET_ARN: `${secret}-gone` });
  await waitFor('the warning', () => missing.process.text().includes('the secret holds no DSN of Sentry'));
  expect(await provoke(await new Visitor(missing.url).signUp())).toBe(503);
  expect(missing.process.text()).not.toContain('to be filled in');
}, 60_000);
