import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from 'pino';
import { jitter } from '../backoff';
import type { Lease, LeaseStore } from './leases';
import { CLOCKS, ClockBehindError, NoWorkerNumberError, NUMBERS, TimeIds, type Clocks } from './time-ids';

/** A worker number is leased for so long, in ms, and renewed three times in it: a crash blocks it for this time at most. */
const LEASE_MS = 30_000;
/** A clock that went back by no more than this is waited for; else the number is given up for another one. */
const WAIT_LIMIT_MS = 200;

export interface SourceOptions {
  readonly datacenter: number;
  /** Default: 30,000. */
  readonly leaseMs?: number;
  readonly clocks?: Clocks;
}

/**
 * Time-ordered ids of this process. It leases a worker number in the background and makes ids only with timestamps that
 * the lease covers. What the number's next holder may use begins where the lease ended: two processes whose clocks differ,
 * or one that was paused at any place, cannot make the same id.
 */
export class TimeIdSource {
  private ids: TimeIds | undefined;
  private lease: Lease | undefined;
  private timer: NodeJS.Timeout | undefined;
  private turning: Promise<void> | undefined;
  private closed = false;
  private readonly clocks: Clocks;
  private readonly leaseMs: number;

  constructor(
    private readonly store: LeaseStore,
    private readonly options: SourceOptions,
    private readonly log: Logger,
  ) {
    this.clocks = options.clocks ?? CLOCKS;
    this.leaseMs = options.leaseMs ?? LEASE_MS;
  }

  /** Leases a number, and goes on to do so until it is closed. That there is none now is logged, not thrown. */
  start(): Promise<void> {
    clearTimeout(this.timer);
    this.turning ??= this.turn().finally(() => {
      this.turning = undefined;
      if (this.closed) return;
      this.timer = setTimeout(() => void this.start(), jitter(this.leaseMs / 3));
      this.timer.unref();
    });
    return this.turning;
  }

  /** @throws NoWorkerNumberError while no number is leased, ClockBehindError when the clock went back by too much */
  async take(count: number): Promise<string[]> {
    const taken: string[] = [];
    for (let waited = 0; taken.length < count;) {
      const { ids } = this;
      if (ids === undefined) throw new NoWorkerNumberError('no worker number is leased at present');
      try {
        taken.push(ids.next().toString());
      } catch (error) {
        if (!(error instanceof ClockBehindError)) throw error;
        waited += error.milliseconds;
        if (waited > WAIT_LIMIT_MS) {
          this.giveUp(error.message);
          void this.start();
          throw error;
        }
        await sleep(error.milliseconds);
      }
    }
    return taken;
  }

  /** Makes no further id, and leaves the number to the next process from the last timestamp on. */
  async close(): Promise<void> {
    this.closed = true;
    clearTimeout(this.timer);
    await this.turning;
    const { ids, lease } = this;
    this.ids = undefined;
    if (ids && lease) {
      await this.store.renew({ ...lease, until: ids.last + 1 }).catch((error: unknown) => {
        this.log.warn({ err: error, worker: lease.worker }, 'worker number not returned; its lease runs out');
      });
    }
    this.store.close();
  }

  private async turn(): Promise<void> {
    try {
      await (this.lease ? this.renew(this.lease) : this.acquire());
    } catch (error) {
      this.log.warn({ err: error }, 'worker number neither leased nor renewed');
    }
  }

  private async renew(held: Lease): Promise<void> {
    const { until, deadline } = this.nextWindow();
    const lease = { ...held, until: Math.max(held.until, until) };
    const renewed = await this.store.renew(lease);
    // It may have been given up meanwhile.
    if (this.lease !== held) return;
    if (!renewed) {
      this.giveUp('somebody else holds it');
      return this.acquire();
    }
    this.lease = lease;
    Object.assign(this.ids!.window, { until: lease.until, deadline });
  }

  private async acquire(): Promise<void> {
    const { datacenter } = this.options;
    const first = Math.floor(Math.random() * NUMBERS);
    for (let tried = 0; tried < NUMBERS && !this.closed; tried += 1) {
      const worker = (first + tried) % NUMBERS;
      const { now, until, deadline } = this.nextWindow();
      const lease = { datacenter, worker, holder: randomUUID(), until };
      if (!(await this.store.take(lease, now))) continue;
      this.lease = lease;
      // No holder before used a timestamp from `now` on: that is what the store was asked.
      this.ids = new TimeIds(datacenter, worker, { from: now, until, deadline }, this.clocks);
      this.log.info({ datacenter, worker }, 'worker number leased');
      return;
    }
    this.log.warn({ datacenter }, `all ${NUMBERS} worker numbers are held`);
  }

  private giveUp(reason: string): void {
    this.log.warn({ worker: this.lease?.worker, reason }, 'worker number given up');
    this.ids = undefined;
    this.lease = undefined;
  }

  /** What a lease that is asked for now covers. Both ends are measured before the question, never after the answer. */
  private nextWindow() {
    const now = this.clocks.wall();
    return { now, until: now + this.leaseMs, deadline: this.clocks.monotonic() + this.leaseMs };
  }
}
