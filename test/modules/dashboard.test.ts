import { Dashboard, EdgeDashboard, type DashboardProps } from '../../modules/dashboard';
import { holesOf, overlapsOf, widgetsOf, type PlacedWidget } from '../support/dashboard-page';
import { inventory, only, synthesize, type Synthesized } from '../support/synth';

const arns = (grade: string, count: number): string[] =>
  Array.from({ length: count }, (_, n) => `arn:aws:cloudwatch:us-east-1:111122223333:alarm:${grade}-${n}`);

const props: DashboardProps = {
  alarms: { page: arns('page', 7), ticket: arns('ticket', 130) },
  servers: [{ name: 'web', purpose: 'answers the API', size: '2 to 6 of t4g.small', reason: 'small|cheap' }],
  webAcl: { name: 'tiers-test-load-balancer' },
  certificate: { arn: 'arn:aws:acm:us-east-1:111122223333:certificate/1' },
  natGateways: [{ zone: 'us-east-1a', gatewayId: 'nat-1' }],
  business: 'tiers/test/business',
  inspection: 'tiers/test/inspection',
  loadBalancer: { arnSuffix: 'app/tiers-test-web/1', targetGroup: { arnSuffix: 'targetgroup/web/1' } },
  web: { autoScalingGroupName: 'tiers-test-web' },
  workers: { autoScalingGroupName: 'tiers-test-worker' },
  databases: [{ identifiers: ['shard-00-a', 'shard-00-b'] }, { identifiers: ['shard-01-a'] }],
  cache: { nodeIds: ['cache-a-001', 'cache-a-002'] },
  queue: { name: 'jobs', deadLetterName: 'jobs-dead-letter' },
  table: { tableName: 'shared-state' },
  service: {
    namespace: 'tiers/test/service',
    objectives: [
      { endpoint: 'GET /v1/posts/:id', milliseconds: 300, percent: 99 },
      { endpoint: 'POST /v1/posts', milliseconds: 500, percent: 99 },
    ],
    machines: { web: 'web', workers: 'worker' },
    jobs: ['thumbnail'],
    currencies: ['EUR', 'USD'],
    errorLines: 'ErrorLines',
    groupNames: { api: '/tiers/test/service/api', worker: '/tiers/test/service/worker' },
  },
};

const placed = (synthesized: Synthesized): PlacedWidget[] =>
  widgetsOf(String(only(synthesized, 'aws_cloudwatch_dashboard').dashboard_body));

describe('Dashboard', () => {
  const synthesized = synthesize((stack) => new Dashboard(stack, 'dashboard', props));
  const widgets = placed(synthesized);
  const graphs = widgets.filter(({ type }) => type === 'metric');

  test('is one dashboard, whose name says the region', () => {
    expect(inventory(synthesized)).toEqual({ aws_cloudwatch_dashboard: 1 });
    expect(only(synthesized, 'aws_cloudwatch_dashboard').dashboard_name).toBe(
      'tiers-test-us-east-1-overview',
    );
  });

  test('no widget covers another or leaves the page, and the page has no hole', () => {
    expect(overlapsOf(widgets)).toEqual([]);
    expect(holesOf(widgets)).toEqual([]);
  });

  test('widgets of a line share its width, and none is alone on one', () => {
    for (const { type, width, y } of widgets) {
      const beside = widgets.filter((other) => other.y === y);
      expect(width).toBe(24 / beside.length);
      if (type === 'metric') expect(beside.length).toBeGreaterThan(1);
    }
  });

  test('without a cache there is no hole either', () => {
    const bare = placed(
      synthesize((stack) => new Dashboard(stack, 'dashboard', { ...props, cache: undefined })),
    );
    expect([overlapsOf(bare), holesOf(bare)]).toEqual([[], []]);
  });

  test('begins with the alarms, a hundred in a list, and where to read on', () => {
    const [heading, ...rest] = widgets;
    expect(String(heading!.properties.markdown)).toContain('docs/runbooks/README.md');
    const lists = rest.filter(({ type }) => type === 'alarm');
    expect(lists).toEqual(rest.slice(0, 3));
    expect(lists.map(({ properties }) => [properties.title, properties.alarms!.length])).toEqual([
      ['Pages', 7],
      ['Tickets, 1 of 2', 100],
      ['Tickets, 2 of 2', 30],
    ]);
    expect(lists.flatMap(({ properties }) => properties.alarms)).toEqual([
      ...props.alarms.page,
      ...props.alarms.ticket,
    ]);
  });

  test('the roster says what servers are for, asks each for its own figures, and shows every database and node', () => {
    const table = widgets.find(({ properties }) => properties.markdown?.includes('What for'))!;
    expect(table.properties.markdown).toContain(
      '| web | answers the API | 2 to 6 of t4g.small | small/cheap |',
    );
    const log = widgets.find(({ type }) => type === 'log')!;
    expect(log.properties.query).toMatch(
      /^SOURCE '\/tiers\/test\/service\/api' \| SOURCE '\/tiers\/test\/service\/worker' \| filter /,
    );
    expect(log.properties.query).toContain('by service, instance');
    const numbers = widgets.filter(({ properties }) => properties.view === 'singleValue');
    expect(numbers.map(({ properties }) => properties.metrics!.map((line) => line[3]))).toEqual([
      ['shard-00-a', 'shard-00-b', 'shard-01-a'],
      ['shard-00-a', 'shard-00-b', 'shard-01-a'],
      ['cache-a-001', 'cache-a-002'],
      ['cache-a-001', 'cache-a-002'],
    ]);
  });

  test('shows how the latency of each endpoint spreads, and the share within its objective', () => {
    const graph = (title: string) =>
      graphs
        .find(({ properties }) => properties.title === title)!
        .properties.metrics!.map((line) => (line.at(-1) as { stat: string }).stat);
    const spread = ['p10', 'p25', 'p50', 'p75', 'p90', 'p99', 'p99.9'];
    expect(graph('GET /v1/posts/:id')).toEqual(spread);
    expect(graph('POST /v1/posts')).toEqual(spread);
    expect(graph('Response time, distribution')).toEqual(spread);
    expect(graph('Answers within the objective of their endpoint')).toEqual(['PR(:300)', 'PR(:500)']);
  });

  test('figures of a day are shown over weeks, whatever time the page shows', () => {
    const daily = graphs.filter(({ properties }) => properties.period === 86_400);
    expect(daily.map(({ properties }) => properties.title)).toEqual([
      'Active users',
      'Retained users',
      'Retention',
      'Sign-ups a day',
      'Posts a day',
      'Revenue a day',
      'Storage used by each shard',
      'Age of the oldest image',
      'Days until something ends',
    ]);
    for (const { properties } of daily)
      expect([properties.start, properties.end]).toEqual([expect.stringMatching(/^-P\d+D$/), 'P0D']);
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
      'AWS/WAFV2 BlockedRequests',
      'AWS/NATGateway ErrorPortAllocation',
      'AWS/Usage ResourceCount',
      'AWS/CertificateManager DaysToExpiry',
      'tiers/test/business DailyActiveUsers',
      'tiers/test/business RetainedUsers',
      'tiers/test/business Revenue',
      'tiers/test/inspection ImageAgeDays',
      'tiers/test/inspection AllocatedStorage',
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
          'diskio_read_bytes',
          'diskio_write_bytes',
          'ethtool_bw_out_allowance_exceeded',
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
    expect(JSON.stringify(placed(bare))).not.toContain('ElastiCache');
  });
});

describe('EdgeDashboard', () => {
  const of = (cdn: boolean): PlacedWidget[] =>
    placed(
      synthesize(
        (stack) =>
          new EdgeDashboard(stack, 'dashboard', {
            alarms: { page: arns('page', 2), ticket: arns('ticket', 5) },
            zoneId: 'Z1',
            checkIds: { 'us-east-1': 'check-1', 'eu-west-1': 'check-2' },
            ...(cdn ? { cdn: { distributionId: 'E1', webAclName: 'acl', certificateArn: 'arn' } } : {}),
          }),
      ),
    );

  test.each([true, false])('with a CDN: %s; no widget covers another, and there is no hole', (cdn) => {
    const widgets = of(cdn);
    expect([overlapsOf(widgets), holesOf(widgets)]).toEqual([[], []]);
    expect(JSON.stringify(widgets).includes('AWS/CloudFront')).toBe(cdn);
  });

  test('shows DNS, each health check, and what the account costs by service', () => {
    const text = JSON.stringify(of(true));
    for (const wanted of [
      'DNSQueries',
      'HealthCheckStatus',
      'CacheHitRate',
      'OriginLatency',
      'BlockedRequests',
    ])
      expect(text).toContain(wanted);
    const reached = of(true).find(({ properties }) => properties.title?.startsWith('Reached from outside'))!;
    expect(reached.properties.metrics!.map((line) => line[3])).toEqual(['check-1', 'check-2']);
    expect(text).toContain('{AWS/Billing,Currency,ServiceName}');
  });
});
