import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Redis from 'ioredis';
import { show, type Address } from '../address-plan';
import type { ManagedProcess } from '../process/managed-process';
import type { Supervisor } from '../process/supervisor';
import { waitUntil } from '../process/wait-until';

/** A user of the plan (aws_elasticache_user). */
export interface CacheUser {
  readonly name: string;
  /** `on ~* +@all`, as the plan has it. */
  readonly accessString: string;
  /** What it signs in with. IAM tokens are not checked here: any password passes. */
  readonly authentication: 'iam' | 'password' | 'no-password-required';
  /** Only for `password`. */
  readonly passwords?: readonly string[];
}

export interface ValkeySettings {
  readonly binary: string;
  readonly users: readonly CacheUser[];
  /** Of the parameter group. */
  readonly maxmemoryPolicy: string;
  /** The twin's own user and password, also for replication. */
  readonly operator: { readonly user: string; readonly password: string };
}

/** Memory of one server here; the node type of the plan has more. Without a limit the eviction policy would never act. */
const MAX_MEMORY = '64mb';
const TIMEOUT_MS = 800;

function userLine(user: CacheUser): string {
  const secret =
    user.authentication === 'password'
      ? (user.passwords ?? []).map((password) => `>${password}`).join(' ')
      : 'nopass';
  return `user ${user.name} reset ${user.accessString} ${secret}`;
}

/** One Valkey server, primary or replica. */
export class ValkeyServer {
  private process: ManagedProcess | undefined;
  private connection: Promise<Redis> | undefined;

  constructor(
    private readonly supervisor: Supervisor,
    readonly name: string,
    readonly address: Address,
    private readonly settings: ValkeySettings,
  ) {}

  get pid(): number | undefined {
    return this.process?.pid;
  }

  private configuration(replicaOf: Address | undefined): string {
    const { users, maxmemoryPolicy, operator } = this.settings;
    const all = users.some((user) => user.name === 'default')
      ? users
      : [...users, { name: 'default', accessString: 'off', authentication: 'password' as const }];
    return [
      `bind ${this.address.host}`,
      `port ${this.address.port}`,
      'protected-mode no',
      'daemonize no',
      // A cache may lose everything; nothing is written to disk.
      'save ""',
      'appendonly no',
      `maxmemory ${MAX_MEMORY}`,
      `maxmemory-policy ${maxmemoryPolicy}`,
      'repl-diskless-sync yes',
      'repl-diskless-sync-delay 0',
      'repl-timeout 5',
      'repl-ping-replica-period 1',
      `masteruser ${operator.user}`,
      `masterauth ${operator.password}`,
      `replica-announce-ip ${this.address.host}`,
      `user ${operator.user} on >${operator.password} ~* &* +@all`,
      ...all.map(userLine),
      ...(replicaOf ? [`replicaof ${replicaOf.host} ${replicaOf.port}`] : []),
      '',
    ].join('\n');
  }

  async start(replicaOf?: Address): Promise<void> {
    const folder = join(this.supervisor.folder, 'valkey', this.name);
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    const file = join(folder, 'valkey.conf');
    writeFileSync(file, this.configuration(replicaOf), { mode: 0o600 });
    const started = await this.supervisor.start({
      name: this.name,
      command: this.settings.binary,
      args: [file],
      env: { PATH: process.env['PATH'] ?? '/usr/bin:/bin', LC_ALL: 'C' },
      cwd: folder,
      graceMs: 2000,
    });
    this.process = started;
    await waitUntil(`Valkey ${this.name} at ${show(this.address)}`, () => this.answers(), {
      timeoutMs: 10_000,
      intervalMs: 20,
      stopIf: started.endReason,
      details: started.lastLines,
    });
  }

  /** One connection for all callers, made anew after it broke. */
  private client(): Promise<Redis> {
    this.connection ??= this.connect();
    return this.connection;
  }

  private async connect(): Promise<Redis> {
    const { user, password } = this.settings.operator;
    const connection = new Redis({
      ...this.address,
      username: user,
      password,
      lazyConnect: true,
      connectTimeout: TIMEOUT_MS,
      commandTimeout: TIMEOUT_MS,
      retryStrategy: () => null,
      maxRetriesPerRequest: 0,
      disconnectTimeout: 50,
      enableOfflineQueue: false,
    });
    connection.on('error', () => undefined); // shows in the next command
    connection.once('end', () => (this.connection = undefined));
    try {
      await connection.connect();
      return connection;
    } catch (error) {
      connection.disconnect();
      this.connection = undefined;
      throw error;
    }
  }

  /** @throws if the server does not answer within 800 ms */
  async answers(): Promise<true> {
    try {
      await (await this.client()).ping();
      return true;
    } catch (error) {
      this.disconnect();
      throw error;
    }
  }

  /** Fields of INFO replication. */
  async replication(): Promise<Readonly<Record<string, string>>> {
    const text = await (await this.client()).info('replication');
    return Object.fromEntries(
      text.split('\r\n').flatMap((line) => {
        const colon = line.indexOf(':');
        return colon > 0 ? [[line.slice(0, colon), line.slice(colon + 1)]] : [];
      }),
    );
  }

  /** Makes it a replica of another server, or a primary. */
  async follow(primary: Address | undefined): Promise<void> {
    const client = await this.client();
    await (primary ? client.replicaof(primary.host, primary.port) : client.replicaof('NO', 'ONE'));
  }

  private disconnect(): void {
    void this.connection?.then(
      (connection) => connection.disconnect(),
      () => undefined,
    );
    this.connection = undefined;
  }

  /** Ends what is left of it, at once. */
  async fence(): Promise<void> {
    this.disconnect();
    this.process?.kill();
    await this.process?.exited;
  }

  async stop(): Promise<void> {
    this.disconnect();
    await this.process?.stop();
  }
}
