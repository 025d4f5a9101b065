import type { AlarmPlan, Metric } from './types';

/**
 * Credits that a burstable instance earns in an hour, by its size (Amazon EC2 User Guide, "Key concepts and definitions for
 * burstable performance instances"): t3, t3a and t4g alike, and the database classes made of them.
 */
const EARNED: Readonly<Record<string, number>> = {
  nano: 6,
  micro: 12,
  small: 24,
  medium: 24,
  large: 36,
  xlarge: 96,
  '2xlarge': 192,
};

/** What the smallest burstable one of some instance types or classes earns; nothing where none of them is burstable. */
export function creditsOf(types: readonly string[]): number | undefined {
  const earned = types.flatMap((type) => {
    const size = /^(?:db\.)?t\d[a-z]*\.(\w+)$/.exec(type)?.[1];
    return size === undefined ? [] : [EARNED[size] ?? 0];
  });
  return earned.length > 0 ? Math.min(...earned) : undefined;
}

/**
 * Less than what an hour earns, for six hours: whoever needs more than the baseline for so long is on the wrong size. A new
 * machine starts without credits, and the mean of a fleet does not notice one.
 */
export function creditAlarm(
  label: string,
  what: string,
  types: readonly string[],
  of: Pick<Metric, 'namespace' | 'dimensions'>,
): readonly AlarmPlan[] {
  const threshold = creditsOf(types);
  if (threshold === undefined) return [];
  return [
    {
      id: `${label}-cpu-credits`,
      grade: 'ticket',
      impact: `${what} has used up its CPU credits: it pays for every further second above its baseline, or is held at it`,
      runbook: 'cpu-credits',
      measure: { ...of, name: 'CPUCreditBalance', statistic: 'Average' },
      when: 'below',
      threshold,
      period: 3_600,
      of: 6,
      bad: 6,
      missing: 'notBreaching',
    },
  ];
}
