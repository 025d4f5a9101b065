import { setTimeout as sleep } from 'node:timers/promises';

/** Repeats `probe` until it answers something other than undefined or false; throws with `what` after the limit. */
export async function waitFor<T>(
  what: string,
  probe: () => Promise<T | undefined | false> | T | undefined | false,
  limitMs = 20_000,
): Promise<T> {
  const end = Date.now() + limitMs;
  let last: unknown;
  for (;;) {
    try {
      const value = await probe();
      if (value !== undefined && value !== false) return value;
    } catch (error) {
      last = error;
    }
    if (Date.now() > end) throw new Error(`waited ${limitMs} ms in vain for ${what}`, { cause: last });
    await sleep(50);
  }
}
