import { createHash } from 'node:crypto';
import { chmodSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { EventLog } from '../events';
import { findProgram } from '../process/find-program';
import type { ManagedProcess } from '../process/managed-process';
import type { Supervisor } from '../process/supervisor';
import { waitUntil } from '../process/wait-until';
import { AdminSocket } from './admin-socket';

/**
 * Unix socket paths end at 104 bytes on macOS and 108 on Linux (sun_path), and HAProxy binds under a temporary name of up to
 * 14 more characters first.
 */
const SOCKET_PATH_LIMIT = 104 - 14;

function socketPath(folder: string, name: string): string {
  const path = join(folder, `${name}.sock`);
  if (path.length <= SOCKET_PATH_LIMIT) return path;
  const short = join(tmpdir(), `tiers-${createHash('sha256').update(path).digest('hex').slice(0, 10)}`);
  mkdirSync(short, { recursive: true, mode: 0o700 });
  chmodSync(short, 0o700);
  return join(short, 's');
}

export interface HaproxyOptions {
  readonly supervisor: Supervisor;
  readonly events: EventLog;
  /** Of the process, its configuration and its socket. */
  readonly name: string;
  /** What it stands for in the plan. */
  readonly resource: string;
  /** Whole configuration of this moment, given the admin socket's path: read again when the process has to be restarted. */
  readonly render: (socket: string) => string;
}

/** One HAProxy process. If it ends by itself it is started again with the configuration of that moment. */
export class HaproxyServer {
  readonly admin: AdminSocket;
  private readonly configurationFile: string;
  private process: ManagedProcess | undefined;
  private stopped = false;

  constructor(private readonly options: HaproxyOptions) {
    const folder = join(options.supervisor.folder, 'haproxy');
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    this.configurationFile = join(folder, `${options.name}.cfg`);
    this.admin = new AdminSocket(socketPath(folder, options.name));
  }

  async start(): Promise<void> {
    const { supervisor, name } = this.options;
    rmSync(this.admin.path, { force: true });
    writeFileSync(this.configurationFile, this.options.render(this.admin.path), { mode: 0o600 });
    const started = await supervisor.start({
      name,
      command: findProgram('haproxy'),
      // One process in the foreground: a master that outlived or lost its worker would be one part more to watch.
      args: ['-db', '-f', this.configurationFile],
      env: { PATH: process.env['PATH'] ?? '/usr/sbin:/usr/bin:/sbin:/bin' },
      graceMs: 1000,
    });
    this.process = started;
    void started.exited.then(() => this.restart(started));
    await waitUntil(
      `HAProxy ${name} (${this.options.resource})`,
      () => this.admin.send('show info').then(Boolean),
      {
        timeoutMs: 15_000,
        intervalMs: 20,
        stopIf: started.endReason,
        details: started.lastLines,
      },
    );
  }

  private async restart(ended: ManagedProcess): Promise<void> {
    if (this.stopped || ended.endExpected) return;
    const { events, resource, name } = this.options;
    events.record('server-ended', resource, name, ended.endReason());
    try {
      await this.start();
      events.record('server-restarted', resource, name);
    } catch (error) {
      if (!this.stopped) events.record('repair-failed', resource, name, String(error));
    }
  }

  /** Kills the process as an accident would; it is restarted. */
  crash(): void {
    this.process?.kill(false);
  }

  async stop(): Promise<void> {
    this.stopped = true;
    await this.process?.stop();
    rmSync(this.admin.path, { force: true });
    const folder = dirname(this.admin.path);
    if (folder !== dirname(this.configurationFile)) rmSync(folder, { recursive: true, force: true });
  }
}

/** Lines that every configuration begins with. */
export function globalSection(socket: string): string[] {
  return [
    'global',
    `  stats socket ${socket} mode 600 level admin`,
    '  stats timeout 1h',
    '  maxconn 4000',
    '  nbthread 2',
    // TLS 1.2 and 1.3, as the current predefined security policies of the balancers allow.
    '  ssl-default-bind-options ssl-min-ver TLSv1.2 no-tls-tickets',
    '  tune.ssl.default-dh-param 2048',
  ];
}

/** One argument of a configuration line, whatever characters it has. */
export function quote(text: string): string {
  return `"${text.replace(/[\\"$]/g, '\\$&').replace(/[\r\n]+/g, ' ')}"`;
}
