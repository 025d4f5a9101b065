import { baselineBandwidth } from './bandwidth';
import type { AlarmPlan, Metric } from './types';

export interface BandwidthInput {
  /** What people call the fleet. */
  readonly label: string;
  readonly autoScalingGroupName: string;
  /** What its machines call themselves in their metrics: the dimension `Fleet`. */
  readonly machines: string;
  /** Instance types that the fleet may run on. */
  readonly instanceTypes: readonly string[];
}

const PERCENT = 80;
const BITS = 8;

/**
 * What an instance's network card held back or dropped because the instance had used up its allowance: bandwidth in and out,
 * packets, tracked connections (Amazon EC2 User Guide, "Monitor network performance for ENA settings on your EC2 instance").
 */
const ALLOWANCES = {
  inward: 'ethtool_bw_in_allowance_exceeded',
  outward: 'ethtool_bw_out_allowance_exceeded',
  packets: 'ethtool_pps_allowance_exceeded',
  tracked: 'ethtool_conntrack_allowance_exceeded',
} as const;

export function networkAlarms(
  { label, autoScalingGroupName, machines, instanceTypes }: BandwidthInput,
  namespace: string,
): readonly AlarmPlan[] {
  const held = Object.fromEntries(
    Object.entries(ALLOWANCES).map(([id, name]): [string, Metric] => [
      id,
      { namespace, name, dimensions: { Fleet: machines }, statistic: 'Sum' },
    ]),
  );
  const baseline = baselineBandwidth(instanceTypes);
  const traffic = (name: string): Metric => ({
    namespace: 'AWS/EC2',
    name,
    dimensions: { AutoScalingGroupName: autoScalingGroupName },
    statistic: 'Maximum',
  });
  return [
    {
      id: `${label}-network-allowance`,
      grade: 'ticket',
      impact: `the network of ${label} machines holds packets back because their size allows no more: requests wait or are lost without a trace in the service`,
      runbook: 'network',
      measure: {
        // Counters since the machine's start, of all machines: one that leaves makes the sum fall, one that missed a minute
        // makes it jump once. Only what grows three times in a row is a shortage.
        expression: 'RATE(inward + outward + packets + tracked)',
        label: 'packets held back, growth',
        of: held,
      },
      when: 'above',
      threshold: 0,
      period: 300,
      of: 3,
      bad: 3,
      missing: 'notBreaching',
    },
    ...(baseline === undefined
      ? []
      : [
          {
            id: `${label}-bandwidth`,
            grade: 'ticket',
            impact: `a machine of the ${label} fleet sends or receives more than ${PERCENT}% of the ${baseline} Gbit/s that its size has for good: once its credits are used up, packets wait`,
            runbook: 'network',
            measure: {
              expression: `100 * ${BITS} * MAX([received, sent]) / PERIOD(sent) / ${Math.round(baseline * 1e9)}`,
              label: 'bandwidth in use (%)',
              of: { received: traffic('NetworkIn'), sent: traffic('NetworkOut') },
            },
            when: 'above',
            threshold: PERCENT,
            period: 60,
            of: 15,
            bad: 15,
            missing: 'notBreaching',
          } as const,
        ]),
  ];
}
