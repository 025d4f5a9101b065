import { join } from 'node:path';
import {
  GetSecretValueCommand,
  PutSecretValueCommand,
  CreateSecretCommand,
} from '@aws-sdk/client-secrets-manager';
import { awsClients, putParameter, REGION, type AwsClients } from '../support/aws-resources';
import { Bench, type RunningApi } from '../support/bench';
import { freePort } from '../support/ports';
import type { PostgresServer } from '../support/postgres';
import { Visitor } from '../support/visitor';
import { waitFor } from '../support/wait';

/** Two regions: one that writes, and one whose database is a copy of it. Names of regions lead to this machine. */
const OTHER = 'eu-west-1';
const PARAMETER = '/tiers/test/writer-region';
const FORWARDED = 'x-tiers-forwarded-by';

let bench: Bench;
let other: AwsClients;
let copy: PostgresServer;
let home: RunningApi;
let abroad: RunningApi;

/** The secret of the tokens, as a replica in the other region has it: the same value under the same version. */
async function replicateSigningKey(): Promise<string> {
  const { SecretString, VersionId } = await bench.aws.secrets.send(
    new GetSecretValueCommand({ SecretId: bench.resources.signingSecret }),
  );
  const made = await other.secrets.send(new CreateSecretCommand({ Name: 'signing-key' }));
  await other.secrets.send(
    new PutSecretValueCommand({ SecretId: made.ARN, SecretString, ClientRequestToken: VersionId }),
  );
  return made.ARN!;
}

beforeAll(async () => {
  bench = await Bench.start({ replicas: 1 });
  other = awsClients(bench.ministack.endpoint, OTHER);
  copy = bench.replicas[0]!;
  await putParameter(bench.aws.ssm, PARAMETER, REGION);
  await putParameter(other.ssm, PARAMETER, REGION);
  await putParameter(other.ssm, bench.resources.parameter, '{}');
  const shared = {
    NODE_OPTIONS: `--require=${join(__dirname, '../support/resolve-to-loopback.cjs')}`,
    DB_READER_HOSTS: '',
    WRITER_REGION_PARAMETER: PARAMETER,
    WRITER_REGION_POLL_SECONDS: '0.2',
  };
  const [homePort, abroadPort] = [await freePort(), await freePort()];
  home = await bench.api(
    {
      ...shared,
      REGION_API_URL: `http://api-{region}.regions.test:${abroadPort}`,
      // What comes from the other region comes from one address, and many people are behind it.
      RATE_LIMITS: 'signUp=1/3600,read=off',
    },
    homePort,
  );
  abroad = await bench.api(
    {
      ...shared,
      AWS_REGION: OTHER,
      DB_WRITER_HOST: copy.host,
      SIGNING_SECRET_ARN: await replicateSigningKey(),
      REGION_API_URL: `http://api-{region}.regions.test:${homePort}`,
    },
    abroadPort,
  );
}, 120_000);
afterAll(async () => {
  for (const client of Object.values(other)) client.destroy();
  await bench.stop();
}, 60_000);

const setWriter = (clients: AwsClients, region: string): Promise<void> =>
  putParameter(clients.ssm, PARAMETER, region);
const lines = (api: RunningApi): string[] => api.process.text().split('\n');
const handled = (api: RunningApi, id: string): boolean =>
  lines(api).some((line) => line.includes(`"requestId":"${id}"`));
const rows = async (server: PostgresServer, id: string): Promise<number> =>
  (await server.query('SELECT 1 FROM posts WHERE id = $1', [id])).length;

test('a write that arrives where nothing is written is passed on to the writer, with its id', async () => {
  const visitor = await new Visitor(abroad.url).signUp();
  const answer = await visitor.call('POST', '/v1/posts', { text: 'from afar' }, { 'x-request-id': 'afar-1' });
  expect(answer.status).toBe(201);
  expect(answer.headers.get('x-request-id')).toBe('afar-1');
  await waitFor('both to have a line of it', () => handled(home, 'afar-1') && handled(abroad, 'afar-1'));
  const { id } = answer.body['post'] as { id: string };
  expect(await rows(bench.cluster.primary, id)).toBe(1);
  // Its writer read it back already: the position of the write came along.
  expect((await visitor.read(id)).status).toBe(200);
});

test('reads are answered where they arrive', async () => {
  const visitor = await new Visitor(abroad.url).signUp();
  const { id } = await visitor.post('read here');
  await waitFor('the copy to have it', async () => (await rows(copy, id)) === 1);
  const read = await new Visitor(abroad.url).call('GET', `/v1/users/${visitor.userId}/posts`, undefined, {
    'x-request-id': 'near-1',
  });
  expect(read.body['posts']).toHaveLength(1);
  await waitFor('its line', () => handled(abroad, 'near-1'));
  expect(handled(home, 'near-1')).toBe(false);
});

test('a read that wants more than the copy has yet is passed on', async () => {
  const visitor = await new Visitor(abroad.url).signUp();
  await copy.query('SELECT pg_wal_replay_pause()');
  try {
    const written = await visitor.call('POST', '/v1/posts', { text: 'not copied yet' });
    const position = written.headers.get('x-tiers-position')!;
    const path = `/v1/users/${visitor.userId}/posts?limit=5`;
    const stale = await visitor.call('GET', path);
    const fresh = await visitor.call('GET', path, undefined, { 'x-tiers-position': position });
    expect([stale.body['posts'], fresh.body['posts']]).toEqual([
      [],
      [expect.objectContaining({ text: 'not copied yet' })],
    ]);
  } finally {
    await copy.query('SELECT pg_wal_replay_resume()');
  }
});

test('what is wrong with a request is said where it arrives', async () => {
  const stranger = new Visitor(abroad.url);
  const answer = await stranger.call('POST', '/v1/posts', { text: 'x' }, { 'x-request-id': 'wrong-1' });
  expect([answer.status, handled(home, 'wrong-1')]).toEqual([401, false]);
});

test('two regions that each hold the other for the writer refuse, and send nothing in circles', async () => {
  const visitor = await new Visitor(abroad.url).signUp();
  await setWriter(bench.aws, OTHER);
  const refused = await waitFor('the home to hold the other for the writer', async () => {
    const answer = await visitor.call(
      'POST',
      '/v1/posts',
      { text: 'in circles' },
      { 'x-request-id': 'circle-1' },
    );
    return answer.status === 503 && answer;
  });
  expect(refused.body['error']).toMatchObject({ code: 'writer_moving' });
  expect(refused.headers.get('retry-after')).toBe('1');
  await setWriter(bench.aws, REGION);
  await waitFor(
    'the home to write again',
    async () => (await visitor.call('POST', '/v1/posts', { text: 'x' })).status === 201,
  );
});

test('nobody passes on twice: a request with the mark of a region is refused', async () => {
  const visitor = await new Visitor(abroad.url).signUp();
  const answer = await visitor.call('POST', '/v1/posts', { text: 'x' }, { [FORWARDED]: 'ap-south-1' });
  expect([answer.status, answer.body['error']]).toEqual([
    503,
    expect.objectContaining({ code: 'writer_moving' }),
  ]);
});

test('requests are counted where they arrive, whatever mark they carry', async () => {
  await new Visitor(abroad.url).signUp();
  await new Visitor(abroad.url).signUp();
  const signUp = (headers: Record<string, string>) =>
    new Visitor(home.url).call('POST', '/v1/users', { name: 'x' }, headers);
  expect((await signUp({})).status).toBe(400);
  expect((await signUp({})).status).toBe(429);
  expect((await signUp({ [FORWARDED]: OTHER, 'x-tiers-forwarded-code': 'A'.repeat(43) })).status).toBe(429);
});

test('a value that is no region is passed over', async () => {
  await setWriter(other, 'nowhere');
  await waitFor('the warning', () => abroad.process.text().includes('is not the name of a region'));
  expect((await new Visitor(abroad.url).signUp()).userId).not.toBe('');
  await setWriter(other, REGION);
});

test('the writer is lost: the copy is promoted, the parameter follows, and what was copied is there', async () => {
  const visitor = await new Visitor(abroad.url).signUp();
  const { id } = await visitor.post('before the loss');
  await waitFor('the copy to have it', async () => (await rows(copy, id)) === 1);
  await home.process.stop('SIGKILL');
  await bench.cluster.primary.stop();

  const refused = await visitor.call('POST', '/v1/posts', { text: 'too early' });
  expect([refused.status, refused.body['error']]).toEqual([
    503,
    expect.objectContaining({ code: 'writer_unavailable' }),
  ]);
  expect((await visitor.call('GET', `/v1/users/${visitor.userId}/posts`)).status).toBe(200);

  await copy.query('SELECT pg_promote(true, 30)');
  await setWriter(other, OTHER);
  const written = await waitFor('the region to write', async () => {
    const answer = await visitor.call('POST', '/v1/posts', { text: 'after the loss' });
    return answer.status === 201 && answer;
  });
  const position = written.headers.get('x-tiers-position')!;
  const found = await visitor.call('GET', `/v1/users/${visitor.userId}/posts`, undefined, {
    'x-tiers-position': position,
  });
  expect((found.body['posts'] as { text: string }[]).map(({ text }) => text)).toEqual([
    'after the loss',
    'before the loss',
  ]);
});
