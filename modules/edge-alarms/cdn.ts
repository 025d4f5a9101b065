import type { AlarmPlan, Metric } from '../alarms';

export interface CdnInput {
  readonly distributionId: string;
  /** Route 53's health check of the distribution. */
  readonly checkId: string;
}

/** Fewer requests than this in five minutes say nothing about a share or a percentile of them. */
const SAMPLES = 1_000;
const FAILED_PERCENT = 1;
/** Milliseconds that nine of ten answers of the origins stay under; they carry the way from the edge to the region, and back. */
const ORIGIN_MILLISECONDS = 2_000;

/** Amazon CloudFront Developer Guide, "Getting metrics using the CloudWatch API": dimensions, and the one statistic of each. */
export function cdnMetric(distributionId: string, name: string, statistic: string): Metric {
  return {
    namespace: 'AWS/CloudFront',
    name,
    dimensions: { DistributionId: distributionId, Region: 'Global' },
    statistic,
  };
}

export function cdnAlarms({ distributionId, checkId }: CdnInput): readonly AlarmPlan[] {
  const requests = cdnMetric(distributionId, 'Requests', 'Sum');
  return [
    {
      id: 'cdn-failures',
      grade: 'page',
      joins: { composite: 'edge-affected' },
      impact: `more than ${FAILED_PERCENT}% of the requests to the CDN fail: the page, its pictures, or cacheable answers do not arrive`,
      runbook: 'cdn',
      measure: {
        expression: `IF(FILL(requests, 0) > ${SAMPLES}, FILL(failed, 0), 0)`,
        label: 'failed requests (%)',
        of: { requests, failed: cdnMetric(distributionId, '5xxErrorRate', 'Average') },
      },
      when: 'above',
      threshold: FAILED_PERCENT,
      period: 300,
      of: 3,
      bad: 2,
      // Nobody asks, nothing fails; that nobody can ask is what the health check finds.
      missing: 'notBreaching',
    },
    {
      id: 'cdn-origin-slow',
      grade: 'ticket',
      impact: `what the CDN does not hold takes longer than ${ORIGIN_MILLISECONDS} ms for one request in ten: pages build up slowly`,
      runbook: 'cdn',
      measure: {
        expression: `IF(FILL(requests, 0) > ${SAMPLES}, FILL(slow, 0), 0)`,
        label: 'origin latency, p90 (ms)',
        of: { requests, slow: cdnMetric(distributionId, 'OriginLatency', 'p90') },
      },
      when: 'above',
      threshold: ORIGIN_MILLISECONDS,
      period: 300,
      of: 6,
      bad: 4,
      missing: 'notBreaching',
    },
    {
      id: 'cdn-unreachable',
      grade: 'ticket',
      impact:
        'the health check of the CDN fails: DNS leads www to the load balancers, which serve the page more slowly',
      runbook: 'cdn',
      measure: {
        namespace: 'AWS/Route53',
        name: 'HealthCheckStatus',
        dimensions: { HealthCheckId: checkId },
        statistic: 'Minimum',
      },
      when: 'below',
      threshold: 1,
      period: 60,
      of: 5,
      bad: 5,
      missing: 'breaching',
    },
  ];
}
