import fc from 'fast-check';
import { EncryptionKey } from '../../modules/encryption-key';
import type { Lineage } from '../../lib/lineage';
import { RelationalDatabase, shardId } from '../../modules/relational-database';
import { keyOf } from '../support/encryption';
import { networkOf } from '../support/network';
import { lineages, LINEAGE_REGIONS } from '../support/lineages';
import { resourcesOf, synthesize, type Synthesized } from '../support/synth';

/** The region of the stacks under test. */
const HERE = 'us-east-1';

interface Built {
  readonly synthesized: Synthesized;
  readonly database: RelationalDatabase;
  readonly instances: Record<string, Record<string, unknown>>;
}

function build(lineage: Lineage, retired: readonly number[] = []): Built {
  let database: RelationalDatabase | undefined;
  const synthesized = synthesize((stack) => {
    database = new RelationalDatabase(stack, shardId(0), {
      encryptionKey: keyOf(stack),
      network: networkOf(stack),
      shard: 0,
      engineVersion: '17.6',
      instanceClass: 'db.m7g.large',
      storage: 100,
      maxStorage: 1000,
      replicas: 1,
      backupDays: 14,
      copies: {
        encryptionKey: new EncryptionKey(stack, 'copies-key', { component: 'copies', region: 'us-west-2' }),
      },
      quietHoursUtc: { from: 7, to: 12 },
      logDays: 30,
      lineage,
      retired,
    });
  });
  return { synthesized, database: database!, instances: resourcesOf(synthesized, 'aws_db_instance') };
}

const READER = build({ writers: ['eu-west-1'] });
const PROMOTED = build({ writers: ['eu-west-1', HERE] });
const FIRST = build({ writers: [HERE] });
const FORMER = build({ writers: [HERE, 'eu-west-1'] });

describe('a region that reads', () => {
  test('follows the writer over regions, under a key and in subnets of its own', () => {
    expect(Object.keys(READER.instances)).toEqual(['shard_00_a', 'shard_00_b']);
    expect(READER.instances.shard_00_a).toMatchObject({
      identifier: 'tiers-test-shard-00-a',
      replicate_source_db: 'arn:aws:rds:eu-west-1:111122223333:db:tiers-test-shard-00-a',
      kms_key_id: '${aws_kms_key.encryption_key.arn}',
      db_subnet_group_name: '${aws_db_subnet_group.shard_00_subnets.name}',
      multi_az: true,
      backup_retention_period: 14,
      deletion_protection: true,
      lifecycle: { ignore_changes: ['replicate_source_db'] },
    });
    // Of its source; said for a replica, RDS or the provider would refuse them.
    for (const name of [
      'engine',
      'engine_version',
      'db_name',
      'username',
      'allocated_storage',
      'password_wo',
    ])
      expect(READER.instances.shard_00_a).not.toHaveProperty(name);
    expect(READER.instances.shard_00_b).toMatchObject({
      replicate_source_db: '${aws_db_instance.shard_00_a.identifier}',
    });
  });

  test('has no administrator of its own, and no copies of backups: the writer has both', () => {
    expect(READER.database.admin).toBeUndefined();
    expect(resourcesOf(READER.synthesized, 'aws_secretsmanager_secret')).toEqual({});
    expect(resourcesOf(READER.synthesized, 'aws_db_instance_automated_backups_replication')).toEqual({});
    expect(READER.database.members.map(({ replicates }) => replicates)).toEqual([true, true]);
  });
});

describe('after its promotion', () => {
  test('the same instances are the writer and its replica; nothing but source, password and snapshot differs', () => {
    const {
      replicate_source_db: _source,
      skip_final_snapshot: _skip,
      ...before
    } = READER.instances.shard_00_a!;
    expect(PROMOTED.instances.shard_00_a).toEqual({
      ...before,
      skip_final_snapshot: false,
      final_snapshot_identifier: expect.stringMatching(/^tiers-test-shard-00-a-final-/) as string,
      password_wo: expect.stringContaining('ephemeral.') as string,
      password_wo_version: 1,
    });
    expect(PROMOTED.instances.shard_00_b).toEqual(READER.instances.shard_00_b);
    expect(PROMOTED.database.members.map(({ replicates }) => replicates)).toEqual([false, true]);
  });

  test('it has an administrator, and copies of its backups', () => {
    expect(PROMOTED.database.admin).toBeDefined();
    expect(resourcesOf(PROMOTED.synthesized, 'aws_db_instance_automated_backups_replication')).toEqual({
      shard_00_copies_replication: expect.objectContaining({
        source_db_instance_arn: '${aws_db_instance.shard_00_a.arn}',
      }) as object,
    });
  });
});

describe('the region that wrote before', () => {
  test('keeps its instances as they were, but for their protection from deletion, which the stack explains', () => {
    for (const name of ['shard_00_a', 'shard_00_b'])
      expect(FORMER.instances[name]).toEqual({ ...FIRST.instances[name], deletion_protection: false });
  });

  test('begins a generation of its own that follows the new writer, and uses that one', () => {
    expect(Object.keys(FORMER.instances).sort()).toEqual([
      'shard_00_a',
      'shard_00_a2',
      'shard_00_b',
      'shard_00_b2',
    ]);
    expect(FORMER.instances.shard_00_a2).toMatchObject({
      identifier: 'tiers-test-shard-00-a2',
      replicate_source_db: 'arn:aws:rds:eu-west-1:111122223333:db:tiers-test-shard-00-a',
      deletion_protection: true,
    });
    expect(FORMER.database.members.map(({ label }) => label)).toEqual(['shard-00-a2', 'shard-00-b2']);
    expect(FORMER.database.admin).toBeUndefined();
  });

  test('loses the former generation only when it is retired, with its secret', () => {
    const { instances, synthesized } = build({ writers: [HERE, 'eu-west-1'] }, [0]);
    expect(Object.keys(instances)).toEqual(['shard_00_a2', 'shard_00_b2']);
    expect(resourcesOf(synthesized, 'aws_secretsmanager_secret')).toEqual({});
    // The current one is never retired, whatever is asked for.
    expect(Object.keys(build({ writers: [HERE] }, [0]).instances)).toEqual(['shard_00_a', 'shard_00_b']);
  });

  test('writes again with the second generation, under a secret of its own', () => {
    const again = build({ writers: [HERE, 'eu-west-1', HERE] });
    expect(again.instances.shard_00_a2).toMatchObject({ password_wo_version: 1, deletion_protection: true });
    expect(Object.keys(resourcesOf(again.synthesized, 'aws_secretsmanager_secret')).sort()).toEqual([
      'shard_00_admin2_secret',
      'shard_00_admin_secret',
    ]);
  });
});

/** Arguments of aws_db_instance that replace it, or that the provider cannot change (resource documentation of aws_db_instance). */
const FIXED = [
  'identifier',
  'engine',
  'db_name',
  'username',
  'kms_key_id',
  'storage_encrypted',
  'availability_zone',
  'db_subnet_group_name',
];

test('no change of the writer sets or changes a source, replaces an instance, or drops one', () => {
  fc.assert(
    fc.property(lineages, fc.constantFrom(...LINEAGE_REGIONS), (lineage, next) => {
      fc.pre(next !== lineage.writers.at(-1));
      const { instances: before } = build(lineage);
      const { instances: after } = build({ ...lineage, writers: [...lineage.writers, next] });
      for (const [address, old] of Object.entries(before)) {
        const now = after[address];
        expect([address, now]).toEqual([address, expect.anything()]);
        expect([undefined, old.replicate_source_db]).toContain(now!.replicate_source_db);
        expect(FIXED.map((name) => now![name])).toEqual(FIXED.map((name) => old[name]));
      }
    }),
    { numRuns: 40 },
  );
});
