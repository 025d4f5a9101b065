import { decisionsOf } from '../../lib/decisions';
import { EncryptionKey } from '../../modules/encryption-key';
import { RelationalDatabase, shardId, type RelationalDatabaseProps } from '../../modules/relational-database';
import { KEY_INVENTORY, keyOf } from '../support/encryption';
import { RecordingGrantee } from '../support/grants';
import { inventoryBesideNetwork, networkOf } from '../support/network';
import { only, resourcesOf, synthesize, type Synthesized, type TestStack } from '../support/synth';

const OFF = { enabled: false, reason: 'a test of the other way' } as const;

/** Where the copies of the backups go. */
function copiesKeyOf(stack: TestStack, region = 'us-west-2'): EncryptionKey {
  return new EncryptionKey(stack, 'copies-key', { component: 'copies', region });
}

type Choice = Partial<RelationalDatabaseProps>;
type Look = (database: RelationalDatabase, stack: TestStack) => void;

function build(
  props: Choice = {},
  look: Look = () => undefined,
  id = shardId(props.shard ?? 0),
): Synthesized {
  return synthesize((stack) => look(databaseIn(stack, props, id), stack));
}

function databaseIn(stack: TestStack, props: Choice, id = shardId(0)): RelationalDatabase {
  return new RelationalDatabase(stack, id, {
    encryptionKey: keyOf(stack),
    network: networkOf(stack),
    shard: 0,
    engineVersion: '17.6',
    instanceClass: 'db.m7g.large',
    storage: 100,
    maxStorage: 1000,
    replicas: 2,
    backupDays: 14,
    copies: { encryptionKey: copiesKeyOf(stack) },
    quietHoursUtc: { from: 7, to: 12 },
    logDays: 30,
    ...props,
  });
}

describe('RelationalDatabase', () => {
  const safe = build();
  const instances = resourcesOf(safe, 'aws_db_instance');
  const { shard_00_a: first, shard_00_b: second, shard_00_c: third } = instances;

  test('declares exactly these resources beside the network', () => {
    expect(inventoryBesideNetwork(safe)).toEqual({
      aws_cloudwatch_log_group: 6,
      aws_db_instance: 3,
      aws_db_instance_automated_backups_replication: 1,
      aws_db_parameter_group: 1,
      aws_db_subnet_group: 1,
      aws_iam_role: 1,
      aws_iam_role_policy_attachment: 1,
      // The key of the copies, in their region.
      ...KEY_INVENTORY,
      aws_secretsmanager_secret: 1,
      aws_secretsmanager_secret_version: 1,
      aws_security_group: 1,
    });
  });

  test('the addresses of instances are a contract', () => {
    expect(Object.keys(instances)).toEqual(['shard_00_a', 'shard_00_b', 'shard_00_c']);
    expect(Object.values(instances).map(({ identifier }) => identifier)).toEqual([
      'tiers-test-shard-00-a',
      'tiers-test-shard-00-b',
      'tiers-test-shard-00-c',
    ]);
    expect(Object.keys(resourcesOf(build({ shard: 12 }), 'aws_db_instance'))).toContain('shard_12_a');
    expect(() => build({}, undefined, 'database')).toThrow('shard 0 has the construct id shard-00');
  });

  test('the first instance has a standby, the replicas stand in different zones', () => {
    expect(first).toMatchObject({ multi_az: true, engine: 'postgres', db_name: 'app' });
    expect(first).not.toHaveProperty('availability_zone');
    expect([second, third].map((replica) => replica?.availability_zone)).toEqual([
      'us-east-1b',
      'us-east-1c',
    ]);
    for (const replica of [second, third]) {
      expect(replica).toMatchObject({
        replicate_source_db: '${aws_db_instance.shard_00_a.identifier}',
        multi_az: false,
        lifecycle: { ignore_changes: ['availability_zone', 'multi_az', 'replicate_source_db'] },
      });
      // RDS takes these from the source, or refuses them for a replica.
      for (const name of ['username', 'password_wo', 'db_name', 'engine', 'db_subnet_group_name']) {
        expect(replica).not.toHaveProperty(name);
      }
    }
  });

  test('every instance is safe by default, and a replica ready to be promoted', () => {
    for (const instance of [first, second, third]) {
      expect(instance).toMatchObject({
        instance_class: 'db.m7g.large',
        parameter_group_name: '${aws_db_parameter_group.shard_00_parameters.name}',
        storage_encrypted: true,
        storage_type: 'gp3',
        max_allocated_storage: 1000,
        publicly_accessible: false,
        iam_database_authentication_enabled: true,
        backup_retention_period: 14,
        delete_automated_backups: false,
        copy_tags_to_snapshot: true,
        deletion_protection: true,
        auto_minor_version_upgrade: true,
        apply_immediately: false,
        performance_insights_enabled: true,
        monitoring_interval: 60,
        enabled_cloudwatch_logs_exports: ['postgresql', 'upgrade'],
        backup_window: '07:00-08:00',
      });
    }
    const days = [first, second, third].map((instance) => String(instance?.maintenance_window).slice(0, 3));
    expect(new Set(days).size).toBe(3);
  });

  test('backups of the first instance are copied to another region, under a key there', () => {
    expect(only(safe, 'aws_db_instance_automated_backups_replication')).toEqual({
      region: 'us-west-2',
      source_db_instance_arn: '${aws_db_instance.shard_00_a.arn}',
      kms_key_id: '${aws_kms_key.copies_key_key.arn}',
      retention_period: 14,
    });
    expect(() =>
      synthesize((stack) => void databaseIn(stack, { copies: { encryptionKey: keyOf(stack) } })),
    ).toThrow('shard-00/copies.encryptionKey: received "us-east-1"; allowed: a key of another region');
  });

  test('a Blue/Green update has logical replication, and no replicas to leave behind', () => {
    const copied = build({ updates: 'blue-green', replicas: 0 });
    expect(only(copied, 'aws_db_instance')).toMatchObject({ blue_green_update: { enabled: true } });
    const logical = (synthesized: Synthesized) =>
      (only(synthesized, 'aws_db_parameter_group').parameter as { name: string; value: string }[]).find(
        ({ name }) => name === 'rds.logical_replication',
      )?.value;
    expect(logical(copied)).toBe('1');
    expect(logical(safe)).toBe('0');
    expect(first).not.toHaveProperty('blue_green_update');
    expect(() => build({ updates: 'blue-green' })).toThrow('shard-00.updates: received "blue-green"');
  });

  test('connections are encrypted, and slow statements are logged', () => {
    const group = only(safe, 'aws_db_parameter_group');
    expect(group).toMatchObject({ family: 'postgres17', name: 'tiers-test-shard-00-postgres17' });
    expect(group.parameter).toEqual(
      expect.arrayContaining([
        { name: 'rds.force_ssl', value: '1', apply_method: 'immediate' },
        { name: 'rds.logical_replication', value: '0', apply_method: 'pending-reboot' },
        { name: 'log_min_duration_statement', value: '1000', apply_method: 'immediate' },
      ]),
    );
  });

  test('the password is in no state, and is stored only once the database took it', () => {
    const reference = '${ephemeral.aws_secretsmanager_random_password.shard_00_admin.random_password}';
    expect(first).toMatchObject({ username: 'tiers_admin', password_wo: reference, password_wo_version: 1 });
    expect(first).not.toHaveProperty('password');
    const version = only(safe, 'aws_secretsmanager_secret_version');
    expect(version.depends_on).toEqual(['aws_db_instance.shard_00_a']);
    expect(JSON.parse(String(version.secret_string_wo))).toEqual({
      username: 'tiers_admin',
      password: reference,
    });
  });

  test('a raised password version reaches the database and the secret together', () => {
    const raised = build({ passwordVersion: 2 });
    expect(resourcesOf(raised, 'aws_db_instance').shard_00_a?.password_wo_version).toBe(2);
    expect(only(raised, 'aws_secretsmanager_secret_version').secret_string_wo_version).toBe(2);
  });

  test('the final snapshot has a name of its own, and replicas have none', () => {
    expect(first).toMatchObject({
      skip_final_snapshot: false,
      final_snapshot_identifier:
        'tiers-test-shard-00-a-final-${aws_security_group.shard_00_security_group.id}',
    });
    for (const replica of [second, third]) {
      expect(replica?.skip_final_snapshot).toBe(true);
      expect(replica).not.toHaveProperty('final_snapshot_identifier');
    }
  });

  test('logs are kept as long as told, in groups that stand before the instance writes', () => {
    expect(resourcesOf(safe, 'aws_cloudwatch_log_group').shard_00_b_log_postgresql).toMatchObject({
      name: '/aws/rds/instance/tiers-test-shard-00-b/postgresql',
      retention_in_days: 30,
    });
    expect(second?.depends_on).toEqual([
      'aws_iam_role_policy_attachment.shard_00_monitoring_policy',
      'aws_cloudwatch_log_group.shard_00_b_log_postgresql',
      'aws_cloudwatch_log_group.shard_00_b_log_upgrade',
    ]);
  });

  test('with minor upgrades on, RDS owns the minor version; off, the exact one is kept', () => {
    expect(first?.engine_version).toBe('17');
    const exact = resourcesOf(build({ minorUpgrades: OFF }), 'aws_db_instance').shard_00_a;
    expect(exact).toMatchObject({ engine_version: '17.6', auto_minor_version_upgrade: false });
  });

  test('a role logs in to every instance as one user, and reads the admin secret only if told', () => {
    const grantee = new RecordingGrantee();
    build({}, (database) => {
      database.grantConnect(grantee);
      expect(database.members.map(({ label }) => label)).toEqual(['shard-00-a', 'shard-00-b', 'shard-00-c']);
      expect(database.readerAddresses).toHaveLength(2);
    });
    expect(Object.keys(grantee.granted)).toEqual(['connect-to-shard-00-as-service']);
    const [statement] = grantee.granted['connect-to-shard-00-as-service'] ?? [];
    expect(statement?.actions).toEqual(['rds-db:connect']);
    expect(statement?.resources).toHaveLength(3);
    for (const arn of statement?.resources ?? []) {
      expect(arn).toMatch(/^arn:aws:rds-db:us-east-1:111122223333:dbuser:.+\/service$/);
    }
  });

  test('what is turned off is off, and its reason is kept', () => {
    const bare = build(
      { multiAz: OFF, deletionProtection: OFF, copies: OFF, replicas: 0, maxStorage: 100 },
      (_, stack) => {
        expect(decisionsOf(stack).map(({ setting, reason }) => [setting, reason])).toEqual([
          ['deletionProtection', OFF.reason],
          ['multiAz', OFF.reason],
          ['copies', OFF.reason],
        ]);
      },
    );
    const instance = only(bare, 'aws_db_instance');
    expect(instance).toMatchObject({
      multi_az: false,
      deletion_protection: false,
      skip_final_snapshot: false,
    });
    expect(instance).not.toHaveProperty('max_allocated_storage');
    expect(inventoryBesideNetwork(bare)).not.toHaveProperty('aws_db_instance_automated_backups_replication');
    expect(only(bare, 'aws_secretsmanager_secret').recovery_window_in_days).toBe(0);
  });

  test.each<[Choice, string]>([
    [{ shard: 100 }, 'shard: received 100; allowed: 0 to 99'],
    [{ storage: 19 }, 'storage: received 19; allowed: 20 to 65536 GiB'],
    [{ maxStorage: 105 }, 'maxStorage: received 105; allowed: 100 (no autoscaling), or 110 GiB and more'],
    [{ maxStorage: 50 }, 'maxStorage: received 50'],
    [{ replicas: 16 }, 'replicas: received 16; allowed: 0 to 15 replicas'],
    [{ backupDays: 0 }, 'backupDays: received 0; allowed: 1 to 35 days'],
    [{ engineVersion: 'latest' }, 'engineVersion: received "latest"; allowed: a major version'],
    [
      { quietHoursUtc: { from: 3, to: 3 } },
      'quietHoursUtc: received {"from":3,"to":3}; allowed: 2 hours or more',
    ],
  ])('refuses %j', (choice, message) => {
    expect(() => build(choice)).toThrow(message);
  });
});
