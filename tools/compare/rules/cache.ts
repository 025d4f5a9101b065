import { compareVersions, loss, onChange, refused, show, step, type Rule } from './rule';

const TYPE = 'aws_elasticache_replication_group';

/** Conditions of CustomizeDiff in elasticache/replication_group.go and engine_version.go, and pages of the ElastiCache User Guide. */
export const CACHE_RULES: readonly Rule[] = [
  onChange(TYPE, 'engine', (was, is) =>
    was !== undefined && is !== undefined && !(was === 'redis' && is === 'valkey')
      ? loss(
          `engine changes from ${show(was)} to ${show(is)}, which replaces it (elasticache/replication_group.go); only redis to ` +
            'valkey goes in place; keep it',
        )
      : undefined,
  ),
  onChange(TYPE, 'engine_version', (was, is) =>
    typeof was === 'string' && typeof is === 'string' && compareVersions(is, was) < 0
      ? loss(
          `engine_version falls from ${was} to ${is}, which replaces it (elasticache/engine_version.go); keep it`,
        )
      : undefined,
  ),
  onChange(
    TYPE,
    'num_cache_clusters',
    (was, is, { after }) => {
      if (Number(is) < 2 && after.arguments.automatic_failover_enabled === true)
        return refused(
          `num_cache_clusters falls to ${show(is)} while automatic_failover_enabled is set: a failover needs a second node; keep 2`,
        );
      return Number(is) < Number(was)
        ? step(`num_cache_clusters falls from ${show(was)} to ${show(is)}: replicas leave without downtime`)
        : undefined;
    },
    ['automatic_failover_enabled'],
  ),
  onChange(TYPE, 'num_node_groups', (was, is) =>
    Number(is) < Number(was)
      ? step(
          `num_node_groups falls from ${show(was)} to ${show(is)}: keys move to the shards that stay while it serves, as far as their ` +
            'memory holds them',
        )
      : undefined,
  ),
  onChange(TYPE, 'node_type', (was, is) =>
    step(
      `node_type changes from ${show(was)} to ${show(is)}: it serves while new nodes are filled, and is away for seconds when they take ` +
        'over; the keys have to fit in the smaller memory ("Scaling replica nodes for Valkey or Redis OSS")',
    ),
  ),
  onChange(TYPE, 'cluster_mode', (was, is) =>
    was === 'enabled' && is !== undefined
      ? refused(
          `cluster_mode changes from enabled to ${show(is)}: ElastiCache has no way back; make a new cache at a new address`,
        )
      : undefined,
  ),
  onChange(
    TYPE,
    'transit_encryption_enabled',
    (was, is, { before, after }) => {
      const version = before.arguments.engine_version;
      const engine = before.arguments.engine ?? 'redis';
      if (engine === 'redis' && typeof version === 'string' && compareVersions(version, '7.0.5') < 0)
        return loss(
          `transit_encryption_enabled changes from ${show(was)} to ${show(is)}, which replaces it before Redis 7.0.5 ` +
            '(elasticache/replication_group.go); upgrade the engine first',
        );
      const through =
        is === true ? after.arguments.transit_encryption_mode : before.arguments.transit_encryption_mode;
      return through === 'preferred' || is === undefined
        ? undefined
        : refused(
            `transit_encryption_enabled changes from ${show(was)} to ${show(is)}: ElastiCache takes it only by way of ` +
              'transit_encryption_mode preferred ("Enabling in-transit encryption"); apply that first',
          );
    },
    ['engine', 'engine_version', 'transit_encryption_mode'],
  ),
];
