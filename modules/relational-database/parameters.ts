import type { DbParameterGroupParameter } from '@cdktf/provider-aws/lib/db-parameter-group';

/** The major version of `17` or `17.6`; undefined where the text is neither. */
export function majorVersion(engineVersion: string): string | undefined {
  return /^(\d{2})(\.\d{1,2})?$/.exec(engineVersion)?.[1];
}

const SECOND = 1000;

/** Settings of every instance of a shard, in the units of PostgreSQL: milliseconds, kilobytes, seconds for keepalives. */
const PARAMETERS: readonly DbParameterGroupParameter[] = [
  // No connection in clear text, whatever the client asks for.
  immediate('rds.force_ssl', 1),
  immediate('log_min_duration_statement', SECOND),
  immediate('log_lock_waits', 1),
  immediate('log_temp_files', 10_240),
  immediate('log_autovacuum_min_duration', 10 * SECOND),
  // A transaction that its client forgot holds locks and keeps VACUUM from cleaning up.
  immediate('idle_in_transaction_session_timeout', 60 * SECOND),
  // A client whose machine is gone is noticed after two minutes, and its locks are free then.
  immediate('tcp_keepalives_idle', 60),
  immediate('tcp_keepalives_interval', 10),
  immediate('tcp_keepalives_count', 6),
];

/** With logical replication for the copy of a Blue/Green update, which a new major version is brought to by it. */
export function parametersFor(updates: 'in-place' | 'blue-green' = 'in-place'): DbParameterGroupParameter[] {
  const replication = {
    name: 'rds.logical_replication',
    // Off otherwise: it keeps WAL for slots that nothing reads.
    value: updates === 'blue-green' ? '1' : '0',
    applyMethod: 'pending-reboot',
  };
  return [...PARAMETERS, replication];
}

function immediate(name: string, value: number): DbParameterGroupParameter {
  return { name, value: String(value), applyMethod: 'immediate' };
}
