import type { AlarmPlan, Metric } from './types';

/** How many times as busy as the mean one the busiest shard may be. */
const TIMES = 2;
/** Percent of CPU below which it does not matter. */
const BUSY_PERCENT = 40;
/** Metrics that an alarm takes (Amazon CloudWatch User Guide, "CloudWatch service quotas": alarms). */
const METRICS = 10;

/**
 * Load that is not spread evenly over physical shards: a key that everybody asks for, or a map that gives one too many
 * logical shards. With more shards than an alarm takes metrics they are compared in groups of about the same size. One
 * shard alone has nothing to differ from.
 *
 * @param writers identifier of each shard's first instance, in the order of the shards
 */
export function skewAlarms(writers: readonly string[]): readonly AlarmPlan[] {
  if (writers.length < 2) return [];
  const groups = Math.ceil(writers.length / METRICS);
  const size = Math.ceil(writers.length / groups);
  return Array.from({ length: groups }, (_, group) => {
    const members = writers.slice(group * size, (group + 1) * size);
    const of = Object.fromEntries(
      members.map((identifier, index): [string, Metric] => [
        `shard${group * size + index}`,
        {
          namespace: 'AWS/RDS',
          name: 'CPUUtilization',
          dimensions: { DBInstanceIdentifier: identifier },
          statistic: 'Average',
        },
      ]),
    );
    const all = `[${Object.keys(of).join(', ')}]`;
    return {
      id: groups === 1 ? 'shards-skew' : `shards-skew-${group + 1}`,
      grade: 'ticket',
      impact: `one physical shard works more than ${TIMES} times as hard as the mean one: it is full first, while the others have room`,
      runbook: 'shard-skew',
      measure: {
        expression: `IF(busiest > ${BUSY_PERCENT}, busiest / mean, 0)`,
        label: 'busiest shard over the mean one',
        of,
        steps: { busiest: `MAX(${all})`, mean: `AVG(${all})` },
      },
      when: 'above',
      threshold: TIMES,
      period: 300,
      of: 12,
      bad: 9,
      missing: 'notBreaching',
    };
  });
}
