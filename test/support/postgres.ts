import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from 'pg';
import { writeCertificates, type Certificates } from './certificates';
import { freePort } from './ports';
import { databaseAccount, postgresBinaries, type Account } from './postgres-account';
import { TestProcess } from './process';
import { waitFor } from './wait';

export const DATABASE = 'app';
const ADMIN = 'postgres';

/** Rows of a statement run by the administrator. */
async function query<R>(
  port: number,
  sql: string,
  values: readonly unknown[] = [],
  database = DATABASE,
): Promise<R[]> {
  const client = new Client({
    host: '127.0.0.1',
    port,
    user: ADMIN,
    database,
    ssl: { rejectUnauthorized: false },
  });
  client.on('error', () => undefined);
  await client.connect();
  try {
    return (await client.query(sql, [...values])).rows as R[];
  } finally {
    await client.end();
  }
}

/** One running PostgreSQL server. */
export class PostgresServer {
  constructor(
    readonly port: number,
    readonly data: string,
    private readonly process: TestProcess,
  ) {}

  get host(): string {
    return `127.0.0.1:${this.port}`;
  }

  query<R = Record<string, unknown>>(
    sql: string,
    values?: readonly unknown[],
    database?: string,
  ): Promise<R[]> {
    return query<R>(this.port, sql, values, database);
  }

  /** What the server has logged so far. */
  log(): string {
    return this.process.text();
  }

  /** Ends at once and without leave, sessions included. */
  async stop(): Promise<void> {
    // SIGQUIT is PostgreSQL's immediate shutdown: it takes its own children along.
    await this.process.stop('SIGQUIT');
  }
}

const SOCKETS = 'sockets';

/** A primary and as many streaming replicas as a test wants, all with TLS, in a folder of their own. */
export class PostgresCluster {
  private readonly servers: PostgresServer[] = [];

  private constructor(
    private readonly folder: string,
    private readonly bin: string,
    private readonly account: Account | undefined,
    readonly certificates: Certificates,
  ) {}

  /** @param plain whether connections without TLS are taken too */
  static async start(plain = false): Promise<PostgresCluster> {
    const folder = mkdtempSync(join(tmpdir(), 'tiers-postgres-'));
    chmodSync(folder, 0o755);
    const account = databaseAccount();
    const certificates = writeCertificates(folder);
    if (account) chownSync(certificates.keyFile, account.uid, account.gid);
    const cluster = new PostgresCluster(folder, postgresBinaries(folder, account), account, certificates);
    cluster.newFolder(SOCKETS);
    const data = cluster.newFolder('primary');
    execFileSync(
      join(cluster.bin, 'initdb'),
      ['-D', data, '-U', ADMIN, '-A', 'trust', '-E', 'UTF8', '--no-sync'],
      {
        ...account,
        cwd: folder,
        stdio: 'pipe',
      },
    );
    writeFileSync(
      join(data, 'pg_hba.conf'),
      `local all all trust\n${plain ? 'host' : 'hostssl'} all all 127.0.0.1/32 trust\nhost replication all 127.0.0.1/32 trust\n`,
    );
    const primary = await cluster.run(data, await freePort());
    await primary.query(`CREATE DATABASE ${DATABASE}`, [], ADMIN);
    return cluster;
  }

  /** Where the servers' sockets are, each by its port. */
  get socketFolder(): string {
    return join(this.folder, SOCKETS);
  }

  get primary(): PostgresServer {
    const [primary] = this.servers;
    if (primary === undefined) throw new Error('the cluster has no primary');
    return primary;
  }

  /** Starts a server again that was stopped, with the port it had. */
  async restart(server: PostgresServer): Promise<void> {
    const index = this.servers.indexOf(server);
    this.servers.splice(index, 1);
    this.servers.splice(index, 0, await this.run(server.data, server.port, false));
  }

  /** Copies the running primary and follows it. */
  async addReplica(): Promise<PostgresServer> {
    const data = this.newFolder(`replica-${this.servers.length}`);
    const source = new Client({
      host: '127.0.0.1',
      port: this.primary.port,
      user: ADMIN,
      database: ADMIN,
      ssl: { rejectUnauthorized: false },
    });
    await source.connect();
    // A base backup by hand: both calls must come from one session.
    await source.query("SELECT pg_backup_start('replica', true)");
    cpSync(this.primary.data, data, { recursive: true });
    const stopped = await source.query<{ labelfile: string }>('SELECT labelfile FROM pg_backup_stop(false)');
    await source.end();
    for (const name of ['postmaster.pid', 'pg_wal', 'pg_replslot', 'pg_stat_tmp']) {
      rmSync(join(data, name), { recursive: true, force: true });
    }
    for (const name of ['pg_wal', 'pg_replslot', 'pg_stat_tmp']) mkdirSync(join(data, name), { mode: 0o700 });
    writeFileSync(join(data, 'backup_label'), stopped.rows[0]?.labelfile ?? '');
    writeFileSync(join(data, 'standby.signal'), '');
    writeFileSync(
      join(data, 'postgresql.auto.conf'),
      `primary_conninfo = 'host=127.0.0.1 port=${this.primary.port} user=${ADMIN}'\n`,
    );
    if (this.account) own(data, this.account);
    return this.run(data, await freePort());
  }

  async stop(): Promise<void> {
    await Promise.all(this.servers.map((server) => server.stop()));
    rmSync(this.folder, { recursive: true, force: true });
  }

  private newFolder(name: string): string {
    const path = join(this.folder, name);
    mkdirSync(path, { mode: 0o700 });
    if (this.account) chownSync(path, this.account.uid, this.account.gid);
    return path;
  }

  private async run(data: string, port: number, remember = true): Promise<PostgresServer> {
    const settings = {
      listen_addresses: '127.0.0.1',
      port,
      unix_socket_directories: this.socketFolder,
      ssl: 'on',
      ssl_cert_file: this.certificates.certificateFile,
      ssl_key_file: this.certificates.keyFile,
      shared_buffers: '32MB',
      max_connections: 60,
      fsync: 'off',
      wal_level: 'replica',
      hot_standby: 'on',
      wal_retrieve_retry_interval: '200ms',
    };
    const args = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
    const server = new TestProcess(join(this.bin, 'postgres'), ['-D', data, ...args], {
      ...this.account,
      cwd: this.folder,
    });
    const result = new PostgresServer(port, data, server);
    if (remember) this.servers.push(result);
    await waitFor(
      'PostgreSQL to answer',
      () => {
        if (!server.running) throw new Error(server.text());
        return query(port, 'SELECT 1', [], ADMIN);
      },
      30_000,
    );
    return result;
  }
}

function own(path: string, account: Account): void {
  chownSync(path, account.uid, account.gid);
  for (const entry of readdirSync(path, { withFileTypes: true })) {
    const inner = join(path, entry.name);
    if (entry.isDirectory()) own(inner, account);
    else chownSync(inner, account.uid, account.gid);
  }
}
