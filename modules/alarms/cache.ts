import type { AlarmPlan, Metric } from './types';

export interface CacheInput {
  readonly replicationGroupId: string;
  /** Cluster id of each node, which its metrics are kept by. */
  readonly nodeIds: readonly string[];
}

const ENGINE_CPU_PERCENT = 80;
const MEMORY_PERCENT = 80;
/** A cache that evicts now and then does its work; one that evicts all the time is too small. Keys a minute. */
const EVICTIONS = 1000;
const LAG_SECONDS = 10;

/** The service reads from the database where the cache fails, so nothing here wakes anybody. */
export function cacheAlarms({ nodeIds }: CacheInput): readonly AlarmPlan[] {
  return nodeIds.flatMap((node, index) => {
    const metric = (name: string, statistic: string): Metric => ({
      namespace: 'AWS/ElastiCache',
      name,
      dimensions: { CacheClusterId: node },
      statistic,
    });
    const alarm = (
      kind: string,
      impact: string,
      measure: Metric,
      threshold: number,
      missing: AlarmPlan['missing'] = 'notBreaching',
    ): AlarmPlan => ({
      id: `cache-${index + 1}-${kind}`,
      grade: 'ticket',
      impact: `cache node ${node} ${impact}`,
      runbook: 'cache',
      measure,
      when: 'above',
      threshold,
      period: 60,
      of: 10,
      bad: 10,
      missing,
    });
    return [
      alarm(
        'engine-cpu',
        `uses more than ${ENGINE_CPU_PERCENT}% of the one core that its engine runs on: answers slow down`,
        metric('EngineCPUUtilization', 'Average'),
        ENGINE_CPU_PERCENT,
        // Nodes report every minute: silence is a node that is gone.
        'breaching',
      ),
      alarm(
        'memory',
        `uses more than ${MEMORY_PERCENT}% of its memory: it starts to evict, and a snapshot may not fit`,
        metric('DatabaseMemoryUsagePercentage', 'Average'),
        MEMORY_PERCENT,
      ),
      alarm(
        'evictions',
        'evicts all the time: what it should hold does not fit, and the database takes those reads',
        metric('Evictions', 'Sum'),
        EVICTIONS,
      ),
      alarm(
        'lag',
        `is more than ${LAG_SECONDS} s behind its primary: readers see old data, and a failover loses writes`,
        // Replicas report it; for the primary it is missing.
        metric('ReplicationLag', 'Maximum'),
        LAG_SECONDS,
      ),
    ];
  });
}
