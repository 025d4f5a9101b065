import { setTimeout as sleep } from 'node:timers/promises';

/** A random time between half of and the whole of `milliseconds`, so that nodes never act in step. */
export const jitter = (milliseconds: number): number => milliseconds * (0.5 + Math.random() / 2);

export interface RetryOptions {
  /** Tries in all, the first included. */
  readonly attempts: number;
  /** Pause before the second try in ms; doubles with each further one, jittered. */
  readonly baseMs: number;
  readonly retryable: (error: unknown) => boolean;
}

/** Bounded retries with exponential, jittered pauses; the last error is thrown as it is. */
export async function retry<T>(options: RetryOptions, run: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await run();
    } catch (error) {
      if (attempt >= options.attempts || !options.retryable(error)) throw error;
      await sleep(jitter(options.baseMs * 2 ** (attempt - 1)));
    }
  }
}
