import { setTimeout as sleep } from 'node:timers/promises';
import { ReceiveMessageCommand, SendMessageCommand } from '@aws-sdk/client-sqs';
import pino from 'pino';
import sharp from 'sharp';
import { parseWorkerConfig } from '../../service/config';
import type { Event } from '../../service/outbox/events';
import { Relay } from '../../service/outbox/relay';
import { openShards } from '../../service/sharding/open';
import type { Shards } from '../../service/sharding/shards';
import { Bench, type RunningApi } from '../support/bench';
import { freePort } from '../support/ports';
import { Visitor } from '../support/visitor';
import { waitFor } from '../support/wait';

let bench: Bench;
let shards: Shards;
const log = pino({ level: 'silent' });
beforeAll(async () => {
  bench = await Bench.start();
  process.env['AWS_ACCESS_KEY_ID'] = 'test';
  process.env['AWS_SECRET_ACCESS_KEY'] = 'test';
  shards = openShards(parseWorkerConfig(bench.environment()), 'worker', log);
}, 120_000);
afterAll(async () => {
  await shards.close();
  await bench.stop();
}, 60_000);

const rows = (where = 'true') =>
  bench.cluster.primary.query<{ id: string; type: string; attempts: number }>(
    `SELECT id, type, attempts FROM outbox WHERE ${where}`,
  );
const fill = (count: number, type = 'user.created', data = '{"userId":"68719476737"}') =>
  bench.cluster.primary.query(
    `INSERT INTO outbox (type, data) SELECT $2, $3::jsonb FROM generate_series(1, $1)`,
    [count, type, data],
  );
const emptied = () => waitFor('an empty outbox', async () => (await rows()).length === 0);
const ages: number[] = [];
const relay = (deliver: (event: Event) => Promise<void>, leaseSeconds = 60, writesHere = true) =>
  new Relay(
    shards.all,
    { deliver, writesHere: () => writesHere, leaseSeconds },
    { outboxAge: (seconds) => void ages.push(seconds) },
    log,
  );

describe('a relay', () => {
  test('tells everything that is there, each event once, with others beside it', async () => {
    await fill(300);
    const told: string[] = [];
    const several = Array.from({ length: 4 }, () => relay(async ({ id }) => void told.push(id)));
    for (const one of several) one.start();
    await emptied();
    await Promise.all(several.map((one) => one.stop()));
    expect([told.length, new Set(told).size]).toEqual([300, 300]);
  });

  test('tells again what could not be told, later each time, and nothing else meanwhile', async () => {
    await fill(3);
    const told: string[] = [];
    const one = relay(async ({ id }) => {
      told.push(id);
      if (told.length === 1) throw new Error('nobody there');
    });
    one.start();
    await emptied();
    await one.stop();
    expect(told).toHaveLength(4);
    expect(new Set(told).size).toBe(3);
    expect(told.filter((id) => id === told[0])).toHaveLength(2);
  });

  /** A relay that takes what is there and never ends, until it is let go. */
  async function busy(leaseSeconds: number): Promise<() => Promise<void>> {
    const there = (await rows()).length;
    let release = (): void => undefined;
    let taken = 0;
    const held = new Promise<void>((resolve) => (release = resolve));
    const one = relay(() => {
      taken += 1;
      return held;
    }, leaseSeconds);
    one.start();
    await waitFor('the rows to be in hand', () => taken === there);
    return async () => {
      release();
      await one.stop();
    };
  }

  test('keeps what it has in hand to itself for as long as it lives', async () => {
    await fill(2);
    const letGo = await busy(2);
    const told: string[] = [];
    const next = relay(async ({ id }) => void told.push(id));
    next.start();
    await new Promise((resolve) => setTimeout(resolve, 3_500));
    expect(told).toEqual([]);
    await letGo();
    await emptied();
    await next.stop();
    expect(told).toEqual([]);
  }, 30_000);

  test('that died with rows in hand is followed by another one', async () => {
    await fill(2);
    const letGo = await busy(600);
    const told: string[] = [];
    const next = relay(async ({ id }) => void told.push(id));
    next.start();
    // Ten minutes later nobody has renewed them.
    await bench.cluster.primary.query("UPDATE outbox SET due_at = due_at - interval '10 minutes'");
    await emptied();
    await next.stop();
    expect(told).toHaveLength(2);
    await letGo();
  }, 30_000);

  test('leaves to a newer version what it does not know, and what it would misread', async () => {
    await fill(1, 'moon.landed', '{}');
    await fill(1, 'user.created', '{"userId":"nobody"}');
    await fill(1);
    const told: string[] = [];
    const one = relay(async ({ type }) => void told.push(type));
    one.start();
    await waitFor('the known one', () => told.length === 1);
    await waitFor('an attempt on the others', async () => (await rows('attempts > 0')).length === 2);
    await one.stop();
    expect(await rows()).toHaveLength(2);
    await bench.cluster.primary.query('DELETE FROM outbox');
  });

  test('tells nothing where the region does not write', async () => {
    await fill(1);
    const one = relay(
      async () => {
        throw new Error('told');
      },
      60,
      false,
    );
    one.start();
    await new Promise((resolve) => setTimeout(resolve, 1_500));
    await one.stop();
    expect(await rows('attempts = 0')).toHaveLength(1);
    await bench.cluster.primary.query('DELETE FROM outbox');
  });

  test('measures how old the oldest is', async () => {
    await bench.cluster.primary.query(
      `INSERT INTO outbox (type, data, created_at) VALUES ('user.created', '{"userId":"68719476737"}', now() - interval '90 s')`,
    );
    ages.length = 0;
    const one = relay(async () => undefined);
    one.start();
    await waitFor('a figure', () => ages.length > 0);
    await one.stop();
    expect(Math.floor(ages[0]! / 10)).toBe(9);
  });
});

describe('a change', () => {
  let api: RunningApi;
  beforeAll(async () => {
    api = await bench.api();
  });

  test('that is not made leaves no word of it', async () => {
    const visitor = await new Visitor(api.url).signUp('taken_name');
    await emptied();
    await bench.cluster.primary.query(
      'ALTER TABLE outbox ADD CONSTRAINT outbox_full CHECK (false) NOT VALID',
    );
    try {
      const refused = await visitor.call('POST', '/v1/posts', { text: 'cannot be told' });
      expect(refused.status).toBe(500);
      const listed = await visitor.call('GET', `/v1/users/${visitor.userId}/posts`);
      expect(listed.body['posts']).toEqual([]);
      const again = await visitor.call('POST', '/v1/users', { name: 'TAKEN_name', password: 'x'.repeat(12) });
      expect(again.status).toBe(409);
    } finally {
      await bench.cluster.primary.query('ALTER TABLE outbox DROP CONSTRAINT outbox_full');
    }
  });
});

describe('the queue', () => {
  const upload = async (visitor: Visitor): Promise<string> => {
    const image = sharp({ create: { width: 40, height: 40, channels: 3, background: 'teal' } });
    const file = await image.jpeg().toBuffer();
    const made = await visitor.call('POST', '/v1/pictures', {
      contentType: 'image/jpeg',
      bytes: file.length,
    });
    const target = made.body['upload'] as { url: string; headers: Record<string, string> };
    await fetch(target.url, { method: 'PUT', headers: target.headers, body: new Uint8Array(file) });
    return (made.body['picture'] as { id: string }).id;
  };

  test('away delays jobs and loses none', async () => {
    const without = await bench.api({ QUEUE_URL: `http://127.0.0.1:${await freePort()}/000000000001/jobs` });
    const visitor = await new Visitor(without.url).signUp();
    const id = await upload(visitor);
    const completed = await visitor.call('POST', `/v1/pictures/${id}/complete`, undefined, {
      'x-request-id': 'while-away',
    });
    expect([completed.status, completed.body['picture']]).toEqual([
      202,
      expect.objectContaining({ status: 'processing' }),
    ]);
    const again = await visitor.call('POST', `/v1/pictures/${id}/complete`);
    expect(again.status).toBe(202);
    await waitFor(
      'an attempt',
      async () => (await rows("type = 'picture.uploaded' AND attempts > 0")).length === 1,
    );
    await without.process.stop('SIGKILL');
    await bench.cluster.primary.query('UPDATE outbox SET due_at = now()');
    const back = await bench.api();
    const worker = await bench.worker();
    await waitFor('the thumbnail', async () => {
      const { body } = await new Visitor(back.url).call('GET', `/v1/pictures/${id}`);
      return (body['picture'] as { status: string }).status === 'ready';
    });
    // Whoever looks for what became of a request finds its job under the same id.
    expect(worker.text()).toContain('"requestId":"while-away"');
    await emptied();
    await worker.stop('SIGKILL');
    // The emulator goes on polling for a caller that is gone, and would hand it the next test's message.
    await sleep(1_200);
  }, 60_000);
});

describe('a message that no repetition would help', () => {
  test('goes to the dead letters at once, with the reason', async () => {
    const worker = await bench.worker();
    await bench.aws.sqs.send(
      new SendMessageCommand({
        QueueUrl: bench.resources.queueUrl,
        MessageBody: '{"type":"thumbnail","pictureId":"../../etc/passwd","requestId":"x"}',
      }),
    );
    const dead = await waitFor('the dead letter', async () => {
      const { Messages } = await bench.aws.sqs.send(
        new ReceiveMessageCommand({
          QueueUrl: bench.resources.deadLetterUrl,
          MessageAttributeNames: ['All'],
          VisibilityTimeout: 0,
        }),
      );
      return Messages?.[0];
    });
    expect(dead.MessageAttributes?.['reason']?.StringValue).toMatch(/^no job: pictureId: /);
    expect(dead.Body).toContain('etc/passwd');
    await worker.stop('SIGKILL');
  }, 30_000);
});
