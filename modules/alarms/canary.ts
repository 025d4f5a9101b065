import type { AlarmPlan, Metric } from './types';

export interface CanaryInput {
  /** What CloudWatch Synthetics knows the canary by. */
  readonly name: string;
  readonly everyMinutes: number;
}

/** Runs that are looked at, and those of them that must fail: one may be an answer lost on the way. */
const RUNS: Readonly<Record<number, { readonly of: number; readonly bad: number }>> = {
  1: { of: 5, bad: 3 },
  5: { of: 3, bad: 2 },
};
const FEW_RUNS = { of: 2, bad: 2 };

/** Milliseconds of the whole way: the objectives of its requests together, two of them that hash a password. */
const SLOW = 5_000;
const SLOW_PERIOD = 900;

/** The look from outside: it fails where nothing inside does, when a name, a certificate or the way to a region is broken. */
export function canaryAlarms({ name, everyMinutes }: CanaryInput): readonly AlarmPlan[] {
  const metric = (of: string): Metric => ({
    namespace: 'CloudWatchSynthetics',
    name: of,
    dimensions: { CanaryName: name },
    statistic: 'Average',
  });
  const { of, bad } = RUNS[everyMinutes] ?? FEW_RUNS;
  return [
    {
      id: 'canary-fails',
      grade: 'page',
      joins: { composite: 'users-affected' },
      impact:
        'a user from outside does not get through: page, log-in, post or reading it back fails over the public names',
      runbook: 'canary',
      measure: metric('SuccessPercent'),
      when: 'below',
      threshold: 100,
      period: everyMinutes * 60,
      of,
      bad,
      // A canary that does not run sees nothing.
      missing: 'breaching',
    },
    {
      id: 'canary-slow',
      grade: 'ticket',
      impact: `a user from outside needs more than ${SLOW / 1000} s from the page to reading back a post`,
      runbook: 'canary',
      measure: metric('Duration'),
      when: 'above',
      threshold: SLOW,
      period: SLOW_PERIOD,
      of: 4,
      bad: 4,
      missing: 'notBreaching',
    },
  ];
}
