import { setTimeout as sleep } from 'node:timers/promises';

export interface WaitOptions {
  /** Milliseconds after which waiting is given up. */
  readonly timeoutMs: number;
  /** Milliseconds between two probes; 100 by default. */
  readonly intervalMs?: number;
  /** Ends waiting at once with this reason, e.g. because the process has ended. */
  readonly stopIf?: () => string | undefined;
  /** Added to the error: usually the last lines of a log. */
  readonly details?: () => string;
}

/**
 * Repeats `probe` until it returns something other than undefined or false. A probe that throws counts as not yet;
 * its message is in the error when time runs out.
 */
export async function waitUntil<T>(
  what: string,
  probe: () => Promise<T | undefined | false> | T | undefined | false,
  options: WaitOptions,
): Promise<T> {
  const until = Date.now() + options.timeoutMs;
  let last = 'no answer yet';
  for (;;) {
    try {
      const result = await probe();
      if (result !== undefined && result !== false) return result;
    } catch (error) {
      last = error instanceof Error ? error.message : String(error);
    }
    const stopped = options.stopIf?.();
    const late = Date.now() >= until;
    if (stopped !== undefined || late) {
      const reason = stopped ?? `not so after ${options.timeoutMs / 1000} s (last: ${last})`;
      const details = options.details?.();
      throw new Error(`${what}: ${reason}${details ? `\n${details}` : ''}`);
    }
    await sleep(options.intervalMs ?? 100);
  }
}
