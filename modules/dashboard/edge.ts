import { alarmRow, type AlarmRows } from './alarms';
import { graphOfEach, PER_SECOND } from './lines';
import { webAclGraph } from './requests';
import type { Graph, Line, Row } from './widgets';

export interface EdgeDashboardInput {
  readonly alarms: AlarmRows;
  readonly zoneId: string;
  /** Route 53's health checks, by what they check: a region, or the CDN. */
  readonly checkIds: Readonly<Record<string, string>>;
  /** Leave it out where there is no CDN. */
  readonly cdn?: {
    readonly distributionId: string;
    readonly webAclName: string;
    readonly certificateArn: string;
  };
}

/** What users reach first, and what all of it costs. */
export function planEdgeRows({ alarms, zoneId, checkIds, cdn }: EdgeDashboardInput): readonly Row[] {
  return [
    alarmRow(alarms),
    { heading: 'DNS', widgets: dns(zoneId, checkIds), across: 4 },
    ...(cdn ? [{ heading: 'CDN', widgets: cdnGraphs(cdn) }] : []),
    {
      heading: 'Cost',
      about:
        'Of the whole account since the first of the month, in US dollars. Empty until billing alerts are on in the paying account; see docs/watching.md.',
      widgets: cost(),
      across: 2,
    },
  ];
}

function dns(zoneId: string, checkIds: EdgeDashboardInput['checkIds']): Graph[] {
  const each = graphOfEach(
    'AWS/Route53',
    Object.entries(checkIds).map(([label, HealthCheckId]) => ({ label, dimensions: { HealthCheckId } })),
  );
  return [
    {
      title: 'Questions',
      unit: 'queries/s',
      lines: [
        {
          namespace: 'AWS/Route53',
          metric: 'DNSQueries',
          dimensions: { HostedZoneId: zoneId },
          statistic: 'Sum',
          label: 'answered',
          expression: PER_SECOND,
        },
      ],
    },
    each('Reached from outside (1 or 0)', '', 'HealthCheckStatus', 'Minimum'),
    each('Checkers that get an answer', '%', 'HealthCheckPercentageHealthy', 'Average'),
    each('First byte, seen by the checkers', 'ms', 'TimeToFirstByte', 'Average'),
  ];
}

function cdnGraphs({
  distributionId,
  webAclName,
  certificateArn,
}: NonNullable<EdgeDashboardInput['cdn']>): Graph[] {
  const line = (metric: string, statistic: string, label: string, expression?: string): Line => ({
    namespace: 'AWS/CloudFront',
    metric,
    dimensions: { DistributionId: distributionId, Region: 'Global' },
    statistic,
    label,
    ...(expression === undefined ? {} : { expression }),
  });
  return [
    { title: 'Requests', unit: 'requests/s', lines: [line('Requests', 'Sum', 'requests', PER_SECOND)] },
    {
      title: 'Failed requests',
      unit: '%',
      lines: [line('5xxErrorRate', 'Average', '5xx'), line('4xxErrorRate', 'Average', '4xx')],
    },
    { title: 'Hit rate', unit: '%', lines: [line('CacheHitRate', 'Average', 'hits')] },
    {
      title: 'Origin latency',
      unit: 'ms',
      lines: ['p50', 'p90', 'p99'].map((percentile) => line('OriginLatency', percentile, percentile)),
    },
    {
      title: 'Bytes',
      unit: 'bytes/s',
      lines: [
        line('BytesDownloaded', 'Sum', 'to users', PER_SECOND),
        line('BytesUploaded', 'Sum', 'from users', PER_SECOND),
      ],
    },
    {
      title: 'Errors of the origins',
      unit: '%',
      lines: ['502', '503', '504'].map((code) => line(`${code}ErrorRate`, 'Average', code)),
    },
    webAclGraph(webAclName),
    {
      title: 'Days until the certificate ends',
      unit: 'days',
      days: 90,
      lines: [
        {
          namespace: 'AWS/CertificateManager',
          metric: 'DaysToExpiry',
          dimensions: { CertificateArn: certificateArn },
          statistic: 'Minimum',
          label: 'certificate of the CDN',
        },
      ],
    },
  ];
}

/** Amazon CloudWatch User Guide, "Create a billing alarm to monitor your estimated AWS charges": kept in us-east-1, some times a day. */
function cost(): Graph[] {
  const days = 35;
  return [
    {
      title: 'Estimated charges',
      unit: 'USD',
      days,
      lines: [
        {
          namespace: 'AWS/Billing',
          metric: 'EstimatedCharges',
          dimensions: { Currency: 'USD' },
          statistic: 'Maximum',
          label: 'all services',
        },
      ],
    },
    {
      title: 'Estimated charges of each service',
      unit: 'USD',
      days,
      lines: [
        {
          search:
            "SEARCH('{AWS/Billing,Currency,ServiceName} MetricName=\"EstimatedCharges\"', 'Maximum', 86400)",
        },
      ],
    },
  ];
}
