import { createHistogram, type RecordableHistogram } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';

/** What was asked at one endpoint; times in ms, from when a request was due to when its answer was read. */
export interface Endpoint {
  readonly requests: number;
  readonly failed: number;
  readonly p50: number;
  readonly p99: number;
  readonly max: number;
}

export interface Run {
  readonly seconds: number;
  /** Answers a second, failures left out. */
  readonly rate: number;
  readonly failed: number;
  /** Requests that had no answer when the time was over. */
  readonly unanswered: number;
  /** The most that a request went out later than it was due, in ms: beyond some 50 the load's own machine is the limit. */
  readonly late: number;
  readonly all: Endpoint;
  readonly endpoints: ReadonlyMap<string, Endpoint>;
}

/** Sends one request. @returns what it asked for, and whether the answer was a success */
export type Send = () => { readonly endpoint: string; readonly succeeded: Promise<boolean> };

const MICROSECONDS = 1_000;
/** What a run waits in the end for answers that are still out, in ms. */
const PATIENCE_MS = 5_000;

class Count {
  private readonly times: RecordableHistogram = createHistogram();
  private failed = 0;

  note(succeeded: boolean, ms: number): void {
    this.times.record(Math.max(1, Math.round(ms * MICROSECONDS)));
    if (!succeeded) this.failed += 1;
  }

  get result(): Endpoint {
    const { times, failed } = this;
    const ms = (microseconds: number): number => microseconds / MICROSECONDS;
    const requests = times.count;
    if (requests === 0) return { requests, failed, p50: 0, p99: 0, max: 0 };
    return {
      ...{ requests, failed, max: ms(times.max) },
      ...{ p50: ms(times.percentile(50)), p99: ms(times.percentile(99)) },
    };
  }
}

/**
 * Sends requests at a rate, whether or not those before were answered, as users do who know nothing of one another: a service that falls behind
 * is not spared ("open loop"). Times count from when a request was due, so that a pause hides nothing ("coordinated omission").
 */
export async function openLoop(send: Send, rate: number, seconds: number): Promise<Run> {
  const all = new Count();
  const counts = new Map<string, Count>();
  const total = Math.round(rate * seconds);
  const start = performance.now();
  let [late, answered, succeededInTime] = [0, 0, 0];
  const out = new Set<Promise<void>>();
  for (let sent = 0; sent < total;) {
    const now = performance.now();
    for (; sent < total && start + (sent * 1_000) / rate <= now; sent += 1) {
      const due = start + (sent * 1_000) / rate;
      late = Math.max(late, now - due);
      const { endpoint, succeeded } = send();
      const count = counts.get(endpoint) ?? new Count();
      counts.set(endpoint, count);
      const noted = succeeded
        .catch(() => false)
        .then((success) => {
          const ms = performance.now() - due;
          for (const one of [all, count]) one.note(success, ms);
          answered += 1;
          if (success && due + ms <= start + seconds * 1_000) succeededInTime += 1;
          out.delete(noted);
        });
      out.add(noted);
    }
    await sleep(1);
  }
  await sleep(Math.max(0, start + seconds * 1_000 - performance.now()));
  const unanswered = total - answered;
  await Promise.race([Promise.all(out), sleep(PATIENCE_MS, undefined, { ref: false })]);
  return {
    ...{ seconds, unanswered, late, rate: succeededInTime / seconds, failed: all.result.failed },
    all: all.result,
    endpoints: new Map([...counts].map(([endpoint, count]) => [endpoint, count.result])),
  };
}

/** A rate is sustained if nearly all was answered in time and well. */
export function isSustained(
  { all, failed, unanswered, rate }: Run,
  asked: number,
  p99LimitMs: number,
): boolean {
  const few = 0.002 * all.requests;
  return (
    failed <= few &&
    unanswered <= asked * (p99LimitMs / 1_000) &&
    rate >= 0.97 * asked &&
    all.p99 <= p99LimitMs
  );
}

/**
 * The highest rate that is sustained: grows by half until one is not, then halves what is between. A rate that fails is tried once more, as
 * something else may have disturbed it.
 */
export async function highestRate(
  sustains: (rate: number) => Promise<boolean>,
  from: number,
  refinements: number,
): Promise<number> {
  const try2 = async (rate: number): Promise<boolean> => (await sustains(rate)) || sustains(rate);
  let [good, bad] = [0, from];
  while (await try2(bad)) {
    good = bad;
    bad = Math.round(bad * 1.5);
  }
  for (let n = 0; n < refinements; n += 1) {
    const between = Math.round((good + bad) / 2);
    if (await try2(between)) good = between;
    else bad = between;
  }
  return good;
}
