import { execFile } from 'node:child_process';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { Bench } from '../support/bench';
import { PostgresCluster } from '../support/postgres';

const ROOT = resolve(__dirname, '../..');

interface Results {
  readonly numPassedTests: number;
  readonly numTotalTests: number;
  readonly testResults: { readonly message: string }[];
}

interface Surroundings {
  /** Address of each database, where there are several. */
  readonly databases?: () => string[];
  readonly overrides: (bench: Bench) => Record<string, string>;
  readonly worker: boolean;
}

const SURROUNDINGS: Readonly<Record<string, Surroundings>> = {
  'with all tiers': { overrides: () => ({}), worker: true },
  // As on one server: no queue, no table, no other database than that of the machine, which it reaches by a socket.
  'on one server': {
    overrides: ({ cluster }) => ({
      QUEUE_URL: '',
      TABLE_NAME: '',
      DB_READER_HOSTS: '',
      DB_WRITER_HOST: cluster.socketFolder,
      DB_AUTH: 'peer',
      CACHE_AUTH: 'none',
      CACHE_USER: '',
    }),
    worker: false,
  },
  'on two shards': {
    overrides: () => shardEnvironment(),
    worker: true,
    databases: () => shards.map(({ primary }) => `postgresql://postgres@${primary.host}/app`),
  },
};

/** Physical shards of their own, beside the bench's database. */
const shards: PostgresCluster[] = [];
const shardEnvironment = (): Record<string, string> => ({
  DB_SHARDS: shards.map(({ primary }) => primary.host).join(' '),
  DB_WRITER_HOST: shards[0]!.primary.host,
  DB_READER_HOSTS: '',
  DB_AUTH: 'peer',
});

/** The contract tests against real servers without the tiers in front: what fails here is the service's own fault. */
describe('the service alone', () => {
  let bench: Bench;
  beforeAll(async () => {
    bench = await Bench.start({ replicas: 1 });
    for (let n = 0; n < 2; n += 1) shards.push(await PostgresCluster.start(true));
    const administrator = { DB_ADMIN_SECRET_ARN: '', DB_ADMIN_USER: 'postgres' };
    const migrated = bench.spawn('migrate', { ...shardEnvironment(), ...administrator });
    if ((await migrated.exited()) !== 0) throw new Error(migrated.text());
  }, 120_000);
  afterAll(() => Promise.all([bench.stop(), ...shards.map((cluster) => cluster.stop())]), 60_000);

  test.each(Object.entries(SURROUNDINGS))(
    'keeps the contract %s',
    async (_name, { overrides, worker, databases }) => {
      const { url, process: api } = await bench.api(overrides(bench));
      // One at a time: a worker of other databases would take jobs of rows that it does not find.
      const working = worker ? await bench.worker(databases ? overrides(bench) : {}) : undefined;
      const run = await promisify(execFile)(
        process.execPath,
        [
          join(ROOT, 'node_modules/jest/bin/jest.js'),
          '--config',
          'jest.contract.config.js',
          '--json',
          '--runInBand',
        ],
        {
          cwd: ROOT,
          maxBuffer: 1 << 26,
          env: {
            ...process.env,
            BASE_URL: url,
            CONTRACT_DATABASE_URL:
              databases?.().join(' ') ?? `postgresql://postgres@127.0.0.1:${bench.cluster.primary.port}/app`,
            CONTRACT_DATABASE_CA_FILE: databases ? '' : bench.cluster.certificates.caFile,
            ...(databases ? { CONTRACT_SHARDS: '2' } : {}),
          },
        },
      ).catch((error: { stdout: string }) => error);
      const results = JSON.parse(run.stdout) as Results;
      const failures = results.testResults
        .map((file) => file.message)
        .join('\n')
        .trim();
      expect(failures).toBe('');
      expect(results.numPassedTests).toBe(results.numTotalTests);
      expect(results.numTotalTests).toBeGreaterThan(40);
      await api.stop('SIGTERM');
      await working?.stop('SIGTERM');
    },
    300_000,
  );

  test('lets an administrator whom the server knows by the user of the system migrate a database of its own', async () => {
    await bench.cluster.primary.query('CREATE ROLE tiers_admin LOGIN CREATEROLE');
    await bench.cluster.primary.query('CREATE DATABASE other OWNER tiers_admin');
    const migrated = bench.spawn('migrate', {
      DB_WRITER_HOST: bench.cluster.socketFolder,
      DB_NAME: 'other',
      DB_ADMIN_SECRET_ARN: '',
      DB_ADMIN_USER: 'tiers_admin',
    });
    expect([await migrated.exited(), migrated.text()]).toEqual([
      0,
      expect.stringContaining('schema up to date'),
    ]);
    const [posts] = await bench.cluster.primary.query("SELECT to_regclass('posts') AS name", [], 'other');
    expect(posts).toEqual({ name: 'posts' });
  }, 60_000);
});
