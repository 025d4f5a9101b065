import { availableParallelism } from 'node:os';
import { hash, verify } from '@node-rs/argon2';
import { ServiceError } from './errors';

/** The least that OWASP's Password Storage Cheat Sheet asks of Argon2id, the library's default: 19 MiB, 2 passes, 1 lane. */
const PARAMETERS = { memoryCost: 19_456, timeCost: 2, parallelism: 1 };
const FORM = /^\$argon2id\$v=19\$m=(\d+),t=(\d+),p=(\d+)\$/;

/** Each hash occupies a thread of libuv's pool of four and 19 MiB; one thread is left to files and names. */
const AT_ONCE = Math.max(1, Math.min(3, availableParallelism()));
/** Behind them others wait, for a second or two; more are sent away. */
const WAITING = 60;

/** Runs so many at once, lets so many wait, and refuses the rest. */
export class Gate {
  private running = 0;
  private readonly queue: (() => void)[] = [];

  constructor(
    private readonly atOnce: number,
    private readonly waiting: number,
  ) {}

  async run<T>(work: () => Promise<T>): Promise<T> {
    if (this.running >= this.atOnce) {
      if (this.queue.length >= this.waiting) {
        throw new ServiceError(
          503,
          'busy',
          'Too many people are logging in at present. Try again in a moment.',
        );
      }
      await new Promise<void>((resolve) => this.queue.push(resolve));
    } else this.running += 1;
    try {
      return await work();
    } finally {
      // A place goes from hand to hand, so that nobody gets in between.
      const next = this.queue.shift();
      if (next) next();
      else this.running -= 1;
    }
  }
}

const gate = new Gate(AT_ONCE, WAITING);

export const hashPassword = (password: string): Promise<string> => gate.run(() => hash(password, PARAMETERS));

export const verifyPassword = (passwordHash: string, password: string): Promise<boolean> =>
  gate.run(() => verify(passwordHash, password));

/** Whether a hash was made with less, or with other parameters than are in force now. */
export function isOutdated(passwordHash: string): boolean {
  const [, memory, time, lanes] = FORM.exec(passwordHash) ?? [];
  const { memoryCost, timeCost, parallelism } = PARAMETERS;
  return Number(memory) !== memoryCost || Number(time) !== timeCost || Number(lanes) !== parallelism;
}
