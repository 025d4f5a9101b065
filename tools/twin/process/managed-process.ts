import { spawn, type ChildProcess } from 'node:child_process';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { endTree, killTree } from './kill';
import { identify, type ProcessIdentity } from './process-table';

export interface ProcessSpec {
  /** Unique among the running ones; also the name of its log. */
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
  /** The whole environment: nothing of the caller's is added. */
  readonly env: Readonly<Record<string, string>>;
  readonly cwd?: string;
  /** User and group to run as; only root can set them. */
  readonly uid?: number;
  readonly gid?: number;
  /** What asks it to end; SIGTERM by default. */
  readonly stopSignal?: 'SIGTERM' | 'SIGINT' | 'SIGQUIT';
  /** Milliseconds from `stopSignal` to SIGKILL; 5000 by default. */
  readonly graceMs?: number;
}

export interface ExitStatus {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** A process of the twin: its identity, its log and its end. */
export class ManagedProcess {
  readonly exited: Promise<ExitStatus>;
  readonly identity: ProcessIdentity;
  private status: ExitStatus | undefined;
  private stopping = false;

  private constructor(
    readonly spec: ProcessSpec,
    readonly logFile: string,
    child: ChildProcess,
    pid: number,
  ) {
    // A process that has ended before it could be looked at keeps a start time that matches no other.
    this.identity = identify(pid) ?? { pid, startedAt: 'ended at once' };
    this.exited = new Promise((resolve) => {
      child.once('exit', (code, signal) => {
        this.status = { code, signal };
        resolve(this.status);
      });
    });
  }

  /**
   * Starts the process in a session of its own, so that Ctrl-C in the terminal reaches the supervisor only, which then stops
   * all in order. `onStarted` runs before anything else can.
   */
  static async start(
    spec: ProcessSpec,
    logFile: string,
    onStarted: (process: ManagedProcess) => void,
  ): Promise<ManagedProcess> {
    const log = openSync(logFile, 'a');
    try {
      const child = spawn(spec.command, [...spec.args], {
        env: { ...spec.env },
        cwd: spec.cwd,
        uid: spec.uid,
        gid: spec.gid,
        detached: true,
        stdio: ['ignore', log, log],
      });
      if (child.pid === undefined) {
        const error = await new Promise<Error>((resolve) => child.once('error', resolve));
        throw new Error(`${spec.name}: ${spec.command} can't be started: ${error.message}`);
      }
      child.on('error', () => undefined); // a signal to a process that has just ended: `exit` tells the same
      const managed = new ManagedProcess(spec, logFile, child, child.pid);
      onStarted(managed);
      return managed;
    } finally {
      closeSync(log);
    }
  }

  get pid(): number {
    return this.identity.pid;
  }

  get running(): boolean {
    return this.status === undefined;
  }

  /** Whether its end was asked for. */
  get endExpected(): boolean {
    return this.stopping;
  }

  /** Why waiting for it is pointless, in the form that `waitUntil` takes. */
  readonly endReason = (): string | undefined => {
    if (!this.status) return undefined;
    const { code, signal } = this.status;
    return `process ${this.pid} ended with ${signal ? `signal ${signal}` : `exit code ${code}`}`;
  };

  /** The last lines of its log, under the log's path. */
  readonly lastLines = (count = 12): string => {
    const lines = readFileSync(this.logFile, 'utf8').trimEnd().split('\n').slice(-count);
    return `last lines of ${this.logFile}:\n${lines.map((line) => `  ${line}`).join('\n')}`;
  };

  /** Asks it to end, waits, and kills what is left of its tree after `graceMs`. */
  async stop(graceMs = this.spec.graceMs ?? 5000): Promise<void> {
    this.stopping = true;
    await endTree(this.identity, this.spec.stopSignal ?? 'SIGTERM', graceMs);
    await this.exited;
  }

  /** Kills it with all its descendants, at once. `expected` is false where a test or a drill plays an accident. */
  kill(expected = true): void {
    if (expected) this.stopping = true;
    killTree(this.identity);
  }
}
