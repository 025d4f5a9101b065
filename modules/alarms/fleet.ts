import type { AlarmPlan } from './types';

export interface FleetInput {
  /** What people call it, in lower case: `web`, `workers`. */
  readonly label: string;
  readonly autoScalingGroupName: string;
  /** What its machines call themselves in their metrics: the dimension `Fleet`. */
  readonly machines: string;
  /** Log group that it writes to all the time. */
  readonly groupName: string;
  /** Instance types that it may run on. */
  readonly instanceTypes: readonly string[];
  /** The fewest instances that the group ever has by plan. */
  readonly fewest: number;
}

/** The group reports once a minute while its metrics are on, so silence means that nobody looks after the instances. */
export function fleetAlarms({ label, autoScalingGroupName, fewest }: FleetInput): readonly AlarmPlan[] {
  return [
    {
      id: `${label}-below-minimum`,
      grade: 'ticket',
      impact: `the ${label} fleet has fewer than ${fewest} instances in service and does not get them back by itself`,
      runbook: 'fleet-below-minimum',
      measure: {
        namespace: 'AWS/AutoScaling',
        name: 'GroupInServiceInstances',
        dimensions: { AutoScalingGroupName: autoScalingGroupName },
        statistic: 'Minimum',
      },
      when: 'below',
      threshold: fewest,
      period: 60,
      of: 15,
      bad: 15,
      missing: 'breaching',
    },
  ];
}
