import { defaultMaxConnections } from './memory';
import type { AlarmPlan, Metric } from './types';

export interface DatabaseInput {
  /** Instances. The first takes the writes when it is made; the others replicate. */
  readonly instances: readonly {
    readonly identifier: string;
    /** Short name for the alarms, such as `shard-00-a`. */
    readonly label: string;
    /** It copies another instance; of all but the first one that is plain. Default: no. */
    readonly replicates?: boolean;
  }[];
  /** RDS instance class of all of them, such as `db.m7g.large`. */
  readonly instanceClass: string;
  /** Gibibytes of storage at the start, and what it may grow to by itself. */
  readonly storage: number;
  readonly maxStorage: number;
  /** Connections that an instance takes. Default: what RDS for PostgreSQL derives from the class's memory. */
  readonly maxConnections?: number;
}

const GIB = 2 ** 30;
/** Share of the first storage that is left when somebody must act: RDS grows storage by itself from a tenth on. */
const FREE_STORAGE_SHARE = 0.05;
/** Share of the connections in use above which a lost instance's connections find no room on the others. */
const CONNECTIONS_SHARE = 0.8;
const CPU_PERCENT = 80;
/**
 * Seconds. The metric is the age of the last transaction, so it climbs to 300 s by itself while nobody writes (Amazon RDS
 * User Guide, "Working with read replicas for Amazon RDS for PostgreSQL"): a lower threshold would ring every quiet night.
 */
const LAG = { late: 360, stopped: 900 } as const;

/** Alarms of each instance: a shard or a replica that is in trouble hides in the average of all. */
export function databaseAlarms(input: DatabaseInput): readonly AlarmPlan[] {
  const connections = input.maxConnections ?? defaultMaxConnections(input.instanceClass);
  return input.instances.flatMap(({ identifier, label, replicates }, index) => {
    const metric = (name: string, statistic: string): Metric => ({
      namespace: 'AWS/RDS',
      name,
      dimensions: { DBInstanceIdentifier: identifier },
      statistic,
    });
    const each: AlarmPlan[] = [
      {
        id: `${label}-cpu`,
        grade: 'ticket',
        impact: `database ${label} uses more than ${CPU_PERCENT}% of its CPU: queries slow down, and a failover would not hold`,
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
        id: `${label}-connections`,
        grade: 'ticket',
        impact: `database ${label} has less than a fifth of its connections left: the next fleet growth or failover is refused`,
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
        id: `${label}-storage`,
        grade: 'page',
        impact: `database ${label} is about to run out of storage: it stops taking writes then`,
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
    return index === 0 && !replicates
      ? each
      : [...each, ...replicaAlarms(label, metric('ReplicaLag', 'Maximum'))];
  });
}

/**
 * Two alarms for one metric: late replicas catch up by themselves as a rule; one that has stopped does not, and neither
 * does one that is gone, whose metric is missing.
 */
function replicaAlarms(label: string, lag: Metric): AlarmPlan[] {
  const common = { measure: lag, period: 60, when: 'above', runbook: 'replication' } as const;
  return [
    {
      ...common,
      id: `${label}-lag`,
      grade: 'ticket',
      impact: `database ${label} is more than ${LAG.late} s behind: readers see old data, and the writer takes reads in its place`,
      threshold: LAG.late,
      of: 5,
      bad: 5,
      missing: 'notBreaching',
    },
    {
      ...common,
      id: `${label}-replication-stopped`,
      grade: 'page',
      impact: `database ${label} replicates no more: it falls behind without end, and is no way out if the writer is lost`,
      threshold: LAG.stopped,
      of: 10,
      bad: 10,
      missing: 'breaching',
    },
  ];
}
