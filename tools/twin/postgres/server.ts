import { execFileSync } from 'node:child_process';
import { chmodSync, chownSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Client, type QueryResultRow } from 'pg';
import { show, type Address } from '../address-plan';
import { killAll, killTree, waitGone } from '../process/kill';
import type { ManagedProcess } from '../process/managed-process';
import type { Supervisor } from '../process/supervisor';
import { waitUntil } from '../process/wait-until';
import { workingIn } from '../process/working-in';
import type { Account } from './account';
import type { PostgresBinaries } from './binaries';
import { hostBasedAuthentication, serverConfiguration, type Operators, type ServerFiles } from './settings';

/** What all servers of a twin have in common. */
export interface PostgresHost {
  readonly supervisor: Supervisor;
  readonly binaries: PostgresBinaries;
  /** Account the servers run as; undefined is the caller's own. */
  readonly account: Account | undefined;
  /** Where data folders are made; the account can reach it. */
  readonly folder: string;
  readonly files: ServerFiles;
  /** The certificate authority, PEM. */
  readonly caPem: string;
  readonly operators: Operators;
}

export interface ServerSettings {
  readonly parameters: Readonly<Record<string, string>>;
  readonly adminUser: string;
  readonly forceTls: boolean;
}

/** Milliseconds within which a server has to come up, crash recovery included. */
const START_TIMEOUT_MS = 30_000;

/** One PostgreSQL server: a data folder, an address and, while it runs, a postmaster. */
export class PostgresServer {
  readonly dataFolder: string;
  private process: ManagedProcess | undefined;

  constructor(
    readonly host: PostgresHost,
    readonly name: string,
    readonly address: Address,
    private readonly settings: ServerSettings,
  ) {
    this.dataFolder = join(host.folder, name);
  }

  get running(): boolean {
    return this.process?.running ?? false;
  }

  get pid(): number | undefined {
    return this.process?.pid;
  }

  private get runAs(): { uid?: number; gid?: number } {
    return this.host.account ? { uid: this.host.account.uid, gid: this.host.account.gid } : {};
  }

  /** Gives a file or folder to the account that the server runs as. */
  own(path: string): void {
    const { account } = this.host;
    if (account) chownSync(path, account.uid, account.gid);
  }

  /** An empty data folder, as the server wants it. */
  makeDataFolder(): void {
    rmSync(this.dataFolder, { recursive: true, force: true });
    mkdirSync(this.dataFolder, { mode: 0o700 });
    this.own(this.dataFolder);
  }

  /** A new, empty cluster. */
  async initialize(): Promise<void> {
    const { supervisor, binaries, operators, folder } = this.host;
    this.makeDataFolder();
    const passwordFile = join(folder, `${this.name}.password`);
    writeFileSync(passwordFile, operators.superuserPassword, { mode: 0o600 });
    this.own(passwordFile);
    try {
      const initdb = await supervisor.start({
        name: `${this.name}-initdb`,
        command: binaries.initdb,
        // The built-in provider gives the same order of text on every platform.
        args: [
          ...[
            '-D',
            this.dataFolder,
            '-U',
            operators.superuser,
            `--pwfile=${passwordFile}`,
            '-A',
            'scram-sha-256',
            '-E',
            'UTF8',
          ],
          ...['--locale=C', '--locale-provider=builtin', '--builtin-locale=C.UTF-8', '--no-sync'],
        ],
        env: { PATH: process.env['PATH'] ?? '/usr/bin:/bin', LC_ALL: 'C', TZ: 'UTC' },
        cwd: folder,
        ...this.runAs,
      });
      const status = await initdb.exited;
      if (status.code !== 0) throw new Error(`initdb of ${this.name} failed\n${initdb.lastLines()}`);
    } finally {
      rmSync(passwordFile, { force: true });
    }
    this.writeConfiguration();
  }

  /** Writes postgresql.conf and pg_hba.conf for this server's own address. */
  writeConfiguration(): void {
    const { files, operators } = this.host;
    const { parameters, adminUser, forceTls } = this.settings;
    this.writeFile('postgresql.conf', serverConfiguration(this.address, files, parameters));
    this.writeFile('pg_hba.conf', hostBasedAuthentication(operators, adminUser, forceTls));
  }

  writeFile(name: string, content: string): void {
    const path = join(this.dataFolder, name);
    writeFileSync(path, content, { mode: 0o600 });
    chmodSync(path, 0o600);
    this.own(path);
  }

  /** Starts the server and waits until it answers queries. */
  async start(): Promise<void> {
    const started = await this.host.supervisor.start({
      name: this.name,
      command: this.host.binaries.postgres,
      args: ['-D', this.dataFolder],
      env: { PATH: process.env['PATH'] ?? '/usr/bin:/bin', LC_ALL: 'C', TZ: 'UTC' },
      cwd: this.dataFolder,
      // Immediate shutdown: all data here is thrown away, so nothing has to be flushed or handed over.
      stopSignal: 'SIGQUIT',
      graceMs: 5000,
      ...this.runAs,
    });
    this.process = started;
    await waitUntil(
      `PostgreSQL ${this.name} at ${show(this.address)}`,
      () => this.query('SELECT 1').then(Boolean),
      {
        timeoutMs: START_TIMEOUT_MS,
        intervalMs: 30,
        stopIf: started.endReason,
        details: started.lastLines,
      },
    );
  }

  /** A connection of the superuser. Close it with `end`. */
  async connect(database = 'postgres', timeoutMs = 5000): Promise<Client> {
    const { operators, caPem } = this.host;
    const client = new Client({
      ...this.address,
      user: operators.superuser,
      password: operators.superuserPassword,
      database,
      ssl: { ca: caPem },
      connectionTimeoutMillis: timeoutMs,
      query_timeout: timeoutMs,
      application_name: 'tiers-twin',
    });
    client.on('error', () => undefined); // a lost connection shows in the next query
    try {
      await client.connect();
      return client;
    } catch (error) {
      void client.end().catch(() => undefined);
      throw error;
    }
  }

  /** Rows of one statement as the superuser, on a connection of its own. */
  async query<Row extends QueryResultRow>(
    sql: string,
    values: readonly unknown[] = [],
    options: { database?: string; timeoutMs?: number } = {},
  ): Promise<Row[]> {
    const client = await this.connect(options.database, options.timeoutMs);
    try {
      return (await client.query<Row>(sql, [...values])).rows;
    } finally {
      await client.end().catch(() => undefined);
    }
  }

  /**
   * Kills the postmaster and every backend at once: none may acknowledge anything from here on. Backends are also found by
   * their working folder, because those of a postmaster that is dead already have lost their parent.
   */
  async fence(): Promise<void> {
    const killed = this.process ? killTree(this.process.identity) : [];
    killed.push(...killAll(workingIn(this.dataFolder)));
    const left = await waitGone(killed, 5000);
    if (left.length > 0) throw new Error(`${this.name}: ${left.length} processes survived SIGKILL`);
    await this.process?.exited;
    this.releaseSharedMemory();
  }

  /** A killed postmaster leaves its small System V segment (its interlock) behind; macOS has room for 32 of them. */
  private releaseSharedMemory(): void {
    const file = join(this.dataFolder, 'postmaster.pid');
    if (!existsSync(file)) return;
    // Line 7 of postmaster.pid: key and id of the segment.
    const id = readFileSync(file, 'utf8').split('\n')[6]?.trim().split(/\s+/)[1];
    if (!id || !/^\d+$/.test(id)) return;
    try {
      execFileSync('ipcrm', ['-m', id], { stdio: 'ignore' });
    } catch {
      // gone already, or no ipcrm here: the next server in this folder takes the segment over
    }
  }

  async stop(): Promise<void> {
    await this.process?.stop();
  }
}
