import { spawn } from 'node:child_process';
import { setPriority } from 'node:os';
import type { Logger } from 'pino';
import { FinalError } from './final-error';

/** The end of what a program said that is kept for the log. */
const SAID_LIMIT = 2_000;

/** It read the file and made nothing of it. */
export class UnreadableError extends Error {}

export interface Run {
  readonly program: string;
  readonly args: readonly string[];
  readonly seconds: number;
  /** Ends it at once, by its process id. */
  readonly signal: AbortSignal;
}

/**
 * Runs ffmpeg after everything else of the machine, and for so many seconds at most.
 * @throws FinalError where there is none or it takes too long, UnreadableError where it ends with an error
 */
export function ffmpeg({ program, args, seconds, signal }: Run, log: Logger): Promise<void> {
  return new Promise((resolve, reject) => {
    signal.throwIfAborted();
    // Ends by itself after as much processor time, where the process that would end it has died.
    const limits = ['-nostdin', '-hide_banner', '-loglevel', 'error', '-timelimit', String(4 * seconds)];
    const child = spawn(program, [...limits, ...args], { stdio: ['ignore', 'ignore', 'pipe'], env: {} });
    let said = '';
    let late = false;
    const kill = (): void => void child.kill('SIGKILL');
    const timer = setTimeout(() => {
      late = true;
      kill();
    }, seconds * 1000);
    signal.addEventListener('abort', kill);
    child.stderr.on('data', (part: Buffer) => (said = (said + part.toString()).slice(-SAID_LIMIT)));
    const settle = (done: () => void): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', kill);
      done();
    };
    child.once('error', (error) =>
      settle(() => reject(new FinalError(`${program} does not start`, { cause: error }))),
    );
    child.once('close', (code, killedBy) =>
      settle(() => {
        if (signal.aborted) reject(signal.reason as Error);
        else if (late) reject(new FinalError(`${program} took longer than ${seconds} s`));
        else if (code === 0) resolve();
        // Killed by somebody else, such as for want of memory: another machine may have more.
        else if (killedBy) reject(new Error(`${program} was ended by ${killedBy}`));
        else reject(new UnreadableError(`${program} ended with ${code}: ${said.trim()}`));
      }),
    );
    if (child.pid === undefined) return;
    try {
      setPriority(child.pid, 10);
    } catch (error) {
      log.warn({ err: error }, 'ffmpeg keeps its priority');
    }
  });
}
