import type { AlarmPlan, Metric } from './types';

/** How many times as busy as the mean one the busiest shard may be. */
const TIMES = 2;
/** Percent of CPU, or of the storage that there may be, below which it does not matter. */
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
  return inGroups(writers, METRICS, (members, { first, suffix }) => {
    const of = Object.fromEntries(
      members.map((identifier, index): [string, Metric] => [
        `shard${first + index}`,
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
      id: `shards-skew${suffix}`,
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

const GIB = 2 ** 30;

/** Data that is not spread evenly: the same of what shards hold, each as a share of what its storage may grow to. */
export function fillSkewAlarms(
  shards: readonly { readonly identifier: string; readonly maxStorage: number }[],
  inspection: string,
): readonly AlarmPlan[] {
  return inGroups(shards, METRICS / 2, (members, { suffix }) => {
    const of: Record<string, Metric> = {};
    const fills: Record<string, string> = {};
    members.forEach(({ identifier, maxStorage }, index) => {
      const dimensions = { DBInstanceIdentifier: identifier };
      of[`free${index}`] = {
        namespace: 'AWS/RDS',
        name: 'FreeStorageSpace',
        dimensions,
        statistic: 'Minimum',
      };
      of[`allocated${index}`] = {
        namespace: inspection,
        name: 'AllocatedStorage',
        dimensions,
        statistic: 'Maximum',
      };
      fills[`fill${index}`] =
        `100 * (FILL(allocated${index}, REPEAT) * ${GIB} - free${index}) / ${maxStorage * GIB}`;
    });
    const all = `[${Object.keys(fills).join(', ')}]`;
    return {
      id: `shards-fill-skew${suffix}`,
      grade: 'ticket',
      impact: `one physical shard holds more than ${TIMES} times as much as the mean one: it is full first, while the others have room`,
      runbook: 'shard-skew',
      measure: {
        expression: `IF(fullest > ${BUSY_PERCENT}, fullest / mean, 0)`,
        label: 'fullest shard over the mean one',
        of,
        steps: { ...fills, fullest: `MAX(${all})`, mean: `AVG(${all})` },
      },
      when: 'above',
      threshold: TIMES,
      period: 86_400,
      of: 1,
      bad: 1,
      missing: 'notBreaching',
    };
  });
}

/** One alarm for each group of shards of about the same size, as many as one takes; none where there is nothing to compare with. */
function inGroups<T>(
  shards: readonly T[],
  most: number,
  plan: (members: readonly T[], group: { readonly first: number; readonly suffix: string }) => AlarmPlan,
): readonly AlarmPlan[] {
  if (shards.length < 2) return [];
  const groups = Math.ceil(shards.length / most);
  const start = (group: number): number => Math.floor((group * shards.length) / groups);
  return Array.from({ length: groups }, (_, group) =>
    plan(shards.slice(start(group), start(group + 1)), {
      first: start(group),
      suffix: groups === 1 ? '' : `-${group + 1}`,
    }),
  );
}
