import type { AlarmPlan, Metric } from './types';

export interface StorageInput {
  /** The instance that takes the writes when it is made. */
  readonly identifier: string;
  /** Short name for the alarms, such as `shard-00-a`. */
  readonly label: string;
  /** Gibibytes that storage may grow to by itself. */
  readonly maxStorage: number;
  /** Where the daily inspection puts `AllocatedStorage`, in GiB by `DBInstanceIdentifier`. */
  readonly inspection: string;
}

const GIB = 2 ** 30;
/** Days until the limit that leave time to raise it, or to move logical shards away. */
const DAYS = 60;
/** What is said where nothing grows: more than any threshold, less than anybody would read as a forecast. */
const NEVER = 3_650;

/** Percent of what its storage may grow to from which a shard should be relieved, and from which it must be: moving takes days, not minutes. */
const FILL_PERCENT = { ticket: 70, page: 85 } as const;

/** Transactions without a vacuum: at 2^31 less a margin PostgreSQL stops taking writes (Amazon RDS User Guide, "Understanding autovacuum"). */
const TRANSACTION_IDS = 1_000_000_000;

/**
 * Alarms weeks ahead. Of a shard that fills, by the growth of each of the last days: free storage alone says little while RDS adds
 * some whenever it gets scarce, so what is used is what was allocated less what is free.
 */
export function storageAlarms({
  identifier,
  label,
  maxStorage,
  inspection,
}: StorageInput): readonly AlarmPlan[] {
  const dimensions = { DBInstanceIdentifier: identifier };
  const rds = (name: string, statistic: string): Metric => ({
    namespace: 'AWS/RDS',
    name,
    dimensions,
    statistic,
  });
  const used = {
    of: {
      free: rds('FreeStorageSpace', 'Minimum'),
      allocated: { namespace: inspection, name: 'AllocatedStorage', dimensions, statistic: 'Maximum' },
    },
    steps: { used: `FILL(allocated, REPEAT) * ${GIB} - free` },
  };
  const fill = (grade: 'ticket' | 'page', id: string): AlarmPlan => ({
    id: `${label}-${id}`,
    grade,
    impact: `database ${label} holds ${FILL_PERCENT[grade]}% of the ${maxStorage} GiB that it may grow to: it takes no writes at the end of them`,
    runbook: 'shard-fill',
    measure: {
      expression: `100 * used / ${maxStorage * GIB}`,
      label: 'percent of the storage that there may be',
      ...used,
    },
    when: 'above',
    threshold: FILL_PERCENT[grade],
    period: 86_400,
    of: 1,
    bad: 1,
    missing: 'notBreaching',
  });
  const common = { grade: 'ticket', runbook: 'database-storage', missing: 'notBreaching' } as const;
  return [
    {
      ...common,
      id: `${label}-storage-fills`,
      impact: `database ${label} reaches the ${maxStorage} GiB that its storage may grow to in less than ${DAYS} days, as it grows now`,
      measure: {
        expression: `IF(growth > 0, (${maxStorage * GIB} - used) / growth, ${NEVER})`,
        label: 'days until storage is full',
        of: used.of,
        steps: { ...used.steps, growth: 'DIFF(used)' },
      },
      when: 'below',
      threshold: DAYS,
      period: 86_400,
      // A day's growth goes up and down, and an index that is built is no trend.
      of: 5,
      bad: 3,
    },
    fill('ticket', 'fill'),
    fill('page', 'full'),
    {
      ...common,
      id: `${label}-transaction-ids`,
      impact: `database ${label} has used ${TRANSACTION_IDS} transaction ids since they were last cleared: autovacuum does not keep up, and at twice as many it stops taking writes`,
      runbook: 'database-busy',
      measure: rds('MaximumUsedTransactionIDs', 'Maximum'),
      when: 'above',
      threshold: TRANSACTION_IDS,
      period: 300,
      of: 3,
      bad: 3,
    },
  ];
}
