import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from './ports';
import { TestProcess } from './process';
import { pythonProgram } from './python';
import { waitFor } from './wait';

export const CREDENTIALS = { accessKeyId: '000000000001', secretAccessKey: 'test-secret' };

/** The AWS emulator: queue, bucket, table, parameters and secrets behind one endpoint, in memory. */
export class Ministack {
  private constructor(
    readonly port: number,
    private readonly folder: string,
    private process: TestProcess,
  ) {}

  static async start(): Promise<Ministack> {
    const folder = mkdtempSync(join(tmpdir(), 'tiers-ministack-'));
    const port = await freePort();
    const server = new TestProcess(pythonProgram('ministack'), [], {
      cwd: folder,
      // Presigned requests are checked against this key pair.
      env: {
        ...process.env,
        AWS_ACCESS_KEY_ID: CREDENTIALS.accessKeyId,
        AWS_SECRET_ACCESS_KEY: CREDENTIALS.secretAccessKey,
        BIND_HOST: '127.0.0.1',
        GATEWAY_PORT: String(port),
        MINISTACK_HOST: '127.0.0.1',
      },
    });
    await waitFor(
      'MiniStack to answer',
      async () => {
        if (!server.running) throw new Error(server.text());
        return (await fetch(`http://127.0.0.1:${port}/_ministack/health`)).status < 500;
      },
      40_000,
    );
    return new Ministack(port, folder, server);
  }

  get endpoint(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  /** What the AWS SDK reads from the environment to talk to it. */
  get environment(): Readonly<Record<string, string>> {
    return {
      AWS_ENDPOINT_URL: this.endpoint,
      AWS_ACCESS_KEY_ID: CREDENTIALS.accessKeyId,
      AWS_SECRET_ACCESS_KEY: CREDENTIALS.secretAccessKey,
    };
  }

  /** Freezes and thaws the whole emulator: calls hang until the client's own time limit. */
  signal(signal: 'SIGSTOP' | 'SIGCONT'): void {
    this.process.signal(signal);
  }

  async stop(): Promise<void> {
    this.process.signal('SIGCONT');
    await this.process.stop('SIGKILL');
    rmSync(this.folder, { recursive: true, force: true });
  }
}
