import { spawn, type ChildProcess, type SpawnOptions } from 'node:child_process';

const living = new Set<ChildProcess>();
process.once('exit', () => {
  for (const child of living) child.kill('SIGKILL');
});

/** A child process with what it printed; killed when the test process ends in whatever way. */
export class TestProcess {
  readonly output: string[] = [];
  private readonly child: ChildProcess;
  /** Resolves when the process has ended and all it printed has been read. */
  private readonly closed: Promise<void>;

  constructor(
    readonly command: string,
    args: readonly string[],
    options: SpawnOptions = {},
  ) {
    this.child = spawn(command, args, { ...options, stdio: ['ignore', 'pipe', 'pipe'] });
    const keep = (chunk: Buffer): void => {
      this.output.push(chunk.toString());
    };
    this.child.stdout?.on('data', keep);
    this.child.stderr?.on('data', keep);
    this.child.on('error', (error) => this.output.push(String(error)));
    this.closed = new Promise((resolve) => {
      this.child.once('close', () => resolve());
      this.child.once('error', () => resolve());
    });
    living.add(this.child);
    this.child.once('exit', () => living.delete(this.child));
  }

  get running(): boolean {
    return this.child.exitCode === null && this.child.signalCode === null && this.child.pid !== undefined;
  }

  get pid(): number {
    return this.child.pid ?? -1;
  }

  /** Sends a signal and resolves with the exit status (null after a signal). */
  async stop(signal: NodeJS.Signals = 'SIGTERM'): Promise<number | null> {
    if (this.running) this.child.kill(signal);
    await this.closed;
    return this.child.exitCode;
  }

  signal(signal: NodeJS.Signals): void {
    this.child.kill(signal);
  }

  async exited(): Promise<number | null> {
    await this.closed;
    return this.child.exitCode;
  }

  text(): string {
    return this.output.join('');
  }
}
