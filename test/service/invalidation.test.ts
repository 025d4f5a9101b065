import { join } from 'node:path';
import {
  CreateSecretCommand,
  GetSecretValueCommand,
  PutSecretValueCommand,
} from '@aws-sdk/client-secrets-manager';
import { CreateTopicCommand, SNSClient, SubscribeCommand } from '@aws-sdk/client-sns';
import { CreateQueueCommand, SendMessageCommand } from '@aws-sdk/client-sqs';
import { awsClients, putParameter, REGION, type AwsClients } from '../support/aws-resources';
import { Bench, type RunningApi } from '../support/bench';
import { CREDENTIALS } from '../support/ministack';
import { freePort } from '../support/ports';
import { ValkeyServer } from '../support/valkey';
import { Visitor } from '../support/visitor';
import { waitFor } from '../support/wait';

/** Two regions with a cache each: one writes, the other is told by the topic what its cache must forget. */
const OTHER = 'eu-west-1';
const PARAMETER = '/tiers/test/writer-region';

let bench: Bench;
let other: AwsClients;
let there: ValkeyServer;
let home: RunningApi;
let abroad: RunningApi;
let queueUrl: string;
let homeSettings: Record<string, string>;
let visitor: Visitor;
let sns: SNSClient;

beforeAll(async () => {
  bench = await Bench.start({ replicas: 1 });
  there = await ValkeyServer.start();
  other = awsClients(bench.ministack.endpoint, OTHER);
  sns = new SNSClient({ region: REGION, endpoint: bench.ministack.endpoint, credentials: CREDENTIALS });
  await putParameter(bench.aws.ssm, PARAMETER, REGION);
  await putParameter(other.ssm, PARAMETER, REGION);
  await putParameter(other.ssm, bench.resources.parameter, '{}');
  const { TopicArn } = await sns.send(new CreateTopicCommand({ Name: 'invalidations' }));
  const queue = await other.sqs.send(new CreateQueueCommand({ QueueName: 'invalidations' }));
  queueUrl = queue.QueueUrl!;
  await sns.send(
    new SubscribeCommand({
      TopicArn,
      Protocol: 'sqs',
      Endpoint: `arn:aws:sqs:${OTHER}:${CREDENTIALS.accessKeyId}:invalidations`,
      Attributes: { RawMessageDelivery: 'true' },
    }),
  );
  const key = await bench.aws.secrets.send(
    new GetSecretValueCommand({ SecretId: bench.resources.signingSecret }),
  );
  const copy = await other.secrets.send(new CreateSecretCommand({ Name: 'signing-key' }));
  await other.secrets.send(
    new PutSecretValueCommand({
      SecretId: copy.ARN,
      SecretString: key.SecretString,
      ClientRequestToken: key.VersionId,
    }),
  );
  const shared = {
    NODE_OPTIONS: `--require=${join(__dirname, '../support/resolve-to-loopback.cjs')}`,
    DB_READER_HOSTS: '',
    WRITER_REGION_PARAMETER: PARAMETER,
  };
  const [homePort, abroadPort] = [await freePort(), await freePort()];
  homeSettings = {
    ...shared,
    INVALIDATION_TOPIC_ARN: TopicArn!,
    REGION_API_URL: `http://api-{region}.regions.test:${abroadPort}`,
  };
  home = await bench.api(homeSettings, homePort);
  abroad = await bench.api(
    {
      ...shared,
      AWS_REGION: OTHER,
      DB_WRITER_HOST: bench.replicas[0]!.host,
      CACHE_PORT: String(there.port),
      INVALIDATION_QUEUE_URL: queueUrl,
      SIGNING_SECRET_ARN: copy.ARN!,
      REGION_API_URL: `http://api-{region}.regions.test:${homePort}`,
    },
    abroadPort,
  );
  visitor = await new Visitor(home.url).signUp();
}, 120_000);
afterAll(async () => {
  sns.destroy();
  for (const client of Object.values(other)) client.destroy();
  await there.stop();
  await bench.stop();
}, 60_000);

const text = async (url: string, id: string): Promise<string | undefined> => {
  const { body } = await new Visitor(url).read(id);
  return (body['post'] as { text: string } | undefined)?.text;
};
const edit = (id: string, version: number, next: string) =>
  visitor.call('PATCH', `/v1/posts/${id}`, { text: next, version });
const outbox = (where = 'true') => bench.cluster.primary.query(`SELECT type FROM outbox WHERE ${where}`);
/** A post that both regions have in their caches. */
async function known(words: string): Promise<string> {
  const { id } = await visitor.post(words);
  await waitFor('the copy', async () => (await text(abroad.url, id)) === words);
  expect(await there.with((client) => client.get(`post:3:${id}`))).toContain(words);
  return id;
}

test('a change is seen in its own region at once, and in the other one when word of it came', async () => {
  const id = await known('before');
  const changed = await edit(id, 1, 'after');
  expect([changed.status, changed.body['post']]).toEqual([
    200,
    expect.objectContaining({ text: 'after', version: 2 }),
  ]);
  expect(await text(home.url, id)).toBe('after');
  await waitFor('the other region', async () => (await text(abroad.url, id)) === 'after');
}, 30_000);

test('who changed it is never shown the old text, wherever it is cached', async () => {
  const id = await known('old');
  const position = (await edit(id, 1, 'new')).headers.get('x-tiers-position')!;
  for (const { url } of [home, abroad]) {
    const seen = await new Visitor(url).read(id, position);
    expect(seen.body['post']).toMatchObject({ text: 'new' });
  }
}, 30_000);

test('a deletion reaches both', async () => {
  const id = await known('not for long');
  expect((await visitor.call('DELETE', `/v1/posts/${id}`)).status).toBe(204);
  expect((await visitor.call('DELETE', `/v1/posts/${id}`)).status).toBe(404);
  for (const { url } of [home, abroad])
    await waitFor('its absence', async () => (await new Visitor(url).read(id)).status === 404);
}, 30_000);

test('a crash between the change and the word of it loses nothing', async () => {
  const id = await known('before the crash');
  // As if the process had ended right after the commit: only the database knows.
  await bench.cluster.primary.query(
    `WITH made AS (UPDATE posts SET text = 'after the crash', version = version + 1 WHERE id = $1 RETURNING id)
     INSERT INTO outbox (type, data) SELECT 'cache.stale', jsonb_build_object('kind', 'posts', 'id', id::text) FROM made`,
    [id],
  );
  for (const { url } of [home, abroad])
    await waitFor('the change', async () => (await text(url, id)) === 'after the crash');
}, 30_000);

test('a cache that is away when it should forget is told when it is back', async () => {
  const id = await known('while it hangs');
  bench.valkey.signal('SIGSTOP');
  try {
    expect((await edit(id, 1, 'changed meanwhile')).status).toBe(200);
    // More than one: it is not taken for told because somebody has tried.
    await waitFor(
      'a second attempt',
      async () => (await outbox("type = 'cache.stale' AND attempts > 1")).length === 1,
      30_000,
    );
  } finally {
    bench.valkey.signal('SIGCONT');
  }
  await waitFor('the change', async () => (await text(home.url, id)) === 'changed meanwhile', 40_000);
  await waitFor('an empty outbox', async () => (await outbox()).length === 0, 40_000);
}, 90_000);

test('word that comes twice, or late, does nothing', async () => {
  const id = await known('once');
  await edit(id, 1, 'twice');
  await waitFor('the other region', async () => (await text(abroad.url, id)) === 'twice');
  const entry = await there.with((client) => client.get(`post:3:${id}`));
  const late = { type: 'cache.stale', kind: 'posts', id, requestId: 'late', position: '0/1', age: 1 };
  await other.sqs.send(new SendMessageCommand({ QueueUrl: queueUrl, MessageBody: JSON.stringify(late) }));
  await waitFor('the late word', () => abroad.process.text().includes('"requestId":"late"'));
  expect(await there.with((client) => client.get(`post:3:${id}`))).toBe(entry);
}, 30_000);

test('two changes of the same version: the second one is refused, a repeated one answered again', async () => {
  const { id } = await visitor.post('one');
  expect((await edit(id, 1, 'two')).status).toBe(200);
  const repeated = await edit(id, 1, 'two');
  const refused = await edit(id, 1, 'three');
  expect([repeated.status, refused.status, refused.body['error']]).toEqual([
    200,
    409,
    expect.objectContaining({ code: 'post_changed' }),
  ]);
});
