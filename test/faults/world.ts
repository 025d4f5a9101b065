import { createServer, request as forward, type IncomingHttpHeaders, type Server } from 'node:http';
import { GetQueueAttributesCommand } from '@aws-sdk/client-sqs';
import { redrive } from '../../tools/dead-letters/dead-letters';
import { TcpEndpoints } from '../../tools/twin/haproxy/tcp-endpoints';
import { PostgresCluster } from '../../tools/twin/postgres/cluster';
import { ControlLoop } from '../../tools/twin/postgres/control-loop';
import { discardPostgres, preparePostgres } from '../../tools/twin/postgres/host';
import type { PostgresHost } from '../../tools/twin/postgres/server';
import { Bench, type RunningApi } from '../support/bench';
import { freePort } from '../support/ports';
import { waitFor } from '../support/wait';
import { openBench, type Bench as Twin } from '../twin/support';
import type { Final } from './history';
import type { Load } from './load';

const show = ({ host, port }: { host: string; port: number }): string => `${host}:${port}`;

/**
 * Stands before the queue. Where it delivers twice, the first deletion of each message is lost on its way, after it was confirmed: the queue
 * offers the message again when its visibility ends.
 */
class QueueFront {
  twice = false;
  /** Messages whose deletion was lost. */
  readonly lost = new Set<string>();
  private readonly messages = new Map<string, string>();

  private constructor(
    private readonly server: Server,
    readonly url: string,
  ) {}

  static async start(behind: string): Promise<QueueFront> {
    const port = await freePort();
    const server = createServer();
    const front = new QueueFront(server, `http://127.0.0.1:${port}`);
    server.on('request', (incoming, outgoing) => {
      void (async () => {
        const chunks: Buffer[] = [];
        for await (const chunk of incoming) chunks.push(chunk as Buffer);
        const body = Buffer.concat(chunks);
        if (front.swallows(incoming.headers, body)) {
          outgoing.writeHead(200, { 'content-type': 'application/x-amz-json-1.0' }).end('{}');
          return;
        }
        const { method, url: path, headers } = incoming;
        const onward = forward(new URL(path ?? '/', behind), { method, headers }, (answer) => {
          const parts: Buffer[] = [];
          answer.on('data', (part: Buffer) => parts.push(part));
          answer.on('end', () => {
            const whole = Buffer.concat(parts);
            front.note(incoming.headers, whole);
            outgoing.writeHead(answer.statusCode ?? 502, answer.headers).end(whole);
          });
        });
        onward.on('error', () => outgoing.destroy());
        outgoing.on('close', () => onward.destroy());
        onward.end(body);
      })().catch(() => outgoing.destroy());
    });
    await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
    return front;
  }

  stop(): Promise<void> {
    this.server.closeAllConnections();
    return new Promise((resolve) => this.server.close(() => resolve()));
  }

  private note({ 'x-amz-target': target }: IncomingHttpHeaders, answer: Buffer): void {
    if (target !== 'AmazonSQS.ReceiveMessage') return;
    const { Messages = [] } = JSON.parse(answer.toString() || '{}') as {
      Messages?: { MessageId: string; ReceiptHandle: string }[];
    };
    for (const { MessageId, ReceiptHandle } of Messages) this.messages.set(ReceiptHandle, MessageId);
  }

  private swallows({ 'x-amz-target': target }: IncomingHttpHeaders, body: Buffer): boolean {
    if (!this.twice || target !== 'AmazonSQS.DeleteMessage') return false;
    const { ReceiptHandle } = JSON.parse(body.toString()) as { ReceiptHandle: string };
    const message = this.messages.get(ReceiptHandle);
    if (message === undefined || this.lost.has(message)) return false;
    this.lost.add(message);
    return true;
  }
}

/** Two physical shards as the twin runs them, the first with a standby, both with a replica; cache, queue, table; two nodes and a worker. */
export class World {
  readonly apis: RunningApi[] = [];
  private readonly loops: ControlLoop[] = [];

  private constructor(
    readonly bench: Bench,
    readonly twin: Twin,
    private readonly host: PostgresHost,
    readonly queue: QueueFront,
    readonly shards: readonly PostgresCluster[],
  ) {}

  /** @param block of addresses */
  static async start(block: number): Promise<World> {
    const [bench, twin] = [await Bench.start(), openBench(block)];
    const { supervisor, events, addresses, authority } = twin;
    await supervisor.reap();
    const host = preparePostgres(supervisor, twin.certificate, authority.file);
    const plans = ['shard-00', 'shard-01'].map((name) => ({
      ...{ name, resource: `aws_db_instance.${name}`, listen: addresses.take('databaseEndpoint', 5432) },
    }));
    const endpoints = new TcpEndpoints(supervisor, events, plans, 1);
    await endpoints.start(new Map());
    const shards = plans.map(
      ({ name, resource, listen }, n) =>
        new PostgresCluster(
          host,
          events,
          {
            ...{ name, resource, multiAz: n === 0, databaseName: 'app', parameters: {}, forceTls: true },
            ...{ adminUser: 'postgres', adminPassword: 'not-checked' },
            replicas: [{ resource: `${resource}_replica`, name: `${name}-replica` }],
          },
          { address: listen, point: (target) => endpoints.point(name, [target]) },
          () => addresses.take('database', 5432),
        ),
    );
    const queue = await QueueFront.start(bench.ministack.endpoint);
    const world = new World(bench, twin, host, queue, shards);
    try {
      await Promise.all(shards.map((shard) => shard.start()));
      await world.serve();
    } catch (error) {
      await world.stop();
      throw error;
    }
    // The second one is not repaired: it is gone until a test brings it back.
    world.loops.push(new ControlLoop(shards[0]!));
    return world;
  }

  replica(shard: number) {
    return this.shards[shard]!.replicas[0]!.server;
  }

  /** Whether every node has logged this since then. */
  logged(text: string, since: readonly number[] = this.apis.map(() => 0)): boolean {
    return this.apis.every(({ process }, n) => process.text().slice(since[n]).includes(text));
  }

  /** How much each node has logged so far. */
  logs(): number[] {
    return this.apis.map(({ process }) => process.text().length);
  }

  async rows<Row extends Record<string, unknown>>(sql: string, values: unknown[] = []): Promise<Row[]> {
    const of = this.shards.map(({ primary }) => primary.server.query<Row>(sql, values, { database: 'app' }));
    return (await Promise.all(of)).flat();
  }

  /** Waits until everything that was kept to be told has been told, and every job done. What lies in the dead-letter queue is sent back. */
  async settled(): Promise<void> {
    const { aws, resources } = this.bench;
    const depth = async (url: string): Promise<number> => {
      const { Attributes = {} } = await aws.sqs.send(
        new GetQueueAttributesCommand({ QueueUrl: url, AttributeNames: ['All'] }),
      );
      return (
        Number(Attributes['ApproximateNumberOfMessages']) +
        Number(Attributes['ApproximateNumberOfMessagesNotVisible'])
      );
    };
    await waitFor(
      'everything to be told and done',
      async () => {
        if ((await this.rows('SELECT FROM outbox LIMIT 1')).length > 0) return false;
        if ((await depth(resources.deadLetterUrl)) > 0) {
          await redrive(aws.sqs, { from: resources.deadLetterUrl, to: resources.queueUrl }, {}, 200);
        }
        return (await depth(resources.queueUrl)) === 0;
      },
      90_000,
    );
  }

  /** What is there of what a load has brought about. */
  async final(load: Load): Promise<Final> {
    const authors = load.people.map(({ id }) => id);
    const posts = await this.rows<{ id: string; version: number; text: string }>(
      'SELECT id::text, version, text FROM posts WHERE author_id = ANY($1)',
      [authors],
    );
    const boosts = await this.rows<{ payer: string; amount: number }>(
      'SELECT payer_id::text AS payer, amount_cents AS amount FROM boosts WHERE payer_id = ANY($1)',
      [authors],
    );
    const events = await this.rows<{ type: string; data: Record<string, string> }>(
      "SELECT type, data FROM events WHERE type IN ('post.created', 'post.changed', 'boost.paid') AND data->>'postId' = ANY($1)",
      [posts.map(({ id }) => id)],
    );
    const feeds = await Promise.all(
      load.people.map(async (person) =>
        (await load.feedOf(person)).map((id) => `in feed of ${person.name}: ${id}`),
      ),
    );
    return {
      rows: new Map(posts.map(({ id, version, text }) => [id, { version, value: text }])),
      effects: [
        ...posts.map(({ text }) => `row ${text.replace(/ v\d+$/, '')}`),
        ...boosts.map(({ payer, amount }) => `boost ${payer} ${amount}`),
        ...events.map(({ type, data: { postId, version, boostId } }) =>
          ['event', type, boostId ?? postId, version].filter((part) => part !== undefined).join(' '),
        ),
        ...feeds.flat(),
      ],
    };
  }

  async stop(): Promise<void> {
    await Promise.all(this.loops.map((loop) => loop.stop()));
    await this.bench.stop();
    await this.queue.stop();
    await this.twin.close();
    discardPostgres(this.host);
  }

  private async serve(): Promise<void> {
    const environment = {
      ...{ DB_CA_FILE: this.twin.authority.file, DB_READER_HOSTS: '', LOG_LEVEL: 'info' },
      DB_WRITER_HOST: show(this.shards[0]!.endpoint.address),
      DB_SHARDS: this.shards
        .map(({ endpoint }, n) => `${show(endpoint.address)}/${show(this.replica(n).address)}`)
        .join(' '),
    };
    const migrated = this.bench.spawn('migrate', environment);
    if ((await migrated.exited()) !== 0) throw new Error(migrated.text());
    for (let n = 0; n < 2; n += 1)
      this.apis.push(await this.bench.api({ ...environment, LOG_LEVEL: 'warn', INSTANCE_ID: `i-${n}` }));
    const queue = new URL(this.bench.resources.queueUrl);
    await this.bench.worker({
      ...environment,
      ...{ VISIBILITY_SECONDS: '2', AWS_ENDPOINT_URL_SQS: this.queue.url },
      QUEUE_URL: this.queue.url + queue.pathname,
    });
  }
}
