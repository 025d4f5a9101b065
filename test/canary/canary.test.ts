import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CreateSecretCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { unzipSync } from 'fflate';
import { accountName } from '../../canary/journey';
import { ROOT } from '../repository/support/root';
import { REGION } from '../support/aws-resources';
import { Bench, type RunningApi } from '../support/bench';
import { CREDENTIALS } from '../support/ministack';
import { Breakable, UnpackedCanary, type CanaryRun, type Fault } from './support';

const PASSWORD = 'generated0letters1and2digits3of4a5secret';
const STEPS = ['page', 'client-config', 'log-in', 'post', 'read-back'];

/** The archive as `npm run package` makes it, from a canary built into a folder. */
function pack(folder: string, timeZone: string): Buffer {
  const script =
    "import { readFileSync } from 'node:fs'; import { canaryArchive } from './scripts/canary-archive.mjs';" +
    'process.stdout.write(canaryArchive(readFileSync(process.argv[1])));';
  const file = join(folder, 'canary/canary.js');
  return execFileSync(process.execPath, ['--input-type=module', '-e', script, file], {
    cwd: ROOT,
    env: { ...process.env, TZ: timeZone },
  });
}

describe('the packed canary', () => {
  let out: string;
  let archive: Buffer;
  beforeAll(() => {
    out = mkdtempSync(join(tmpdir(), 'tiers-canary-build-'));
    execFileSync(process.execPath, [join(ROOT, 'scripts/build.mjs'), `--out=${out}`, 'canary', 'web'], {
      stdio: 'pipe',
    });
    archive = pack(out, 'Etc/UTC');
  }, 60_000);
  afterAll(() => rmSync(out, { recursive: true, force: true }));

  test('is one file in the folder that the runtime looks into, equal byte for byte whenever and wherever it is packed', () => {
    expect(Object.keys(unzipSync(archive))).toEqual(['nodejs/node_modules/canary.js']);
    const elsewhere = pack(out, 'Pacific/Auckland');
    expect(elsewhere.equals(archive)).toBe(true);
  });

  test('says which of its settings is missing', async () => {
    const canary = new UnpackedCanary(archive);
    try {
      const run = await canary.run({ SITE_URL: 'https://www.example.com' });
      expect(run).toEqual({
        passed: false,
        steps: [],
        message: 'run failed: API_URL is not set; modules/canary sets it',
      });
    } finally {
      canary.remove();
    }
  });

  describe('against the service with all its servers', () => {
    let bench: Bench;
    let api: RunningApi;
    let front: Breakable;
    let canary: UnpackedCanary;
    let secret: string;

    beforeAll(async () => {
      bench = await Bench.start({ replicas: 1 });
      api = await bench.api({ WEB_ROOT: join(out, 'web') });
      front = await Breakable.before(api.url);
      canary = new UnpackedCanary(archive);
      const client = new SecretsManagerClient({
        region: REGION,
        endpoint: bench.ministack.endpoint,
        credentials: CREDENTIALS,
      });
      const made = await client.send(
        new CreateSecretCommand({ Name: '/test/canary-password', SecretString: PASSWORD }),
      );
      client.destroy();
      secret = made.ARN!;
    }, 120_000);
    afterAll(async () => {
      canary.remove();
      await front.stop();
      await bench.stop();
    }, 60_000);
    afterEach(() => {
      front.fault = () => undefined;
    });

    const run = (overrides: Record<string, string> = {}): Promise<CanaryRun> =>
      canary.run({
        AWS_REGION: REGION,
        AWS_ENDPOINT_URL: bench.ministack.endpoint,
        AWS_ACCESS_KEY_ID: CREDENTIALS.accessKeyId,
        AWS_SECRET_ACCESS_KEY: CREDENTIALS.secretAccessKey,
        SITE_URL: front.url,
        API_URL: front.url,
        PASSWORD_SECRET_ARN: secret,
        ...overrides,
      });
    const broken = (at: string, fault: Fault): void => {
      front.fault = (method, path) => (`${method} ${path}`.startsWith(at) ? fault : undefined);
    };

    test('gets through every step, again and again, as the same one user', async () => {
      for (let n = 0; n < 2; n += 1) {
        expect(await run()).toEqual({
          passed: true,
          steps: STEPS.map((name) => `passed ${name}`),
          message: 'run passed: a user got through',
        });
      }
      const rows = await bench.cluster.primary.query(
        `SELECT u.name, count(*)::int AS posts FROM users u JOIN posts p ON p.author_id = u.id GROUP BY u.name`,
      );
      expect(rows).toEqual([{ name: accountName(PASSWORD), posts: 2 }]);
    });

    test.each<[string, string, Fault, string]>([
      ['the page is another one', 'GET /', { status: 200, body: '<h1>It works!</h1>' }, 'page'],
      ['the page has lost its script', 'GET /assets/', { status: 404, body: 'gone' }, 'page'],
      ['the settings are away', 'GET /v1/client-config', { status: 503, body: 'busy' }, 'client-config'],
      ['nobody can log in', 'POST /v1/sessions', { status: 500, body: 'oops' }, 'log-in'],
      ['nothing can be written', 'POST /v1/posts', { status: 503, body: 'no writer' }, 'post'],
      ['what was written is not there', 'GET /v1/posts/', { status: 404, body: 'none' }, 'read-back'],
      [
        'what was written is something else',
        'GET /v1/posts/',
        { status: 200, body: '{"post":{"text":"else"}}' },
        'read-back',
      ],
    ])('fails when %s, and says so', async (_, at, fault, step) => {
      broken(at, fault);
      const { passed, steps, message } = await run();
      expect(passed).toBe(false);
      const index = STEPS.indexOf(step);
      expect(steps).toEqual([...STEPS.slice(0, index).map((name) => `passed ${name}`), `failed ${step}`]);
      expect(message).toContain(at.split(' ')[1]);
      expect(message).toContain(
        fault.status === 200 ? 'expected' : `received ${fault.status}: ${fault.body}`,
      );
      expect(message).not.toContain(PASSWORD);
    });

    test('fails when its account has another password, when the secret is away, and when nobody answers', async () => {
      broken('POST /v1/sessions', { status: 401, body: 'wrong' });
      expect((await run()).message).toContain(`the account ${accountName(PASSWORD)} is there and refuses`);
      const missing = await run({ PASSWORD_SECRET_ARN: `${secret}x` });
      expect(missing).toMatchObject({ passed: false, steps: [] });
      expect(missing.message).toContain("The canary's own password could not be read");
      await api.process.stop('SIGKILL');
      const gone = await run({ SITE_URL: api.url });
      expect(gone.steps).toEqual(['failed page']);
      expect(gone.message).toMatch(/GET http:\/\/127\.0\.0\.1:\d+\/: no answer: ECONNREFUSED/);
    });
  });
});
