import { endpointGraphs, machineGraphs, serviceGraphs, type ServiceRows } from './service';
import type { Graph, Line, Row } from './widgets';

export interface DashboardInput {
  readonly loadBalancer: { readonly arnSuffix: string; readonly targetGroup: { readonly arnSuffix: string } };
  readonly web: { readonly autoScalingGroupName: string };
  readonly workers: { readonly autoScalingGroupName: string };
  /** The instances of each physical shard. */
  readonly databases: readonly { readonly identifiers: readonly string[] }[];
  /** Leave it out where there is no cache. */
  readonly cache?: { readonly nodeIds: readonly string[] };
  readonly queue: { readonly name: string; readonly deadLetterName: string };
  readonly table: { readonly tableName: string };
  /** What the service and its machines measure themselves. */
  readonly service: ServiceRows;
}

/** All that is measured of a region, from the user's side inwards. */
export function planRows(input: DashboardInput): readonly Row[] {
  return [
    { heading: 'Requests', graphs: requests(input) },
    { heading: 'Endpoints', graphs: endpointGraphs(input.service) },
    { heading: 'Service', graphs: serviceGraphs(input.service) },
    { heading: 'Instances', graphs: [...instances(input), ...machineGraphs(input.service)] },
    { heading: 'Database', graphs: database(input.databases.flatMap(({ identifiers }) => identifiers)) },
    ...(input.cache ? [{ heading: 'Cache', graphs: cache(input.cache.nodeIds) }] : []),
    { heading: 'Work and shared state', graphs: work(input) },
  ];
}

function requests({ loadBalancer }: DashboardInput): Graph[] {
  const balancer = { LoadBalancer: loadBalancer.arnSuffix };
  const line = (
    metric: string,
    statistic: string,
    label: string,
    more: Partial<Pick<Line, 'dimensions' | 'expression'>> = {},
  ): Line => ({ namespace: 'AWS/ApplicationELB', metric, dimensions: balancer, statistic, label, ...more });
  const perSecond = { expression: 'm / PERIOD(m)' };
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
  ];
}

function instances({ web, workers }: DashboardInput): Graph[] {
  const fleets = [
    ['web', web.autoScalingGroupName],
    ['workers', workers.autoScalingGroupName],
  ] as const;
  const lines = (namespace: string, metric: string, statistic: string, expression?: string): Line[] =>
    fleets.map(([label, name]) => ({
      namespace,
      metric,
      dimensions: { AutoScalingGroupName: name },
      statistic,
      label,
      ...(expression === undefined ? {} : { expression }),
    }));
  return [
    { title: 'CPU', unit: '%', lines: lines('AWS/EC2', 'CPUUtilization', 'Average') },
    {
      title: 'In service',
      unit: 'instances',
      lines: lines('AWS/AutoScaling', 'GroupInServiceInstances', 'Minimum'),
    },
    {
      title: 'Network in, a mean instance',
      unit: 'bytes/s',
      lines: lines('AWS/EC2', 'NetworkIn', 'Average', 'm / PERIOD(m)'),
    },
    {
      title: 'Network out, a mean instance',
      unit: 'bytes/s',
      lines: lines('AWS/EC2', 'NetworkOut', 'Average', 'm / PERIOD(m)'),
    },
  ];
}

function database(identifiers: readonly string[]): Graph[] {
  const each = (title: string, unit: string, metric: string, statistic: string): Graph => ({
    title,
    unit,
    lines: identifiers.map((identifier) => ({
      namespace: 'AWS/RDS',
      metric,
      dimensions: { DBInstanceIdentifier: identifier },
      statistic,
      label: identifier,
    })),
  });
  return [
    each('CPU', '%', 'CPUUtilization', 'Average'),
    each('Connections', 'connections', 'DatabaseConnections', 'Maximum'),
    each('Replication lag', 's', 'ReplicaLag', 'Maximum'),
    each('Free storage', 'bytes', 'FreeStorageSpace', 'Minimum'),
    each('Free memory', 'bytes', 'FreeableMemory', 'Minimum'),
    each('Waiting for disk', 'operations', 'DiskQueueDepth', 'Average'),
    each('Reads', 'operations/s', 'ReadIOPS', 'Average'),
    each('Writes', 'operations/s', 'WriteIOPS', 'Average'),
    each('Write latency', 's', 'WriteLatency', 'Average'),
  ];
}

function cache(nodes: readonly string[]): Graph[] {
  const lines = (metric: string, statistic: string, prefix = ''): Line[] =>
    nodes.map((node) => ({
      namespace: 'AWS/ElastiCache',
      metric,
      dimensions: { CacheClusterId: node },
      statistic,
      label: `${prefix}${node}`,
    }));
  return [
    {
      title: 'Hits and misses',
      unit: 'keys/min',
      lines: [...lines('CacheHits', 'Sum', 'hits '), ...lines('CacheMisses', 'Sum', 'misses ')],
    },
    { title: 'Evictions', unit: 'keys/min', lines: lines('Evictions', 'Sum') },
    { title: 'Memory in use', unit: '%', lines: lines('DatabaseMemoryUsagePercentage', 'Average') },
    { title: 'Engine CPU', unit: '%', lines: lines('EngineCPUUtilization', 'Average') },
    { title: 'Connections', unit: 'connections', lines: lines('CurrConnections', 'Maximum') },
    { title: 'Replication lag', unit: 's', lines: lines('ReplicationLag', 'Maximum') },
  ];
}

function work({ queue, table }: DashboardInput): Graph[] {
  const queued = (name: string, metric: string, statistic: string, label: string): Line => ({
    namespace: 'AWS/SQS',
    metric,
    dimensions: { QueueName: name },
    statistic,
    label,
  });
  const tabled = (metric: string, label: string): Line => ({
    namespace: 'AWS/DynamoDB',
    metric,
    dimensions: { TableName: table.tableName },
    statistic: 'Sum',
    label,
  });
  return [
    {
      title: 'Age of the oldest job',
      unit: 's',
      lines: [queued(queue.name, 'ApproximateAgeOfOldestMessage', 'Maximum', 'oldest')],
    },
    {
      title: 'Backlog',
      unit: 'messages',
      lines: [
        queued(queue.name, 'ApproximateNumberOfMessagesVisible', 'Maximum', 'waiting'),
        queued(queue.name, 'ApproximateNumberOfMessagesNotVisible', 'Maximum', 'in work'),
        queued(queue.deadLetterName, 'ApproximateNumberOfMessagesVisible', 'Maximum', 'failed for good'),
      ],
    },
    {
      title: 'Jobs',
      unit: 'messages/min',
      lines: [
        queued(queue.name, 'NumberOfMessagesSent', 'Sum', 'sent'),
        queued(queue.name, 'NumberOfMessagesDeleted', 'Sum', 'done'),
      ],
    },
    {
      title: 'Shared state',
      unit: 'units/min',
      lines: [
        tabled('ConsumedReadCapacityUnits', 'read'),
        tabled('ConsumedWriteCapacityUnits', 'written'),
        tabled('ReadThrottleEvents', 'reads turned away'),
        tabled('WriteThrottleEvents', 'writes turned away'),
      ],
    },
  ];
}
