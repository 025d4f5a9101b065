import type { AlarmPlan, Metric } from './types';

export interface NatInput {
  /** Zone of the gateway; part of the alarms' names. */
  readonly zone: string;
  readonly gatewayId: string;
}

/** Amazon VPC User Guide, "Monitor NAT gateways with Amazon CloudWatch": more than this share of all packets is no chance any more. */
const DROPPED_PERCENT = 0.01;

/** What leaves the network by a gateway and is lost there: calls to services without an endpoint, the image's packages. */
export function natAlarms({ zone, gatewayId }: NatInput): readonly AlarmPlan[] {
  const metric = (name: string): Metric => ({
    namespace: 'AWS/NATGateway',
    name,
    dimensions: { NatGatewayId: gatewayId },
    statistic: 'Sum',
  });
  const common = {
    grade: 'ticket',
    runbook: 'network',
    when: 'above',
    period: 300,
    of: 3,
    bad: 2,
    // Reported only while packets go through it.
    missing: 'notBreaching',
  } as const;
  return [
    {
      ...common,
      id: `nat-${zone}-ports`,
      impact: `the NAT gateway of ${zone} has no source port left for one destination: connections out of that zone fail`,
      measure: metric('ErrorPortAllocation'),
      threshold: 0,
    },
    {
      ...common,
      id: `nat-${zone}-drops`,
      impact: `the NAT gateway of ${zone} drops packets: connections out of that zone stall`,
      measure: {
        expression: 'IF(packets > 0, 100 * FILL(dropped, 0) / packets, 0)',
        label: 'dropped packets (%)',
        of: {
          dropped: metric('PacketsDropCount'),
          out: metric('PacketsOutToDestination'),
          back: metric('PacketsOutToSource'),
        },
        steps: { packets: 'FILL(out, 0) + FILL(back, 0)' },
      },
      threshold: DROPPED_PERCENT,
    },
  ];
}
