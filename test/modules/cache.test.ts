import { Cache, type CacheProps } from '../../modules/cache';
import { keyOf } from '../support/encryption';
import { RecordingGrantee } from '../support/grants';
import { inventoryBesideNetwork, networkOf } from '../support/network';
import { only, resourcesOf, synthesize, type Synthesized } from '../support/synth';

function build(props: Partial<CacheProps> = {}, look: (cache: Cache) => void = () => undefined): Synthesized {
  return synthesize((stack) => {
    const network = networkOf(stack);
    look(
      new Cache(stack, 'cache', {
        encryptionKey: keyOf(stack),
        network,
        nodeType: 'cache.t4g.micro',
        nodes: 3,
        quietHoursUtc: { from: 7, to: 12 },
        ...props,
      }),
    );
  });
}

describe('Cache', () => {
  const synthesized = build();
  const group = only(synthesized, 'aws_elasticache_replication_group');

  test('declares exactly these resources beside the network', () => {
    expect(inventoryBesideNetwork(synthesized)).toEqual({
      aws_cloudwatch_log_group: 2,
      aws_elasticache_parameter_group: 1,
      aws_elasticache_replication_group: 1,
      aws_elasticache_subnet_group: 1,
      aws_elasticache_user: 1,
      aws_elasticache_user_group: 1,
      aws_security_group: 1,
    });
  });

  test('keeps its address: a letter, no role', () => {
    expect(Object.keys(resourcesOf(synthesized, 'aws_elasticache_replication_group'))).toEqual(['cache_a']);
    expect(group.replication_group_id).toBe('tiers-test-cache-a');
  });

  test('fails over to another zone by itself', () => {
    expect(group).toMatchObject({
      engine: 'valkey',
      num_cache_clusters: 3,
      multi_az_enabled: true,
      automatic_failover_enabled: true,
    });
  });

  test('is encrypted on the wire and at rest, and lives in the data subnets', () => {
    expect(group).toMatchObject({
      transit_encryption_enabled: true,
      transit_encryption_mode: 'required',
      at_rest_encryption_enabled: 'true',
    });
    expect(only(synthesized, 'aws_elasticache_subnet_group').subnet_ids).toEqual(
      ['a', 'b', 'c'].map((zone) => `\${aws_subnet.network_data_us_east_1${zone}.id}`),
    );
  });

  test('has one user, who needs an IAM token and cannot stop the cache for others', () => {
    const user = only(synthesized, 'aws_elasticache_user');
    expect(user).toMatchObject({ authentication_mode: { type: 'iam' }, engine: 'valkey' });
    expect(user.user_id).toBe(user.user_name);
    expect(user).not.toHaveProperty('passwords');
    expect(String(user.access_string).split(' ')).toEqual(expect.arrayContaining(['-@admin', '-@dangerous']));
    expect(only(synthesized, 'aws_elasticache_user_group').user_ids).toEqual([
      '${aws_elasticache_user.cache_user_service.user_id}',
    ]);
    expect(group.user_group_ids).toEqual(['${aws_elasticache_user_group.cache_user_group.user_group_id}']);
  });

  test('evicts any key when full, and keeps memory for snapshots', () => {
    const { parameter, family } = only(synthesized, 'aws_elasticache_parameter_group');
    expect(family).toBe('valkey8');
    expect(parameter).toEqual([
      { name: 'maxmemory-policy', value: 'allkeys-lru' },
      { name: 'reserved-memory-percent', value: '25' },
    ]);
  });

  test('is saved and maintained in the quiet hours, and leaves a snapshot that has a name of its own', () => {
    expect(group).toMatchObject({
      snapshot_retention_limit: 1,
      snapshot_window: '07:00-08:00',
      maintenance_window: 'mon:08:00-mon:09:00',
      final_snapshot_identifier: 'tiers-test-cache-a-final-${aws_security_group.cache_security_group.id}',
    });
  });

  test('sends both its logs to groups that forget', () => {
    expect(group.log_delivery_configuration).toEqual(
      ['slow-log', 'engine-log'].map((log) => ({
        log_type: log,
        log_format: 'json',
        destination_type: 'cloudwatch-logs',
        destination: `\${aws_cloudwatch_log_group.cache_${log.replace('-', '_')}.name}`,
      })),
    );
    const groups = resourcesOf(build({ logDays: 7 }), 'aws_cloudwatch_log_group');
    expect(groups.cache_slow_log).toMatchObject({ name: '/tiers/test/cache/slow-log', retention_in_days: 7 });
  });

  test('lets a role connect to this group as this user, and names each node', () => {
    const grantee = new RecordingGrantee();
    let nodes = 0;
    build({ nodes: 2 }, (cache) => {
      cache.grantConnect(grantee);
      nodes = cache.nodeIds.length;
    });
    expect(nodes).toBe(2);
    const [statement] = grantee.granted['connect-to-cache'] ?? [];
    expect(statement?.actions).toEqual(['elasticache:Connect']);
    expect(statement?.resources).toHaveLength(2);
  });

  test.each([1, 7, 2.5])('refuses %p nodes', (nodes) => {
    expect(() => build({ nodes })).toThrow(`cache.nodes: received ${nodes}; allowed: 2 to 6 nodes`);
  });

  test('refuses quiet hours that are too short for both windows', () => {
    expect(() => build({ quietHoursUtc: { from: 2, to: 3 } })).toThrow('cache.quietHoursUtc');
  });
});
