import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { freePort } from './ports';
import { TestProcess } from './process';
import { valkeyBinary } from './python';
import { waitFor } from './wait';

/** One Valkey server that knows the user `service` and takes any password from it, as a stand-in for IAM. */
export class ValkeyServer {
  private constructor(
    readonly port: number,
    private readonly folder: string,
    private process: TestProcess,
  ) {}

  static async start(): Promise<ValkeyServer> {
    const folder = mkdtempSync(join(tmpdir(), 'tiers-valkey-'));
    const port = await freePort();
    const server = new ValkeyServer(port, folder, ValkeyServer.spawn(port, folder));
    await server.ready();
    return server;
  }

  private static spawn(port: number, folder: string): TestProcess {
    const user = ['--user', 'service', 'on', 'nopass', '~*', '&*', '+@all'];
    const args = ['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--dir', folder, ...user];
    return new TestProcess(valkeyBinary(), args);
  }

  /** A client with every right, for looking at what the service left. */
  async with<T>(run: (client: Redis) => Promise<T>): Promise<T> {
    const client = new Redis({
      host: '127.0.0.1',
      port: this.port,
      maxRetriesPerRequest: 1,
      retryStrategy: () => null,
    });
    client.on('error', () => undefined);
    try {
      return await run(client);
    } finally {
      client.disconnect();
    }
  }

  async kill(): Promise<void> {
    await this.process.stop('SIGKILL');
  }

  /** Stops answering without closing anything, as a hung machine does; SIGCONT ends it. */
  signal(signal: 'SIGSTOP' | 'SIGCONT'): void {
    this.process.signal(signal);
  }

  async restart(): Promise<void> {
    this.process = ValkeyServer.spawn(this.port, this.folder);
    await this.ready();
  }

  async stop(): Promise<void> {
    await this.process.stop('SIGKILL');
    rmSync(this.folder, { recursive: true, force: true });
  }

  private async ready(): Promise<void> {
    await waitFor('Valkey to answer', () => {
      if (!this.process.running) throw new Error(this.process.text());
      return this.with((client) => client.ping());
    });
  }
}
