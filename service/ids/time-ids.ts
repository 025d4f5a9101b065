/**
 * Ids that sort by time, after the layout that Twitter published as Snowflake: 41 bits of milliseconds, 5 of datacenter, 5 of
 * worker, 12 of sequence. The highest of 64 bits stays 0. Why 41 and not 45, and who holds a worker number when:
 * docs/decisions/0019-time-ordered-ids.md.
 */
const SEQUENCE_BITS = 12n;
const WORKER_SHIFT = SEQUENCE_BITS;
const DATACENTER_SHIFT = WORKER_SHIFT + 5n;
const TIME_SHIFT = DATACENTER_SHIFT + 5n;

/** 2026-01-01T00:00:00Z, the first millisecond of the project. 41 bits last until 2095-09-07T15:47:35.551Z. */
export const TIME_IDS_FROM = Date.UTC(2026, 0, 1);
export const TIME_IDS_UNTIL = TIME_IDS_FROM + 2 ** 41;
/** Numbers of datacenters and of workers in each of them: 0 to 31. */
export const NUMBERS = 32;
const SEQUENCES = 2 ** Number(SEQUENCE_BITS);

/** A clock that stands still for this long, in ms, has failed: with its sequence used up nothing can be made. */
const STILL_MS = 50;

export interface TimeIdParts {
  /** Milliseconds since 1970, from `TIME_IDS_FROM` to before `TIME_IDS_UNTIL`. */
  readonly time: number;
  readonly datacenter: number;
  readonly worker: number;
  /** 0 to 4095. */
  readonly sequence: number;
}

/** @throws RangeError that names the part which does not fit */
export function encodeTimeId({ time, datacenter, worker, sequence }: TimeIdParts): bigint {
  within('time', time, TIME_IDS_FROM, TIME_IDS_UNTIL);
  within('datacenter', datacenter, 0, NUMBERS);
  within('worker', worker, 0, NUMBERS);
  within('sequence', sequence, 0, SEQUENCES);
  return (
    (BigInt(time - TIME_IDS_FROM) << TIME_SHIFT) |
    (BigInt(datacenter) << DATACENTER_SHIFT) |
    (BigInt(worker) << WORKER_SHIFT) |
    BigInt(sequence)
  );
}

/** @throws RangeError for a number that no generator made */
export function decodeTimeId(id: bigint | string): TimeIdParts {
  const value = BigInt(id);
  if (value < 0n || value >= 1n << 63n) throw new RangeError(`id ${value} is not within 0 and 2^63 - 1`);
  const part = (shift: bigint, count: number): number => Number((value >> shift) & BigInt(count - 1));
  return {
    time: Number(value >> TIME_SHIFT) + TIME_IDS_FROM,
    datacenter: part(DATACENTER_SHIFT, NUMBERS),
    worker: part(WORKER_SHIFT, NUMBERS),
    sequence: part(0n, SEQUENCES),
  };
}

/** The lowest id of a millisecond: ids of a day are those from that of its start to below that of its end. */
export const firstTimeId = (time: number): bigint =>
  encodeTimeId({ time, datacenter: 0, worker: 0, sequence: 0 });

/** The clock shows a time before what it showed, or before what the worker number may be used for. */
export class ClockBehindError extends Error {
  constructor(readonly milliseconds: number) {
    super(`the clock is ${milliseconds} ms behind the last id; it must not go back`);
  }
}

/** The worker number is not, or no longer, this process's own. */
export class NoWorkerNumberError extends Error {}

/** What a worker number may be used for. Timestamps of its ids lie in it: whoever holds the number next begins after it. */
export interface Window {
  /** First timestamp, ms since 1970. */
  readonly from: number;
  /** Timestamp that is no longer in it. */
  until: number;
  /** Monotonic time in ms when it is over, whatever the clock of the wall shows. */
  deadline: number;
}

export interface Clocks {
  readonly wall: () => number;
  readonly monotonic: () => number;
}
export const CLOCKS: Clocks = { wall: () => Date.now(), monotonic: () => performance.now() };

/** Makes the ids of one worker number. It never waits for longer than the rest of a millisecond. */
export class TimeIds {
  /** Timestamp of the last id, or the first that there may be. */
  last: number;
  private sequence = 0;
  private prefix: bigint;

  constructor(
    private readonly datacenter: number,
    readonly worker: number,
    readonly window: Window,
    private readonly clocks: Clocks = CLOCKS,
  ) {
    this.last = window.from;
    this.prefix = this.prefixOf(window.from);
  }

  /** @throws ClockBehindError, NoWorkerNumberError; then no number is used up */
  next(): bigint {
    let now = this.clocks.wall();
    if (now === this.last && this.sequence === SEQUENCES) now = this.following();
    // Checked for each id: a process that was paused, or a machine that slept, finds its time over.
    if (now >= this.window.until) throw this.over();
    if (now !== this.last) this.begin(now);
    const id = this.prefix | BigInt(this.sequence);
    this.sequence += 1;
    return id;
  }

  private begin(now: number): void {
    if (now < this.last) throw new ClockBehindError(this.last - now);
    // The wall clock may have been put back while the process was paused; this one counts on.
    if (this.clocks.monotonic() >= this.window.deadline) throw this.over();
    this.prefix = this.prefixOf(now);
    this.last = now;
    this.sequence = 0;
  }

  /** The next millisecond: 4096 ids were made in this one. */
  private following(): number {
    const limit = this.clocks.monotonic() + STILL_MS;
    for (;;) {
      // Asked in this order: the process may lose its processor in between.
      const still = this.clocks.monotonic() > limit;
      const now = this.clocks.wall();
      if (now !== this.last) return now;
      if (still) throw new ClockBehindError(1);
    }
  }

  private prefixOf(time: number): bigint {
    const { datacenter, worker } = this;
    return encodeTimeId({ time, datacenter, worker, sequence: 0 });
  }

  private over(): NoWorkerNumberError {
    return new NoWorkerNumberError(`the lease of worker number ${this.worker} is over`);
  }
}

function within(name: string, value: number, from: number, until: number): void {
  if (Number.isInteger(value) && value >= from && value < until) return;
  throw new RangeError(`${name} is ${value}; it must be a whole number from ${from} to ${until - 1}`);
}
