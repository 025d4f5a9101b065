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

const metricOf =
  (dimensions: Readonly<Record<string, string>>) =>
  (name: string, statistic: string): Metric => ({
    namespace: 'AWS/ApplicationELB',
    name,
    dimensions,
    statistic,
  });

/**
 * All requests and those that failed, as expressions over metrics. RequestCount leaves out requests that found no target
 * (Elastic Load Balancing User Guide, "CloudWatch metrics for your Application Load Balancer"), so the balancer's own
 * failures count as requests too.
 */
export function requestsOf({ arnSuffix }: LoadBalancerInput) {
  const metric = metricOf({ LoadBalancer: arnSuffix });
  return {
    all: 'FILL(requests, 0) + FILL(balancer, 0)',
    bad: '(FILL(balancer, 0) + FILL(targets, 0))',
    of: {
      requests: metric('RequestCount', 'Sum'),
      balancer: metric('HTTPCode_ELB_5XX_Count', 'Sum'),
      targets: metric('HTTPCode_Target_5XX_Count', 'Sum'),
    },
  };
}

export function loadBalancerAlarms(input: LoadBalancerInput): readonly AlarmPlan[] {
  const balancer = { LoadBalancer: input.arnSuffix };
  const metric = metricOf(balancer);
  const grouped = metricOf({ ...balancer, TargetGroup: input.targetGroupArnSuffix });
  const { all, bad, of } = requestsOf(input);
  return [
    {
      id: 'failed-requests',
      grade: 'page',
      joins: { composite: 'users-affected' },
      impact: `more than ${FAILED_PERCENT}% of all requests fail`,
      runbook: 'failed-requests',
      measure: {
        expression: `IF(${all} > ${SAMPLES}, 100 * ${bad} / (${all}), 0)`,
        label: 'failed requests (%)',
        of,
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
      joins: { composite: 'users-affected' },
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
      joins: { composite: 'users-affected' },
      impact: `fewer than ${input.neededHosts} web instances answer: requests wait or fail, and the next loss may stop the site`,
      runbook: 'too-few-healthy-hosts',
      measure: grouped('HealthyHostCount', 'Minimum'),
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
      measure: grouped('UnHealthyHostCount', 'Maximum'),
      when: 'above',
      threshold: 0,
      period: 60,
      of: 20,
      bad: 15,
      missing: 'notBreaching',
    },
  ];
}
