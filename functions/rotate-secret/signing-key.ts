import { randomText } from './random';
import type { Target } from './target';

/** The fewest that the service derives its key pair from. */
const FEWEST_BYTES = 32;

/** A key that its readers fetch by themselves: there is nobody to tell. */
export const signingKey: Target = {
  next: (current) => randomText(current.length),
  set: async () => undefined,
  test: async (pending) => {
    const bytes = Buffer.byteLength(pending);
    if (bytes < FEWEST_BYTES)
      throw new Error(`the new key has ${bytes} bytes, ${FEWEST_BYTES} are the fewest`);
  },
};
