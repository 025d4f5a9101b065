import type { AlarmPlan } from './types';

export interface AgesInput {
  /** Where the daily inspection puts its figures. */
  readonly inspection: string;
  /** What people call each fleet, and its machines call themselves. */
  readonly fleets: readonly { readonly label: string; readonly machines: string }[];
  /** First instance of each shard. */
  readonly databases: readonly { readonly identifier: string; readonly label: string }[];
  /** Leave it out where there is no cache. */
  readonly cache?: { readonly replicationGroupId: string };
}

/** The image is built again each week when its parent changed: one of six weeks lacks a month of security fixes. */
const IMAGE_DAYS = 42;
/** An upgrade of the major version is rehearsed on a copy first, and takes a quarter from the decision to the last region. */
const SUPPORT_DAYS = 180;

/** What grows old by itself. Nothing of it is a metric of AWS: modules/inspection looks once a day. */
export function ageAlarms({ inspection, fleets, databases, cache }: AgesInput): readonly AlarmPlan[] {
  const alarm = (
    id: string,
    impact: string,
    [name, dimension, value]: readonly [string, string, string],
    when: AlarmPlan['when'],
    threshold: number,
  ): AlarmPlan => ({
    id,
    grade: 'ticket',
    impact,
    runbook: 'aging',
    measure: {
      namespace: inspection,
      name,
      dimensions: { [dimension]: value },
      statistic: when === 'above' ? 'Maximum' : 'Minimum',
    },
    when,
    threshold,
    period: 86_400,
    of: 1,
    bad: 1,
    // A day without the inspection is the matter of its own alarm.
    missing: 'notBreaching',
  });
  return [
    ...fleets.map(({ label, machines }) =>
      alarm(
        `${label}-image-age`,
        `a machine of the ${label} fleet runs an image of more than ${IMAGE_DAYS} days, without the security fixes since then`,
        ['ImageAgeDays', 'Fleet', machines],
        'above',
        IMAGE_DAYS,
      ),
    ),
    ...databases.map(({ identifier, label }) =>
      alarm(
        `${label}-engine-age`,
        `the standard support of database ${label}'s PostgreSQL ends in less than ${SUPPORT_DAYS} days: extended support is paid for each vCPU and hour then`,
        ['EngineSupportDays', 'DBInstanceIdentifier', identifier],
        'below',
        SUPPORT_DAYS,
      ),
    ),
    ...(cache
      ? [
          alarm(
            'cache-engine-age',
            "ElastiCache offers the cache's engine version no longer: it gets no fixes, and is upgraded one day without being asked",
            ['EngineOffered', 'ReplicationGroupId', cache.replicationGroupId],
            'below',
            1,
          ),
        ]
      : []),
  ];
}
