import type { Graph, Line, Row } from './widgets';

export interface RosterRows {
  /** What each kind of server is for and what it runs on, in the order of the way of a request. */
  readonly servers: readonly {
    readonly name: string;
    readonly purpose: string;
    /** Instance types or classes, and how many. */
    readonly size: string;
    /** Why that hardware. */
    readonly reason: string;
  }[];
  /** Log groups whose lines are of servers that speak for themselves. */
  readonly groupNames: readonly string[];
  readonly databases: readonly string[];
  readonly cacheNodes: readonly string[];
}

/** The newest figures that each process has written of itself, and when: one line for each server. */
const NEWEST = [
  'filter ispresent(LoadPerProcessor)',
  'stats latest(LoadPerProcessor) as load, latest(ResidentMemory) / 1048576 as memory_mib, latest(EventLoopDelay) as delay_ms, max(@timestamp) as last_seen by service, instance',
  'sort service, instance',
  'limit 1000',
].join(' | ');

/** A deployment's own words, in a cell of a table. */
const cell = (text: string): string => text.replaceAll('|', '/').replaceAll('\n', ' ');

/** What every server is for and how it is doing, at a glance. */
export function rosterRows({ servers, groupNames, databases, cacheNodes }: RosterRows): readonly Row[] {
  const numbers = (title: string, lines: readonly Line[]): Graph => ({
    title,
    unit: '',
    lines,
    show: 'numbers',
  });
  const database = (metric: string): Line[] =>
    databases.map((identifier) => ({
      namespace: 'AWS/RDS',
      metric,
      dimensions: { DBInstanceIdentifier: identifier },
      statistic: 'Average',
      label: identifier,
    }));
  const cache = (metric: string): Line[] =>
    cacheNodes.map((node) => ({
      namespace: 'AWS/ElastiCache',
      metric,
      dimensions: { CacheClusterId: node },
      statistic: 'Average',
      label: node,
    }));
  const table = [
    '| Server | What for | Size | Why |',
    '|---|---|---|---|',
    ...servers.map(
      ({ name, purpose, size, reason }) => `| ${name} | ${purpose} | ${size} | ${cell(reason)} |`,
    ),
  ].join('\n');
  return [
    {
      heading: 'Servers',
      widgets: [
        { markdown: table },
        { title: 'Each instance, as it last said itself', groupNames, query: NEWEST },
      ],
      across: 2,
      height: 7,
    },
    {
      heading: 'Databases and caches now',
      widgets: [
        numbers('CPU of each database (%)', database('CPUUtilization')),
        numbers('Connections of each database', database('DatabaseConnections')),
        ...(cacheNodes.length > 0
          ? [
              numbers('Engine CPU of each cache node (%)', cache('EngineCPUUtilization')),
              numbers('Memory of each cache node (%)', cache('DatabaseMemoryUsagePercentage')),
            ]
          : []),
      ],
      across: 4,
      height: 4,
    },
  ];
}
