import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { show, type Address } from '../address-plan';
import type { EventLog } from '../events';
import type { ManagedProcess } from '../process/managed-process';
import type { Supervisor } from '../process/supervisor';
import { waitUntil } from '../process/wait-until';

/** Services that the twin's parts use; the others are not loaded. */
const SERVICES = ['sqs', 'sns', 'dynamodb', 's3', 'ssm', 'secretsmanager', 'sts'];

export interface EmulatorOptions {
  readonly supervisor: Supervisor;
  readonly events: EventLog;
  readonly projectFolder: string;
  readonly address: Address;
  readonly region: string;
  /** Key (the account's twelve digits) and secret that presigned URLs are verified with. */
  readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string };
}

/** The emulator of AWS's own APIs: queue, table, buckets, parameters and secrets. It keeps all in memory. */
export class Emulator {
  readonly url: string;
  private process: ManagedProcess | undefined;

  constructor(private readonly options: EmulatorOptions) {
    this.url = `http://${show(options.address)}`;
  }

  async start(): Promise<void> {
    const { supervisor, events, projectFolder, address, region, credentials } = this.options;
    const python = join(projectFolder, '.venv', 'bin', 'python');
    if (!existsSync(python)) throw new Error(`${python}: not there; \`make up\` sets it up`);
    const folder = join(supervisor.folder, 'ministack');
    mkdirSync(folder, { recursive: true });
    const started = await supervisor.start({
      name: 'ministack',
      command: python,
      args: ['-m', 'ministack'],
      cwd: folder,
      env: {
        PATH: process.env['PATH'] ?? '/usr/bin:/bin',
        PYTHONUNBUFFERED: '1',
        // Without it every interface of the machine would answer.
        BIND_HOST: address.host,
        GATEWAY_PORT: String(address.port),
        MINISTACK_HOST: address.host,
        MINISTACK_REGION: region,
        MINISTACK_ACCOUNT_ID: credentials.accessKeyId,
        AWS_ACCESS_KEY_ID: credentials.accessKeyId,
        AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
        SERVICES: SERVICES.join(','),
        PERSIST_STATE: '0',
        S3_DATA_DIR: join(folder, 's3'),
        STATE_DIR: join(folder, 'state'),
        TMPDIR: folder,
        LOG_LEVEL: 'WARNING',
      },
      graceMs: 1500,
    });
    this.process = started;
    void started.exited.then(() => {
      if (!started.endExpected) {
        events.record(
          'server-ended',
          'AWS APIs',
          'ministack',
          'its queues, tables and buckets are lost: start the twin again',
        );
      }
    });
    await waitUntil(
      `the AWS emulator at ${this.url}`,
      async () => (await fetch(`${this.url}/_ministack/health`)).ok,
      {
        timeoutMs: 30_000,
        intervalMs: 50,
        stopIf: started.endReason,
        details: started.lastLines,
      },
    );
  }

  async stop(): Promise<void> {
    await this.process?.stop();
  }
}
