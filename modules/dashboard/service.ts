import type { ResponseTimeObjective } from '../../lib/objectives';
import { distribution, graphOfEach, PER_SECOND } from './lines';
import type { Graph, Line } from './widgets';

export interface ServiceRows {
  /** Namespace of the metrics of the service and of its machines. */
  readonly namespace: string;
  /** What users of each endpoint are promised. */
  readonly objectives: readonly ResponseTimeObjective[];
  /** What the machines of each fleet call themselves in their metrics, by what people call the fleet. */
  readonly machines: Readonly<Record<string, string>>;
  /** Kinds of jobs. */
  readonly jobs: readonly string[];
  /** ISO 4217, each with hundredths: what the service is paid in. */
  readonly currencies: readonly string[];
  /** Metric of the lines of errors. */
  readonly errorLines: string;
  /** Log group of each role. */
  readonly groupNames: Readonly<Record<string, string>>;
}

/** Each endpoint as the service measures it: how much, how well, how fast. */
export function endpointGraphs({ namespace, objectives }: ServiceRows): Graph[] {
  const each = graphOfEach(
    namespace,
    objectives.map(({ endpoint }) => ({ label: endpoint, dimensions: { endpoint } })),
  );
  return [
    each('Requests per endpoint', 'requests/s', 'Requests', 'Sum', PER_SECOND),
    each('Failures per endpoint (5xx)', 'requests/s', 'Failures', 'Sum', PER_SECOND),
    each('Slower than the objective', 'requests/s', 'Slow', 'Sum', PER_SECOND),
    each('Latency per endpoint, average', 'ms', 'Latency', 'Average'),
    each('Latency per endpoint, median', 'ms', 'Latency', 'p50'),
    each('Latency per endpoint, p99', 'ms', 'Latency', 'p99'),
    each('Latency per endpoint, max', 'ms', 'LatencyMax', 'Maximum'),
    {
      title: 'Answers within the objective of their endpoint',
      unit: '%',
      lines: objectives.map(({ endpoint, milliseconds }) => ({
        namespace,
        metric: 'Latency',
        dimensions: { endpoint },
        statistic: `PR(:${milliseconds})`,
        label: `${endpoint}, ${milliseconds} ms`,
      })),
    },
  ];
}

/** How the answers of each endpoint spread, one graph for each. */
export function distributionGraphs({ namespace, objectives }: ServiceRows): Graph[] {
  return objectives.map(({ endpoint }) =>
    distribution(endpoint, 'ms', { namespace, metric: 'Latency', dimensions: { endpoint } }),
  );
}

/** What the service is used for, and what it works with. */
export function serviceGraphs(rows: ServiceRows): Graph[] {
  const { namespace, jobs } = rows;
  const own = (metric: string, statistic: string, label: string, service = 'api'): Line => ({
    namespace,
    metric,
    dimensions: { service },
    statistic,
    label,
  });
  const ofJobs = (metric: string, statistic: string, prefix: string): Line[] =>
    jobs.map((job) => ({ namespace, metric, dimensions: { job }, statistic, label: `${prefix} ${job}` }));
  const roles = Object.keys(rows.groupNames);
  return [
    { title: 'Sign-ups', unit: 'sign-ups/min', lines: [own('SignUps', 'Sum', 'sign-ups')] },
    { title: 'Posts', unit: 'posts/min', lines: [own('Posts', 'Sum', 'posts')] },
    {
      title: 'Revenue',
      unit: 'a minute',
      lines: rows.currencies.map((currency) => ({
        namespace,
        metric: 'Revenue',
        dimensions: { currency },
        statistic: 'Sum',
        label: currency,
        expression: 'm / 100',
      })),
    },
    {
      title: 'Cache hit ratio',
      unit: '%',
      lines: [
        {
          ...own('CacheHits', 'Sum', 'hits'),
          with: { misses: { ...own('CacheMisses', 'Sum', 'misses') } },
          expression: '100 * m / (m + FILL(misses, 0))',
        },
      ],
    },
    {
      title: 'Reads by source',
      unit: 'reads/s',
      lines: ['cache', 'replica', 'writer'].map((source) => ({
        namespace,
        metric: 'Reads',
        dimensions: { source },
        statistic: 'Sum',
        label: source,
        expression: PER_SECOND,
      })),
    },
    {
      title: 'Jobs by outcome',
      unit: 'jobs/min',
      lines: [...ofJobs('JobsDone', 'Sum', 'done'), ...ofJobs('JobsFailed', 'Sum', 'failed')],
    },
    {
      title: 'Time of a job',
      unit: 's',
      lines: [
        ...ofJobs('JobTime', 'p50', 'median'),
        ...ofJobs('JobTime', 'p99', 'p99'),
        ...ofJobs('JobTimeMax', 'Maximum', 'max'),
      ],
    },
    {
      title: 'Lines of errors',
      unit: 'lines/min',
      lines: roles.map((role) => own(rows.errorLines, 'Sum', role, role)),
    },
    {
      title: 'Log volume',
      unit: 'bytes/s',
      lines: Object.entries(rows.groupNames).map(([role, LogGroupName]) => ({
        namespace: 'AWS/Logs',
        metric: 'IncomingBytes',
        dimensions: { LogGroupName },
        statistic: 'Sum',
        label: role,
        expression: PER_SECOND,
      })),
    },
    {
      title: 'Event loop, longest delay',
      unit: 'ms',
      lines: ['api', 'worker'].map((role) => own('EventLoopDelay', 'Maximum', role, role)),
    },
  ];
}
