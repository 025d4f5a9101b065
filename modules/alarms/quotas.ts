import type { AlarmPlan } from './types';

interface Quota {
  readonly id: string;
  /** What there can be no more of, and what that means. */
  readonly what: string;
  readonly service: string;
  readonly resource: string;
  readonly class: string;
}

const PERCENT = 80;

/**
 * Quotas whose use AWS measures and which grow with the traffic (Amazon CloudWatch User Guide, "AWS usage metrics"; the
 * dimensions are those that the Service Quotas API names as `UsageMetric` of each quota). Elastic IP addresses, NAT gateways and
 * security-group rules have no such metric; they change with a plan only.
 */
const QUOTAS: readonly Quota[] = [
  {
    id: 'quota-on-demand',
    what: 'vCPUs of on-demand instances: the web fleet cannot grow, and nothing that is lost is replaced',
    service: 'EC2',
    resource: 'vCPU',
    class: 'Standard/OnDemand',
  },
  {
    id: 'quota-spot',
    what: 'vCPUs of Spot instances: the workers cannot grow, and jobs wait',
    service: 'EC2',
    resource: 'vCPU',
    class: 'Standard/Spot',
  },
  {
    id: 'quota-targets',
    what: 'targets of one load balancer: new instances take no requests',
    service: 'Elastic Load Balancing',
    resource: 'TargetsPerApplicationLoadBalancer',
    class: 'None',
  },
];

/** Of the whole account in the region, whoever uses it up. */
export function quotaAlarms(): readonly AlarmPlan[] {
  return QUOTAS.map(({ id, what, service, resource, class: kind }) => ({
    id,
    grade: 'ticket',
    impact: `the account uses more than ${PERCENT}% of its quota of ${what}`,
    runbook: 'quotas',
    measure: {
      expression: '100 * used / SERVICE_QUOTA(used)',
      label: 'quota in use (%)',
      of: {
        used: {
          namespace: 'AWS/Usage',
          name: 'ResourceCount',
          dimensions: { Service: service, Type: 'Resource', Resource: resource, Class: kind },
          statistic: 'Maximum',
        },
      },
    },
    when: 'above',
    threshold: PERCENT,
    period: 300,
    of: 3,
    bad: 3,
    // Published only while something of the kind is used.
    missing: 'notBreaching',
  }));
}
