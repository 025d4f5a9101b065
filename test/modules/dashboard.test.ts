import { Dashboard, type DashboardProps } from '../../modules/dashboard';
import { inventory, only, synthesize, type Synthesized } from '../support/synth';

const props: DashboardProps = {
  loadBalancer: { arnSuffix: 'app/tiers-test-web/1', targetGroup: { arnSuffix: 'targetgroup/web/1' } },
  web: { autoScalingGroupName: 'tiers-test-web' },
  workers: { autoScalingGroupName: 'tiers-test-worker' },
  databases: [{ identifiers: ['shard-00-a', 'shard-00-b'] }, { identifiers: ['shard-01-a'] }],
  cache: { nodeIds: ['cache-a-001', 'cache-a-002'] },
  queue: { name: 'jobs', deadLetterName: 'jobs-dead-letter' },
  table: { tableName: 'shared-state' },
  service: {
    namespace: 'tiers/test/service',
    endpoints: ['GET /v1/posts/:id', 'POST /v1/posts'],
    machines: { web: 'web', workers: 'worker' },
    jobs: ['thumbnail'],
    currencies: ['EUR', 'USD'],
    errorLines: 'ErrorLines',
    groupNames: { api: '/tiers/test/service/api', worker: '/tiers/test/service/worker' },
  },
};

interface Widget {
  readonly type: 'text' | 'metric';
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  readonly properties: { readonly title?: string; readonly region?: string; readonly metrics?: unknown[][] };
}

function widgetsOf(synthesized: Synthesized): Widget[] {
  const { dashboard_body } = only(synthesized, 'aws_cloudwatch_dashboard');
  return (JSON.parse(String(dashboard_body)) as { widgets: Widget[] }).widgets;
}

describe('Dashboard', () => {
  const synthesized = synthesize((stack) => new Dashboard(stack, 'dashboard', props));
  const widgets = widgetsOf(synthesized);
  const graphs = widgets.filter(({ type }) => type === 'metric');

  test('is one dashboard, whose name says the region', () => {
    expect(inventory(synthesized)).toEqual({ aws_cloudwatch_dashboard: 1 });
    expect(only(synthesized, 'aws_cloudwatch_dashboard').dashboard_name).toBe(
      'tiers-test-us-east-1-overview',
    );
  });

  test('no widget covers another or leaves the page', () => {
    widgets.forEach((one, index) => {
      expect(one.x + one.width).toBeLessThanOrEqual(24);
      for (const other of widgets.slice(index + 1)) {
        const apart =
          one.x + one.width <= other.x ||
          other.x + other.width <= one.x ||
          one.y + one.height <= other.y ||
          other.y + other.height <= one.y;
        expect(apart).toBe(true);
      }
    });
  });

  test('shows every figure that AWS, the service and the machines measure', () => {
    const shown = new Set(
      graphs.flatMap(({ properties }) =>
        properties.metrics!.flatMap(([namespace, metric]) =>
          typeof namespace === 'string' ? [`${namespace} ${String(metric)}`] : [],
        ),
      ),
    );
    for (const wanted of [
      'AWS/ApplicationELB RequestCount',
      'AWS/ApplicationELB HTTPCode_Target_5XX_Count',
      'AWS/ApplicationELB HTTPCode_ELB_5XX_Count',
      'AWS/ApplicationELB TargetResponseTime',
      'AWS/ApplicationELB HealthyHostCount',
      'AWS/EC2 CPUUtilization',
      'AWS/EC2 NetworkIn',
      'AWS/EC2 NetworkOut',
      'AWS/RDS CPUUtilization',
      'AWS/RDS ReplicaLag',
      'AWS/RDS DatabaseConnections',
      'AWS/ElastiCache CacheHits',
      'AWS/ElastiCache Evictions',
      'AWS/SQS ApproximateAgeOfOldestMessage',
      'AWS/SQS ApproximateNumberOfMessagesVisible',
      'AWS/DynamoDB WriteThrottleEvents',
      'AWS/Logs IncomingBytes',
      ...[
        ...['Requests', 'Failures', 'Slow', 'Latency', 'LatencyMax'],
        ...[
          'CacheHits',
          'CacheMisses',
          'Reads',
          'JobsDone',
          'JobsFailed',
          'JobTime',
          'SignUps',
          'Posts',
          'Revenue',
        ],
        ...['ErrorLines', 'LoadPerProcessor', 'EventLoopDelay'],
        ...[
          'mem_used_percent',
          'disk_used_percent',
          'cpu_usage_iowait',
          'diskio_io_time',
          'netstat_tcp_established',
        ],
      ].map((metric) => `tiers/test/service ${metric}`),
    ]) {
      expect(shown).toContain(wanted);
    }
  });

  test('shows the response time as average, median, p99 and maximum', () => {
    const graph = graphs.find(({ properties }) => properties.title === 'Response time')!;
    const statistics = graph.properties.metrics!.map((line) => (line.at(-1) as { stat: string }).stat);
    expect(statistics).toEqual(['Average', 'p50', 'p99', 'Maximum']);
  });

  test('shows each endpoint: requests, failures, and latency as average, median, p99 and maximum', () => {
    const statistics = graphs
      .filter(({ properties }) => properties.title!.startsWith('Latency per endpoint'))
      .map(({ properties }) => {
        expect(properties.metrics!.map((line) => line[3])).toEqual(['GET /v1/posts/:id', 'POST /v1/posts']);
        return (properties.metrics![0]!.at(-1) as { stat: string }).stat;
      });
    expect(statistics).toEqual(['Average', 'p50', 'p99', 'Maximum']);
  });

  test('the hit ratio is of hits and misses, and holds when nothing was missed', () => {
    const { properties } = graphs.find(({ properties: { title } }) => title === 'Cache hit ratio')!;
    expect(properties.metrics!.map((line) => line[1])).toEqual(['CacheHits', 'CacheMisses', undefined]);
    expect(properties.metrics!.at(-1)![0]).toMatchObject({
      expression: '100 * m0 / (m0 + FILL(misses0, 0))',
    });
  });

  test('fits into one dashboard', () => {
    // Amazon CloudWatch User Guide, "CloudWatch service quotas": metrics in a graph, and in all.
    const counts = graphs.map(({ properties }) => properties.metrics!.length);
    expect(Math.max(...counts)).toBeLessThanOrEqual(500);
    expect(counts.reduce((sum, count) => sum + count, 0)).toBeLessThanOrEqual(2_500);
  });

  test('expressions name a metric of the same graph, and hide it', () => {
    for (const { properties } of graphs) {
      const lines = properties.metrics!.map((line) => line.at(-1) as Record<string, unknown>);
      const hidden = lines.filter(({ visible }) => visible === false).map(({ id }) => id);
      const used = lines.flatMap(({ expression }) => String(expression ?? '').match(/\b[a-z]+\d+\b/g) ?? []);
      expect([...new Set(used)].sort()).toEqual(hidden.sort());
      const ids = lines.flatMap(({ id }) => (id === undefined ? [] : [id]));
      expect(new Set(ids).size).toBe(ids.length);
    }
  });

  test('every graph is of the stack’s region and shows each shard', () => {
    for (const { properties } of graphs) expect(properties.region).toBe('us-east-1');
    const lag = graphs.find(({ properties }) => properties.title === 'Free storage')!;
    expect(lag.properties.metrics!.map((line) => line[3])).toEqual([
      'shard-00-a',
      'shard-00-b',
      'shard-01-a',
    ]);
  });

  test('without a cache it has no row for one', () => {
    const bare = synthesize((stack) => new Dashboard(stack, 'dashboard', { ...props, cache: undefined }));
    expect(JSON.stringify(widgetsOf(bare))).not.toContain('ElastiCache');
  });
});
