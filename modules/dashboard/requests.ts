import { distribution, PER_SECOND } from './lines';
import type { Graph, Line } from './widgets';

export interface RequestRows {
  readonly loadBalancer: { readonly arnSuffix: string; readonly targetGroup: { readonly arnSuffix: string } };
  /** Metric name of the web ACL before the balancer, and its region. */
  readonly webAcl: { readonly name: string };
  readonly region: string;
}

export function requestGraphs({ loadBalancer, webAcl, region }: RequestRows): Graph[] {
  const balancer = { LoadBalancer: loadBalancer.arnSuffix };
  const line = (
    metric: string,
    statistic: string,
    label: string,
    more: Partial<Pick<Line, 'dimensions' | 'expression'>> = {},
  ): Line => ({ namespace: 'AWS/ApplicationELB', metric, dimensions: balancer, statistic, label, ...more });
  const perSecond = { expression: PER_SECOND };
  const group = { dimensions: { ...balancer, TargetGroup: loadBalancer.targetGroup.arnSuffix } };
  return [
    {
      title: 'Requests',
      unit: 'requests/s',
      lines: [line('RequestCount', 'Sum', 'requests', perSecond)],
    },
    {
      title: 'Failed requests',
      unit: 'requests/s',
      lines: [
        line('HTTPCode_Target_5XX_Count', 'Sum', 'service (5xx)', perSecond),
        line('HTTPCode_ELB_5XX_Count', 'Sum', 'balancer (5xx)', perSecond),
        line('HTTPCode_Target_4XX_Count', 'Sum', 'refused (4xx)', perSecond),
        line('TargetConnectionErrorCount', 'Sum', 'no connection', perSecond),
      ],
    },
    {
      title: 'Response time',
      unit: 's',
      lines: (
        [
          ['Average', 'average'],
          ['p50', 'median'],
          ['p99', 'p99'],
          ['Maximum', 'max'],
        ] as const
      ).map(([statistic, label]) => line('TargetResponseTime', statistic, label)),
    },
    distribution('Response time, distribution', 's', {
      namespace: 'AWS/ApplicationELB',
      metric: 'TargetResponseTime',
      dimensions: balancer,
    }),
    {
      title: 'Hosts behind the balancer',
      unit: 'instances',
      lines: [
        line('HealthyHostCount', 'Minimum', 'healthy', group),
        line('UnHealthyHostCount', 'Maximum', 'unhealthy', group),
      ],
    },
    {
      title: 'Traffic through the balancer',
      unit: 'bytes/s',
      lines: [line('ProcessedBytes', 'Sum', 'processed', perSecond)],
    },
    {
      title: 'Connections',
      unit: 'connections',
      lines: [
        line('ActiveConnectionCount', 'Sum', 'active'),
        line('NewConnectionCount', 'Sum', 'new'),
        line('RejectedConnectionCount', 'Sum', 'rejected'),
      ],
    },
    webAclGraph(webAcl.name, region),
  ];
}

/** What the web ACL lets through and blocks. One before a CDN has no region. */
export function webAclGraph(name: string, region?: string): Graph {
  const line = (metric: string, label: string): Line => ({
    namespace: 'AWS/WAFV2',
    metric,
    dimensions: { WebACL: name, Rule: 'ALL', ...(region === undefined ? {} : { Region: region }) },
    statistic: 'Sum',
    label,
    expression: PER_SECOND,
  });
  return {
    title: 'Web ACL',
    unit: 'requests/s',
    lines: [
      line('AllowedRequests', 'let through'),
      line('BlockedRequests', 'blocked'),
      line('CountedRequests', 'marked'),
    ],
  };
}

/** What a user from outside gets: how many looks went well, which take some seconds. */
export function canaryGraph(name: string): Graph {
  return {
    title: 'Looks from outside that went well',
    unit: '%',
    lines: [
      {
        namespace: 'CloudWatchSynthetics',
        metric: 'SuccessPercent',
        dimensions: { CanaryName: name },
        statistic: 'Average',
        label: 'canary',
      },
    ],
  };
}
