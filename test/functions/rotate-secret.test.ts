import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { Client } from 'pg';
import { PostgresPassword } from '../../functions/rotate-secret/postgres';
import { scramVerifier } from '../../functions/rotate-secret/scram';
import { awsClients, REGION, type AwsClients } from '../support/aws-resources';
import { Ministack } from '../support/ministack';
import { freePort } from '../support/ports';
import { DATABASE, PostgresCluster } from '../support/postgres';
import { RotatedSecret, STEPS } from './support';

const ROOT = resolve(__dirname, '../..');
const ADMIN = 'tiers_admin';
const FIRST = 'theFirstPasswordOfTheAdministrator123456';
const account = (password: string, username = ADMIN): string => JSON.stringify({ username, password });
const passwordOf = (value: string | undefined): string =>
  (JSON.parse(value ?? '{}') as { password: string }).password;

let cluster: PostgresCluster;
let ministack: Ministack;
let aws: AwsClients;
let database: PostgresPassword;
const lines: string[] = [];
beforeAll(async () => {
  [cluster, ministack] = await Promise.all([PostgresCluster.start(), Ministack.start()]);
  aws = awsClients(ministack.endpoint);
  const { primary, certificates } = cluster;
  // Only the administrator of the tests themselves comes in without a password.
  const rules = join(primary.data, 'pg_hba.conf');
  writeFileSync(rules, `hostssl all ${ADMIN} 127.0.0.1/32 scram-sha-256\n${readFileSync(rules, 'utf8')}`);
  await primary.query(`CREATE ROLE ${ADMIN} LOGIN CREATEROLE`);
  await primary.query('SELECT pg_reload_conf()');
  database = new PostgresPassword({
    host: '127.0.0.1',
    port: primary.port,
    database: DATABASE,
    caFile: certificates.caFile,
  });
}, 120_000);
afterAll(async () => {
  for (const client of Object.values(aws)) client.destroy();
  await Promise.all([cluster.stop(), ministack.stop()]);
});

let secret: RotatedSecret;
beforeEach(async () => {
  jest.spyOn(console, 'log').mockImplementation((line: unknown) => void lines.push(String(line)));
  await cluster.primary.query(`ALTER ROLE ${ADMIN} PASSWORD '${FIRST}'`);
  secret = await RotatedSecret.create(aws.secrets, account(FIRST));
});
afterEach(() => jest.restoreAllMocks());

async function signsIn(password: string): Promise<boolean> {
  const { primary, certificates } = cluster;
  const client = new Client({
    host: '127.0.0.1',
    port: primary.port,
    user: ADMIN,
    password,
    database: DATABASE,
    ssl: { ca: readFileSync(certificates.caFile, 'utf8') },
  });
  try {
    await client.connect();
    return true;
  } catch {
    return false;
  } finally {
    await client.end().catch(() => undefined);
  }
}

describe('the password of the administrator', () => {
  test('is another one after a rotation: it opens the database, and the one before does not', async () => {
    await secret.rotate(database);
    const next = passwordOf(await secret.value());
    expect(next).toMatch(/^[A-Za-z0-9]{40}$/);
    expect(next).not.toBe(FIRST);
    expect(JSON.parse((await secret.value()) ?? '')).toEqual({ username: ADMIN, password: next });
    expect(await secret.value('AWSPREVIOUS')).toBe(account(FIRST));
    expect([await signsIn(next), await signsIn(FIRST)]).toEqual([true, false]);
  });

  test('is rotated again and again', async () => {
    const seen = new Set<string>([FIRST]);
    for (let n = 0; n < 3; n += 1) {
      await secret.rotate(database);
      seen.add(passwordOf(await secret.value()));
    }
    expect(seen.size).toBe(4);
    const works = await Promise.all([...seen].map(signsIn));
    expect(works).toEqual([false, false, false, true]);
  });

  test.each(STEPS)('survives that %s is done twice, and the whole after it', async (repeated) => {
    const token = await secret.begin();
    for (const step of STEPS) {
      await secret.step(database, token, step);
      if (step !== repeated) continue;
      await secret.step(database, token, step);
      for (const again of STEPS) await secret.step(database, token, again);
    }
    const next = passwordOf(await secret.value());
    expect([await signsIn(next), await signsIn(FIRST)]).toEqual([true, false]);
    expect(await secret.value('AWSPREVIOUS')).toBe(account(FIRST));
  });

  test.each(STEPS)('survives that it is given up before %s: the next rotation gets through', async (last) => {
    const token = await secret.begin();
    for (const step of STEPS.slice(0, STEPS.indexOf(last))) await secret.step(database, token, step);
    const abandoned = passwordOf(await secret.value('AWSPENDING'));
    // Secrets Manager tries the same version again, as long as it is pending.
    for (const step of STEPS) await secret.step(database, token, step);
    const next = passwordOf(await secret.value());
    if (last !== 'createSecret') expect(next).toBe(abandoned);
    await secret.rotate(database);
    expect(await signsIn(passwordOf(await secret.value()))).toBe(true);
    expect([await signsIn(next), await signsIn(FIRST)]).toEqual([false, false]);
  });

  test('set to the pending one with the answer lost is found so, not set from the current one', async () => {
    const token = await secret.begin();
    await secret.step(database, token, 'createSecret');
    const pending = passwordOf(await secret.value('AWSPENDING'));
    await cluster.primary.query(`ALTER ROLE ${ADMIN} PASSWORD '${pending}'`);
    for (const step of STEPS.slice(1)) await secret.step(database, token, step);
    expect(await signsIn(passwordOf(await secret.value()))).toBe(true);
  });

  test('that the database still has from before is enough, as after a restored value', async () => {
    await secret.put(account('aValueThatTheDatabaseNeverGotToSee1234567'));
    await secret.rotate(database);
    expect(await signsIn(passwordOf(await secret.value()))).toBe(true);
  });

  test('that nobody knows any more stops the rotation before the secret changes', async () => {
    await cluster.primary.query(`ALTER ROLE ${ADMIN} PASSWORD 'changedByHandAndToldNobody'`);
    await expect(secret.rotate(database)).rejects.toThrow(
      'the database refuses the current and the previous password',
    );
    expect(await secret.value()).toBe(account(FIRST));
  });

  test('is not finished when it was never set', async () => {
    const token = await secret.begin();
    await secret.step(database, token, 'createSecret');
    await expect(secret.step(database, token, 'testSecret')).rejects.toThrow(
      'the database refuses the new password',
    );
    expect(await signsIn(FIRST)).toBe(true);
  });

  test('stays as it is while the database is away, and the fault is not taken for a refused login', async () => {
    const token = await secret.begin();
    await secret.step(database, token, 'createSecret');
    const away = new PostgresPassword({
      host: '127.0.0.1',
      port: await freePort(),
      database: DATABASE,
      caFile: cluster.certificates.caFile,
    });
    await expect(secret.step(away, token, 'setSecret')).rejects.toMatchObject({ code: 'ECONNREFUSED' });
    for (const step of STEPS) await secret.step(database, token, step);
    expect(await signsIn(passwordOf(await secret.value()))).toBe(true);
  });

  test('goes to a server with the right certificate only', async () => {
    const token = await secret.begin();
    await secret.step(database, token, 'createSecret');
    const other = await PostgresCluster.start();
    try {
      const trap = new PostgresPassword({
        host: '127.0.0.1',
        port: cluster.primary.port,
        database: DATABASE,
        caFile: other.certificates.caFile,
      });
      await expect(secret.step(trap, token, 'setSecret')).rejects.toThrow(/certificate/);
    } finally {
      await other.stop();
    }
  }, 60_000);

  test('stands in no log, neither of the function nor of the database', async () => {
    await cluster.primary.query("ALTER SYSTEM SET log_statement = 'all'");
    await cluster.primary.query('SELECT pg_reload_conf()');
    await secret.rotate(database);
    const next = passwordOf(await secret.value());
    const logged = `${lines.join('\n')}\n${cluster.primary.log()}`;
    expect(logged).toContain('SCRAM-SHA-256$4096:');
    expect(logged).not.toContain(next);
    expect(lines.at(-1)).toContain('"step":"finishSecret"');
    await cluster.primary.query('ALTER SYSTEM RESET log_statement');
    await cluster.primary.query('SELECT pg_reload_conf()');
  });
});

describe('a value in the wrong form', () => {
  test.each([
    ['no JSON', 'the-password-itself-in-clear'],
    ['no password', '{"username":"tiers_admin"}'],
  ])('(%s) is refused without a word of it', async (_case, value) => {
    await secret.put(value);
    const failure = await secret.rotate(database).catch((error: unknown) => error);
    expect(String(failure)).toBe('Error: the current value is no JSON with username and password');
  });

  test('for another user is refused', async () => {
    const token = await secret.begin();
    await secret.put(account('x'.repeat(40), 'postgres'), token, 'AWSPENDING');
    await expect(secret.step(database, token, 'setSecret')).rejects.toThrow('for another user');
  });
});

test('the bundle does a whole rotation, configured as the plan does it', async () => {
  const out = mkdtempSync(join(tmpdir(), 'tiers-functions-'));
  try {
    execFileSync(process.execPath, [join(ROOT, 'scripts/build.mjs'), `--out=${out}`, 'functions']);
    const token = await secret.begin();
    const events = STEPS.map((Step) => ({ Step, SecretId: secret.id, ClientRequestToken: token }));
    const script = `const { handler } = require('${join(out, 'functions/rotate-secret.js')}');
      (async () => { for (const event of ${JSON.stringify(events)}) await handler(event); })();`;
    const run = execFileSync(process.execPath, ['-e', script], {
      encoding: 'utf8',
      stdio: 'pipe',
      env: {
        AWS_REGION: REGION,
        ...ministack.environment,
        TARGET: 'postgres',
        DB_HOST: '127.0.0.1',
        DB_PORT: String(cluster.primary.port),
        DB_NAME: DATABASE,
        DB_CA_FILE: cluster.certificates.caFile,
      },
    });
    expect(run.trim().split('\n')).toHaveLength(STEPS.length);
    expect(await signsIn(passwordOf(await secret.value()))).toBe(true);
    expect(await signsIn(FIRST)).toBe(false);
  } finally {
    rmSync(out, { recursive: true });
  }
}, 30_000);

describe('a call', () => {
  test('for a version that is not pending is refused, whatever the step', async () => {
    const token = await secret.put(account('y'.repeat(40)), undefined, 'SOMETHING_ELSE');
    for (const step of STEPS) {
      await expect(secret.step(database, token, step)).rejects.toThrow('is not AWSPENDING');
      await expect(secret.step(database, 'no-such-version', step)).rejects.toThrow('its stages: none');
    }
    expect(await signsIn(FIRST)).toBe(true);
  });

  test('for a version that is current already changes nothing', async () => {
    const token = await secret.put(account(FIRST));
    const before = await secret.stages();
    for (const step of STEPS) await secret.step(database, token, step);
    expect(await secret.stages()).toEqual(before);
  });

  test('before there is a value is refused', async () => {
    const token = await secret.begin();
    for (const step of ['setSecret', 'testSecret', 'finishSecret']) {
      await expect(secret.step(database, token, step)).rejects.toThrow(
        'there is no value of stage AWSPENDING',
      );
    }
  });

  test('with another step, or none, is refused', async () => {
    await expect(secret.step(database, 'token', 'deleteSecret')).rejects.toThrow('Step');
    await expect(secret.step(database, '', 'setSecret')).rejects.toThrow('ClientRequestToken');
  });
});

test('the verifier is what PostgreSQL makes of the password itself', async () => {
  const [row] = await cluster.primary.query<{ rolpassword: string }>(
    'SELECT rolpassword FROM pg_authid WHERE rolname = $1',
    [ADMIN],
  );
  const stored = row?.rolpassword ?? '';
  const salt = Buffer.from(/:([^$]+)\$/.exec(stored)?.[1] ?? '', 'base64');
  expect(scramVerifier(FIRST, salt)).toBe(stored);
});
