import { defaultMaxConnections } from './memory';
import type { AlarmPlan, Metric } from './types';

export interface DatabaseInput {
  /** Instance identifiers. The first takes the writes when it is made; the others replicate. */
  readonly identifiers: readonly string[];
  /** RDS instance class of all of them, such as `db.m7g.large`. */
  readonly instanceClass: string;
  /** Gibibytes of storage at the start. */
  readonly storage: number;
  /** Connections that an instance takes. Default: what RDS for PostgreSQL derives from the class's memory. */
  readonly maxConnections?: number;
}

const GIB = 2 ** 30;
/** Share of the first storage that is left when somebody must act: RDS grows storage by itself from a tenth on. */
const FREE_STORAGE_SHARE = 0.05;
/** Share of the connections in use above which a lost instance's connections find no room on the others. */
const CONNECTIONS_SHARE = 0.8;
const CPU_PERCENT = 80;
/** Seconds. Readers of their own writes go to the writer meanwhile; everybody else sees old data. */
const LAG_SECONDS = 30;

/** Alarms of each instance: a shard or a replica that is in trouble hides in the average of all. */
export function databaseAlarms(input: DatabaseInput): readonly AlarmPlan[] {
  const connections = input.maxConnections ?? defaultMaxConnections(input.instanceClass);
  return input.identifiers.flatMap((identifier, index) => {
    const metric = (name: string, statistic: string): Metric => ({
      namespace: 'AWS/RDS',
      name,
      dimensions: { DBInstanceIdentifier: identifier },
      statistic,
    });
    const each: AlarmPlan[] = [
      {
        id: `${identifier}-cpu`,
        grade: 'ticket',
        impact: `${identifier} uses more than ${CPU_PERCENT}% of its CPU: queries slow down, and a failover would not hold`,
        runbook: 'database-busy',
        measure: metric('CPUUtilization', 'Average'),
        when: 'above',
        threshold: CPU_PERCENT,
        period: 60,
        of: 15,
        bad: 15,
        // Instances report every minute, and a database that says nothing is not well.
        missing: 'breaching',
      },
      {
        id: `${identifier}-connections`,
        grade: 'ticket',
        impact: `${identifier} has less than a fifth of its connections left: the next fleet growth or failover is refused`,
        runbook: 'database-busy',
        measure: metric('DatabaseConnections', 'Maximum'),
        when: 'above',
        threshold: Math.floor(connections * CONNECTIONS_SHARE),
        period: 60,
        of: 5,
        bad: 5,
        missing: 'notBreaching',
      },
      {
        id: `${identifier}-storage`,
        grade: 'page',
        impact: `${identifier} is about to run out of storage: it stops taking writes then`,
        runbook: 'database-storage',
        measure: metric('FreeStorageSpace', 'Minimum'),
        when: 'below',
        threshold: Math.round(input.storage * FREE_STORAGE_SHARE * GIB),
        period: 60,
        of: 5,
        bad: 5,
        missing: 'notBreaching',
      },
    ];
    return index === 0 ? each : [...each, ...replicaAlarms(identifier, metric('ReplicaLag', 'Maximum'))];
  });
}

/**
 * Two alarms for one metric, because it lies in two ways: it is -1 while replication is not running (Amazon RDS User
 * Guide, "Monitoring read replication"), and it goes silent with the instance.
 */
function replicaAlarms(identifier: string, lag: Metric): AlarmPlan[] {
  const common = { measure: lag, period: 60, runbook: 'replication' } as const;
  return [
    {
      ...common,
      id: `${identifier}-lag`,
      grade: 'ticket',
      impact: `${identifier} is more than ${LAG_SECONDS} s behind: readers see old data, and the writer takes reads in its place`,
      when: 'above',
      threshold: LAG_SECONDS,
      of: 10,
      bad: 10,
      missing: 'notBreaching',
    },
    {
      ...common,
      id: `${identifier}-replication-stopped`,
      grade: 'page',
      impact: `${identifier} replicates no more: it falls behind without end, and is no way out if the writer is lost`,
      when: 'below',
      threshold: 0,
      of: 5,
      bad: 5,
      missing: 'breaching',
    },
  ];
}
