import { spawn, type ChildProcess } from 'node:child_process';
import { waitUntil } from '../../tools/twin/process/wait-until';

const START_TIMEOUT_MS = 120_000;

export interface TwinRunOptions {
  /** Where logs and state go. */
  readonly runFolder: string;
  /** The x of its addresses 127.x.y.z: each test file has its own, since files run at the same time. */
  readonly block: number;
  /** Added to the ports of the load balancer. */
  readonly offset: number;
  /** cdktf's output directory. */
  readonly plan: string;
  /** Further arguments of `tiers up`. */
  readonly more?: readonly string[];
}

/** One run of `tiers up` as a process of its own. */
export class TwinRun {
  readonly child: ChildProcess;
  /** Resolves with the exit code. */
  readonly ended: Promise<number | null>;
  private said = '';
  private answered = '';

  constructor({ runFolder, block, offset, plan, more = [] }: TwinRunOptions) {
    this.child = spawn(
      process.execPath,
      [
        ...['bin/tiers', 'up', '--no-synth', '--run-folder', runFolder, '--address-block', String(block)],
        ...['--port-offset', String(offset), '--synthesized', plan, ...more],
      ],
      { stdio: ['ignore', 'pipe', 'pipe'] },
    );
    for (const stream of [this.child.stdout, this.child.stderr]) {
      stream?.on('data', (chunk) => (this.said += String(chunk)));
    }
    this.child.stdout?.on('data', (chunk) => (this.answered += String(chunk)));
    this.ended = new Promise((resolve) => this.child.once('close', resolve));
  }

  /** All that it has printed so far. */
  text(): string {
    return this.said;
  }

  /** What it has printed to its standard output. */
  output(): string {
    return this.answered;
  }

  async untilServing(): Promise<void> {
    await waitUntil('the twin is serving', () => this.text().includes('Ctrl-C here'), {
      timeoutMs: START_TIMEOUT_MS,
      stopIf: () => (this.child.exitCode === null ? undefined : `it ended with ${this.child.exitCode}`),
      details: () => this.text(),
    });
  }

  async stop(): Promise<void> {
    this.child.kill('SIGTERM');
    await this.ended;
  }
}
