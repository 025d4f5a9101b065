import type { AlarmPlan, Metric } from './types';

export interface LoadBalancerInput {
  /** `app/<name>/<id>`. */
  readonly arnSuffix: string;
  /** `targetgroup/<name>/<id>`. */
  readonly targetGroupArnSuffix: string;
  /** The fewest healthy instances that hold the load of the quiet hours. */
  readonly neededHosts: number;
  /** Response time, in seconds, that 99 of 100 requests stay under. */
  readonly responseTime: number;
}

/** Fewer requests than this a minute say nothing about a share or a percentile of them. */
const SAMPLES = 100;
/** Share of failed requests, in percent, that users notice. */
const FAILED_PERCENT = 1;

export function loadBalancerAlarms(input: LoadBalancerInput): readonly AlarmPlan[] {
  const balancer = { LoadBalancer: input.arnSuffix };
  const group = { ...balancer, TargetGroup: input.targetGroupArnSuffix };
  const metric = (
    name: string,
    statistic: string,
    dimensions: Record<string, string> = balancer,
  ): Metric => ({
    namespace: 'AWS/ApplicationELB',
    name,
    dimensions,
    statistic,
  });
  return [
    {
      id: 'failed-requests',
      grade: 'page',
      outage: true,
      impact: `more than ${FAILED_PERCENT}% of all requests fail`,
      runbook: 'failed-requests',
      measure: {
        // RequestCount leaves out requests that found no target (Elastic Load Balancing User Guide, "CloudWatch metrics
        // for your Application Load Balancer"), so the balancer's own failures count as requests too.
        expression: `IF(FILL(requests, 0) + FILL(balancer, 0) > ${SAMPLES}, 100 * (FILL(balancer, 0) + FILL(targets, 0)) / (FILL(requests, 0) + FILL(balancer, 0)), 0)`,
        label: 'failed requests (%)',
        of: {
          requests: metric('RequestCount', 'Sum'),
          balancer: metric('HTTPCode_ELB_5XX_Count', 'Sum'),
          targets: metric('HTTPCode_Target_5XX_Count', 'Sum'),
        },
      },
      when: 'above',
      threshold: FAILED_PERCENT,
      period: 60,
      of: 5,
      bad: 3,
      // No requests, no failures; that nobody can reach the balancer is what the health checks of the DNS records find.
      missing: 'notBreaching',
    },
    {
      id: 'slow-responses',
      grade: 'page',
      outage: true,
      impact: `one request in a hundred takes longer than ${input.responseTime} s`,
      runbook: 'slow-responses',
      measure: {
        expression: `IF(FILL(requests, 0) > ${SAMPLES}, slowest, 0)`,
        label: 'response time, p99 (s)',
        of: {
          requests: metric('RequestCount', 'Sum'),
          slowest: metric('TargetResponseTime', 'p99'),
        },
      },
      when: 'above',
      threshold: input.responseTime,
      period: 60,
      of: 10,
      bad: 8,
      missing: 'notBreaching',
    },
    {
      id: 'too-few-healthy-hosts',
      grade: 'page',
      outage: true,
      impact: `fewer than ${input.neededHosts} web instances answer: requests wait or fail, and the next loss may stop the site`,
      runbook: 'too-few-healthy-hosts',
      measure: metric('HealthyHostCount', 'Minimum', group),
      when: 'below',
      threshold: input.neededHosts,
      period: 60,
      // Longer than a replacement takes: what mends itself wakes nobody. With none left, failed-requests pages first.
      of: 10,
      bad: 10,
      // A group without targets reports nothing, and a balancer without healthy targets sends requests to all of them.
      missing: 'breaching',
    },
    {
      id: 'unhealthy-hosts',
      grade: 'ticket',
      impact:
        'an instance fails its health check for longer than a replacement takes; the others carry its load',
      runbook: 'too-few-healthy-hosts',
      measure: metric('UnHealthyHostCount', 'Maximum', group),
      when: 'above',
      threshold: 0,
      period: 60,
      of: 20,
      bad: 15,
      missing: 'notBreaching',
    },
  ];
}
