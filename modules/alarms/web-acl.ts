import type { AlarmPlan, Metric } from './types';

export interface WebAclInput {
  /** Alarm id, such as `web-acl-blocked`. */
  readonly id: string;
  /** What it guards, as an end of the impact: `the load balancer`. */
  readonly guards: string;
  /** Metric name of the web ACL. */
  readonly name: string;
  /** Region of a regional web ACL; one before a CDN has none. */
  readonly region?: string;
}

/** Share of blocked requests, in percent, that is an attack or a rule which hits users; a calm site blocks one or two. */
const PERCENT = 20;
/** Fewer requests than this in five minutes say nothing about a share of them. */
const SAMPLES = 1_000;

/** Requests that no rule ended are counted by the web ACL as allowed, so both together are all of them. */
export function webAclAlarm({ id, guards, name, region }: WebAclInput): AlarmPlan {
  const metric = (metricName: string): Metric => ({
    namespace: 'AWS/WAFV2',
    name: metricName,
    // AWS WAF Developer Guide, "AWS WAF metrics and dimensions": the region is left out for CloudFront.
    dimensions: { WebACL: name, Rule: 'ALL', ...(region === undefined ? {} : { Region: region }) },
    statistic: 'Sum',
  });
  return {
    id,
    grade: 'ticket',
    impact: `more than ${PERCENT}% of the requests to ${guards} are blocked: it is attacked, or a rule turns users away`,
    runbook: 'web-acl',
    measure: {
      expression: `IF(all > ${SAMPLES}, 100 * FILL(blocked, 0) / all, 0)`,
      label: 'blocked requests (%)',
      of: { blocked: metric('BlockedRequests'), allowed: metric('AllowedRequests') },
      steps: { all: 'FILL(blocked, 0) + FILL(allowed, 0)' },
    },
    when: 'above',
    threshold: PERCENT,
    period: 300,
    of: 3,
    bad: 3,
    missing: 'notBreaching',
  };
}
