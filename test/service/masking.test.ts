import { join, resolve } from 'node:path';
import { describeError, mask } from '../../service/masking';
import { Bench } from '../support/bench';
import { TestProcess } from '../support/process';

const TOKEN = 'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiI0MiJ9.c2lnbmF0dXJl';

test.each([
  [`refused ${TOKEN}`, 'refused [redacted]'],
  ['authorization: Bearer abc.def', 'authorization: Bearer [redacted]'],
  [`used ${'42.0.' + 'a'.repeat(64)} again`, 'used [redacted] again'],
  ['GET /k?X-Amz-Signature=ab12&x=1', 'GET /k?X-Amz-Signature=[redacted]&x=1'],
  ['mail to jo.doe+x@mail.example.com now', 'mail to [redacted] now'],
  ['from 203.0.113.9 to 10.1.2.3', 'from [redacted] to 10.1.2.3'],
  ['connect ECONNREFUSED 127.0.0.1:5432', 'connect ECONNREFUSED 127.0.0.1:5432'],
  ['version 1.2.3', 'version 1.2.3'],
])('%s', (text, masked) => {
  expect(mask(text)).toBe(masked);
});

test('an error keeps what explains it, and nothing that libraries hang on it', () => {
  const cause = Object.assign(new Error(`token ${TOKEN}`), { code: '23505', detail: 'Key (name)=(jo doe)' });
  const error = new AggregateError([new TypeError('one')], 'outer', { cause });
  expect(describeError(error)).toMatchObject({
    type: 'AggregateError',
    message: 'outer',
    cause: { type: 'Error', code: '23505', message: 'token [redacted]' },
    errors: [{ type: 'TypeError', message: 'one' }],
  });
  expect(JSON.stringify(describeError(error))).not.toMatch(/jo doe|eyJ/);
});

test('causes that run in a circle end', () => {
  const error = new Error('again');
  error.cause = error;
  expect(JSON.stringify(describeError(error)).split('"again"').length - 1).toBe(5);
});

test('what a caller logs by mistake is masked in the line that is written', async () => {
  const root = resolve(__dirname, '../..');
  const script = `
    const { createLogger } = require('./service/logger.ts');
    const log = createLogger('api', { LOG_LEVEL: 'info', INSTANCE_ID: 'i-1', TIERS_ENVIRONMENT: 'test', AWS_REGION: 'us-east-1' });
    const person = { name: 'jo doe', password: 'open sesame', token: 'tok', email: 'jo@example.com', ip: '203.0.113.9' };
    log.info(person, 'at the root');
    log.info({ body: person }, 'one below');
    log.info({ request: { body: person, headers: { authorization: 'Bearer tok', 'x-forwarded-for': '203.0.113.9' } } }, 'two below');
    log.child({ user: person }).error({ err: Object.assign(new Error('of jo@example.com'), { detail: 'jo doe' }) }, 'error');
  `;
  const run = new TestProcess(process.execPath, ['-r', 'ts-node/register', '-e', script], {
    cwd: root,
    env: { ...process.env, TS_NODE_PROJECT: join(root, 'tsconfig.json') },
  });
  expect(await run.exited()).toBe(0);
  expect(run.text().trim().split('\n')).toHaveLength(4);
  expect(run.text()).not.toMatch(/jo doe|open sesame|"tok"|Bearer tok|jo@example|203\.0\.113/);
  expect(run.text()).toContain('"type":"Error"');
  expect(run.text()).toContain('[redacted]');
});

test.each([
  ['at the start', "throw new Error('no key for jo@example.com')"],
  ['later', "setImmediate(() => { throw new Error('no key for jo@example.com'); })"],
])('an error that nothing caught %s is one fatal line', async (_when, statement) => {
  const script = `require('./service/lifecycle.ts').main('api', async () => { ${statement}; });`;
  const run = new TestProcess(process.execPath, ['-r', 'ts-node/register', '-e', script], {
    cwd: resolve(__dirname, '../..'),
  });
  expect(await run.exited()).toBe(1);
  expect(run.text()).not.toContain('jo@example.com');
  const line = run
    .text()
    .split('\n')
    .find((text) => text.startsWith('{'));
  expect(JSON.parse(line ?? '{}')).toMatchObject({
    level: 'fatal',
    service: 'api',
    err: { type: 'Error', message: 'no key for [redacted]' },
  });
});

describe('the service', () => {
  let bench: Bench;
  beforeAll(async () => {
    bench = await Bench.start();
  }, 120_000);
  afterAll(() => bench.stop(), 60_000);

  test('logs neither names nor passwords nor tokens nor texts at the most talkative level, failures included', async () => {
    const api = await bench.api({ LOG_LEVEL: 'trace' });
    const call = async (path: string, body: object, token?: string) => {
      const answer = await fetch(`${api.url}${path}`, {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          'x-forwarded-for': '203.0.113.77',
          ...(token && { authorization: `Bearer ${token}` }),
        },
        body: JSON.stringify(body),
      });
      return (await answer.json()) as { token?: string };
    };
    const person = { name: 'zaphod_beeblebrox', password: 'a very secret word' };
    const { token } = await call('/v1/users', person);
    expect(token).toBeDefined();
    await call('/v1/users', person);
    await call('/v1/sessions', { ...person, password: 'another secret word' });
    await call('/v1/posts', { text: 'what nobody may read' }, token);
    await bench.cluster.primary.stop();
    await call('/v1/users', { name: 'ford_prefect', password: 'a very secret word' });
    await call('/v1/posts', { text: 'what nobody may read' }, token);
    await api.process.stop();
    expect(api.process.text()).toContain('"level":"error"');
    expect(api.process.text()).not.toMatch(
      /zaphod|ford_prefect|secret word|nobody may read|203\.0\.113\.77|eyJ/,
    );
  }, 60_000);
});
