import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { awsClients, createResources, REGION, type AwsClients, type AwsResources } from './aws-resources';
import { CREDENTIALS, Ministack } from './ministack';
import { freePort } from './ports';
import { DATABASE, PostgresCluster, type PostgresServer } from './postgres';
import { TestProcess } from './process';
import { ValkeyServer } from './valkey';
import { waitFor } from './wait';

const ROOT = resolve(__dirname, '../..');

type Environment = Record<string, string>;

export interface RunningApi {
  readonly url: string;
  readonly process: TestProcess;
}

/** Everything the service needs, running for real on this machine, and the service's roles on top as processes. */
export class Bench {
  private readonly processes: TestProcess[] = [];

  private constructor(
    readonly cluster: PostgresCluster,
    readonly replicas: readonly PostgresServer[],
    readonly valkey: ValkeyServer,
    readonly ministack: Ministack,
    readonly aws: AwsClients,
    readonly resources: AwsResources,
    private readonly build: string,
  ) {}

  /** Starts the servers, builds the roles and migrates the database. */
  static async start(options: { replicas?: number } = {}): Promise<Bench> {
    const build = mkdtempSync(join(tmpdir(), 'tiers-build-'));
    const [cluster, valkey, ministack] = await Promise.all([
      PostgresCluster.start(),
      ValkeyServer.start(),
      Ministack.start(),
    ]);
    execFileSync(process.execPath, [join(ROOT, 'scripts/build.mjs'), `--out=${build}`, 'service']);
    const aws = awsClients(ministack.endpoint);
    const resources = await createResources(aws);
    const replicas: PostgresServer[] = [];
    for (let n = 0; n < (options.replicas ?? 0); n += 1) replicas.push(await cluster.addReplica());
    const bench = new Bench(cluster, replicas, valkey, ministack, aws, resources, build);
    const migrated = bench.spawn('migrate');
    if ((await migrated.exited()) !== 0) throw new Error(`migrate failed: ${migrated.text()}`);
    return bench;
  }

  environment(overrides: Environment = {}): Environment {
    return {
      PATH: process.env['PATH'] ?? '',
      NODE_PATH: join(ROOT, 'node_modules'),
      NODE_ENV: 'production',
      TIERS_ENVIRONMENT: 'test',
      AWS_REGION: REGION,
      AWS_ENDPOINT_URL: this.ministack.endpoint,
      AWS_ACCESS_KEY_ID: CREDENTIALS.accessKeyId,
      AWS_SECRET_ACCESS_KEY: CREDENTIALS.secretAccessKey,
      INSTANCE_ID: 'i-test',
      LISTEN_HOST: '127.0.0.1',
      DB_WRITER_HOST: '127.0.0.1',
      DB_PORT: String(this.cluster.primary.port),
      DB_READER_HOSTS: this.replicas.map((replica) => replica.host).join(','),
      DB_NAME: DATABASE,
      DB_USER: 'service',
      DB_AUTH: 'iam',
      DB_CA_FILE: this.cluster.certificates.caFile,
      DB_ADMIN_SECRET_ARN: this.resources.adminSecret,
      CACHE_HOST: '127.0.0.1',
      CACHE_PORT: String(this.valkey.port),
      CACHE_USER: 'service',
      CACHE_NAME: 'test-cache',
      CACHE_AUTH: 'iam',
      CACHE_TLS: 'false',
      QUEUE_URL: this.resources.queueUrl,
      DEAD_LETTER_QUEUE_URL: this.resources.deadLetterUrl,
      TABLE_NAME: this.resources.table,
      ASSET_BUCKET: this.resources.bucket,
      SIGNING_SECRET_ARN: this.resources.signingSecret,
      CLIENT_CONFIG_PARAMETER: this.resources.parameter,
      CLIENT_CONFIG_POLL_SECONDS: '0.3',
      WEB_ORIGIN: 'http://www.test',
      RATE_LIMITS: 'signUp=off,logIn=off,refresh=off,write=off,writeAddress=off,read=off',
      QUEUE_WAIT_SECONDS: '1',
      DRAIN_SECONDS: '0',
      ...overrides,
    };
  }

  spawn(role: 'api' | 'worker' | 'transcode' | 'migrate', overrides: Environment = {}): TestProcess {
    const script = join(this.build, 'service', `${role}.js`);
    const child = new TestProcess(process.execPath, [script], { env: this.environment(overrides) });
    this.processes.push(child);
    return child;
  }

  /** One API node, answering. */
  async api(overrides: Environment = {}, at?: number): Promise<RunningApi> {
    const port = at ?? (await freePort());
    const url = `http://127.0.0.1:${port}`;
    const child = this.spawn('api', { PORT: String(port), API_BASE_URL: url, ...overrides });
    await waitFor('the API to answer', async () => {
      if (!child.running) throw new Error(child.text());
      return (await fetch(`${url}/healthz`)).ok;
    });
    return { url, process: child };
  }

  async worker(overrides: Environment = {}): Promise<TestProcess> {
    const child = this.spawn('worker', overrides);
    await waitFor('the worker to start', () => child.text().includes('"working"'));
    return child;
  }

  async stop(): Promise<void> {
    await Promise.all(this.processes.map((child) => child.stop('SIGKILL')));
    await Promise.all([this.cluster.stop(), this.valkey.stop(), this.ministack.stop()]);
    for (const client of Object.values(this.aws)) client.destroy();
    rmSync(this.build, { recursive: true, force: true });
  }
}
