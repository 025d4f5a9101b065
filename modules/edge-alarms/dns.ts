import type { AlarmPlan, Metric } from '../alarms';

export interface DnsInput {
  /** Route 53's health check of each region, by the region's name. */
  readonly checkIds: Readonly<Record<string, string>>;
  /** A hosted zone that is signed. Leave it out where the zone is not, or is not ours. */
  readonly signedZoneId?: string;
}

/** Metrics that an alarm takes (Amazon CloudWatch User Guide, "CloudWatch service quotas": alarms). */
const METRICS = 10;

const status = (HealthCheckId: string): Metric => ({
  namespace: 'AWS/Route53',
  name: 'HealthCheckStatus',
  dimensions: { HealthCheckId },
  statistic: 'Minimum',
});

/** What Route 53's checkers, all over the world, see of the regions: from outside, and whatever the region itself says. */
export function reachabilityAlarms({ checkIds }: Pick<DnsInput, 'checkIds'>): readonly AlarmPlan[] {
  const regions = Object.entries(checkIds);
  if (regions.length > METRICS) {
    throw new RangeError(
      `edge alarms: received ${regions.length} regions; allowed: ${METRICS}, the metrics of an alarm`,
    );
  }
  const alone = regions.length === 1;
  const common = {
    grade: 'page',
    joins: { composite: 'edge-affected' },
    runbook: 'region-unreachable',
    when: 'below',
    threshold: 1,
    period: 60,
    of: 3,
    bad: 3,
    // Checkers report every minute.
    missing: 'breaching',
  } as const;
  const each = regions.map(([region, checkId]): AlarmPlan => ({
    ...common,
    id: `${region}-unreachable`,
    impact: alone
      ? `${region} cannot be reached from outside, and there is no other region: the service is down`
      : `${region} cannot be reached from outside: DNS leads its users to the other regions, which carry their load`,
    measure: status(checkId),
  }));
  if (alone) return each;
  const of = Object.fromEntries(regions.map(([, checkId], index) => [`region${index}`, status(checkId)]));
  return [
    ...each,
    {
      ...common,
      id: 'all-regions-unreachable',
      impact: 'no region can be reached from outside: the service is down',
      measure: { expression: `MAX([${Object.keys(of).join(', ')}])`, label: 'a region that is reached', of },
    },
  ];
}

/**
 * Amazon Route 53 Developer Guide, "Monitoring hosted zones using Amazon CloudWatch": published every four hours. A zone whose
 * signatures run out is gone for everybody whose resolver checks them.
 */
export function signingAlarms(zoneId: string): readonly AlarmPlan[] {
  const alarm = (id: string, name: string, impact: string): AlarmPlan => ({
    id,
    grade: 'page',
    impact,
    runbook: 'dnssec',
    measure: { namespace: 'AWS/Route53', name, dimensions: { HostedZoneId: zoneId }, statistic: 'Sum' },
    when: 'above',
    threshold: 0,
    period: 14_400,
    // Two, so that it stays on from one figure to the next.
    of: 2,
    bad: 1,
    missing: 'notBreaching',
  });
  return [
    alarm(
      'dnssec-failure',
      'DNSSECInternalFailure',
      'Route 53 can no longer sign the zone: its names stop resolving for most users when the signatures end, within days',
    ),
    alarm(
      'dnssec-key-needs-action',
      'DNSSECKeySigningKeysNeedingAction',
      'the key that signs the zone cannot be used: its names stop resolving for most users when the signatures end, within days',
    ),
  ];
}
