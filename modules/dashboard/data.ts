import type { Graph, Line } from './widgets';

export function databaseGraphs(identifiers: readonly string[]): Graph[] {
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
    each('Read latency', 's', 'ReadLatency', 'Average'),
    each('Write latency', 's', 'WriteLatency', 'Average'),
    each('Log that replication holds', 'bytes', 'TransactionLogsDiskUsage', 'Maximum'),
    each('Oldest transaction id', 'transactions', 'MaximumUsedTransactionIDs', 'Maximum'),
  ];
}

export function cacheGraphs(nodes: readonly string[]): Graph[] {
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
      title: 'Hit ratio of each node',
      unit: '%',
      lines: nodes.map((node) => ({
        namespace: 'AWS/ElastiCache',
        metric: 'CacheHits',
        dimensions: { CacheClusterId: node },
        statistic: 'Sum',
        label: node,
        with: {
          misses: {
            namespace: 'AWS/ElastiCache',
            metric: 'CacheMisses',
            dimensions: { CacheClusterId: node },
            statistic: 'Sum',
            label: node,
          },
        },
        expression: '100 * m / (m + FILL(misses, 0))',
      })),
    },
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
