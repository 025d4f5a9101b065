import production from '../../deployments/production/us-east-1';
import { synthesizeDocuments } from '../safety/plan';
import { drop, set, type Break } from '../safety/breaking';
import { inventoryFrom, told } from './support';

const GLOBAL = 'production-global';
const DATA = 'production-us-east-1-data';
const APP = 'production-us-east-1-app';
const FIRST = `${DATA}:aws_db_instance.shard_00_a`;
const REPLICA = `${DATA}:aws_db_instance.shard_00_b`;
const CACHE = `${DATA}:aws_elasticache_replication_group.cache_a`;
const TABLE = `${GLOBAL}:aws_dynamodb_table.shared_state_table`;
const QUEUE = `${APP}:aws_sqs_queue.jobs_queue`;

const sound = synthesizeDocuments({
  environment: 'production',
  regions: [production],
  chosen: ['us-east-1'],
});

/** Takes a resource out of its stack. */
const without =
  (stack: string, type: string, name: string): Break =>
  (documents) => {
    const resource = documents[stack]!.resource as Record<string, Record<string, unknown>>;
    Reflect.deleteProperty(resource[type]!, name);
  };

const rename =
  (stack: string, type: string, from: string, to: string): Break =>
  (documents) => {
    const members = (documents[stack]!.resource as Record<string, Record<string, unknown>>)[type]!;
    members[to] = members[from];
    Reflect.deleteProperty(members, from);
  };

const block =
  (stack: string, name: string, value: unknown): Break =>
  (documents) =>
    void Reflect.set(documents[stack]!, name, value);

const changed = (...breaks: readonly Break[]) => {
  const copy = structuredClone(sound);
  for (const change of breaks) change(copy);
  return inventoryFrom(copy);
};

const before = inventoryFrom(sound);

/** A pair of syntheses, of which the second one was changed, and everything that has to be said of it. */
const FAULTS: readonly (readonly [name: string, changes: readonly Break[], message: string])[] = [
  [
    'a database that leaves',
    [without(DATA, 'aws_db_instance', 'shard_00_a')],
    'loss production-us-east-1-data:aws_db_instance.shard_00_a: leaves while its deletion_protection is on, so that AWS refuses to delete it with its rows; ',
  ],
  [
    'a replica that leaves while it is protected',
    [without(DATA, 'aws_db_instance', 'shard_00_b')],
    'refused production-us-east-1-data:aws_db_instance.shard_00_b: leaves while its deletion_protection is on, so that AWS refuses to delete it; ',
  ],
  [
    'a queue under another address',
    [rename(APP, 'aws_sqs_queue', 'jobs_queue', 'work_queue')],
    'loss production-us-east-1-app:aws_sqs_queue.jobs_queue: leaves with its messages, and nothing said before that it may; ',
  ],
  [
    'a block removed that destroys',
    [
      without(APP, 'aws_sqs_queue', 'jobs_queue'),
      block(APP, 'removed', [{ from: 'aws_sqs_queue.jobs_queue', lifecycle: [{ destroy: true }] }]),
    ],
    'loss production-us-east-1-app:aws_sqs_queue.jobs_queue: leaves with its messages',
  ],
  [
    'a key that leaves',
    [without(DATA, 'aws_kms_key', 'encryption_key')],
    'loss production-us-east-1-data:aws_kms_key.encryption_key: leaves with the key to all that is encrypted with it',
  ],
  [
    'another key for a database',
    [set(FIRST, 'kms_key_id', '${aws_kms_key.copies_encryption_key.arn}')],
    'loss production-us-east-1-data:aws_db_instance.shard_00_a: kms_key_id changes from ${aws_kms_key.encryption_key.arn} to ${aws_kms_key.copies_encryption_key.arn}, which replaces it (rds/instance.go); ',
  ],
  [
    'no encryption of a database',
    [set(FIRST, 'storage_encrypted', false)],
    'loss production-us-east-1-data:aws_db_instance.shard_00_a: storage_encrypted changes from true to false, which replaces it (rds/instance.go); ',
  ],
  [
    'another administrator',
    [set(FIRST, 'username', 'somebody')],
    'loss production-us-east-1-data:aws_db_instance.shard_00_a: username changes from tiers_admin to somebody, which replaces it',
  ],
  [
    'a replica of another source, although its plan ignores it',
    [set(REPLICA, 'replicate_source_db', '${aws_db_instance.shard_00_c.identifier}')],
    'refused production-us-east-1-data:aws_db_instance.shard_00_b: replicate_source_db changes from ${aws_db_instance.shard_00_a.identifier} to ${aws_db_instance.shard_00_c.identifier}: RDS points no existing instance',
  ],
  [
    'a writer that becomes a replica',
    [set(FIRST, 'replicate_source_db', 'arn:aws:rds:eu-west-1:222222222222:db:other')],
    'refused production-us-east-1-data:aws_db_instance.shard_00_a: replicate_source_db changes from nothing to arn:aws:rds:eu-west-1:222222222222:db:other',
  ],
  [
    'a smaller disk where storage does not grow',
    [set(FIRST, 'allocated_storage', 500), drop(FIRST, 'max_allocated_storage')],
    'refused production-us-east-1-data:aws_db_instance.shard_00_a: allocated_storage falls from 1000 to 500 GiB: RDS makes no disk smaller',
  ],
  [
    'an earlier PostgreSQL',
    [set(FIRST, 'engine_version', '16')],
    'refused production-us-east-1-data:aws_db_instance.shard_00_a: engine_version falls from 17 to 16',
  ],
  [
    'a major version that was not allowed',
    [set(FIRST, 'engine_version', '18')],
    'refused production-us-east-1-data:aws_db_instance.shard_00_a: engine_version rises from 17 to 18, another major version, without allow_major_version_upgrade',
  ],
  [
    'no backups',
    [set(FIRST, 'backup_retention_period', 0)],
    'loss production-us-east-1-data:aws_db_instance.shard_00_a: backup_retention_period falls from 14 to 0: RDS deletes all automated backups',
  ],
  [
    'another subnet group',
    [set(FIRST, 'db_subnet_group_name', 'other')],
    'refused production-us-east-1-data:aws_db_instance.shard_00_a: db_subnet_group_name changes',
  ],
  [
    'a cache on another port',
    [set(CACHE, 'port', 6380)],
    'loss production-us-east-1-data:aws_elasticache_replication_group.cache_a: port changes from 6379 to 6380, which replaces it',
  ],
  [
    'Redis in place of Valkey',
    [set(CACHE, 'engine', 'redis')],
    'loss production-us-east-1-data:aws_elasticache_replication_group.cache_a: engine changes from valkey to redis, which replaces it',
  ],
  [
    'an earlier Valkey',
    [set(CACHE, 'engine_version', '7.2')],
    'loss production-us-east-1-data:aws_elasticache_replication_group.cache_a: engine_version falls from 8.2 to 7.2, which replaces it',
  ],
  [
    'a cache of one node with a failover',
    [set(CACHE, 'num_cache_clusters', 1)],
    'refused production-us-east-1-data:aws_elasticache_replication_group.cache_a: num_cache_clusters falls to 1',
  ],
  [
    'a cache without encryption on the way',
    [set(CACHE, 'transit_encryption_enabled', false)],
    'refused production-us-east-1-data:aws_elasticache_replication_group.cache_a: transit_encryption_enabled changes from true to false',
  ],
  [
    'a table with another key',
    [set(TABLE, 'range_key', 'other')],
    'loss production-global:aws_dynamodb_table.shared_state_table: range_key changes from sk to other, which replaces it (dynamodb/table.go)',
  ],
  [
    'a key of another type',
    [
      set(TABLE, 'attribute', [
        { name: 'pk', type: 'S' },
        { name: 'sk', type: 'N' },
      ]),
    ],
    'refused production-global:aws_dynamodb_table.shared_state_table: the type of the key sk changes',
  ],
  [
    'no recovery to a point in time',
    [set(TABLE, 'point_in_time_recovery', { enabled: false })],
    'loss production-global:aws_dynamodb_table.shared_state_table: point_in_time_recovery is turned off',
  ],
  [
    'another attribute for the time to live',
    [set(TABLE, 'ttl', { enabled: true, attribute_name: 'gone_at' })],
    'refused production-global:aws_dynamodb_table.shared_state_table: ttl.attribute_name changes from expires_at to gone_at',
  ],
  [
    'a queue with another name',
    [set(QUEUE, 'name', 'tiers-jobs')],
    'loss production-us-east-1-app:aws_sqs_queue.jobs_queue: name changes from ',
  ],
  [
    'messages that are kept for less time',
    [set(QUEUE, 'message_retention_seconds', 3600)],
    'loss production-us-east-1-app:aws_sqs_queue.jobs_queue: message_retention_seconds falls from 345600 to 3600',
  ],
  [
    'a bucket in another region',
    [set(`${DATA}:aws_s3_bucket.assets_bucket`, 'region', 'eu-west-1')],
    'loss production-us-east-1-data:aws_s3_bucket.assets_bucket: its region changes from us-east-1 to eu-west-1',
  ],
  [
    'a zone of another name',
    [set(`${GLOBAL}:aws_route53_zone.hosted_zone_zone`, 'name', 'example.org')],
    'loss production-global:aws_route53_zone.hosted_zone_zone: name changes from tiers.example.com to example.org',
  ],
  [
    'another key that signs the zone',
    [
      set(
        `${GLOBAL}:aws_route53_key_signing_key.hosted_zone_signing_a`,
        'key_management_service_arn',
        'arn:aws:kms:x',
      ),
    ],
    'refused production-global:aws_route53_key_signing_key.hosted_zone_signing_a: key_management_service_arn changes',
  ],
  [
    'a key that is turned off',
    [set(`${DATA}:aws_kms_key.encryption_key`, 'is_enabled', false)],
    'loss production-us-east-1-data:aws_kms_key.encryption_key: is_enabled is false',
  ],
  [
    'another account',
    [
      (documents) => {
        const { aws } = documents[GLOBAL]!.provider as { aws: object[] };
        Reflect.set(aws[0]!, 'allowed_account_ids', ['999999999999']);
      },
    ],
    'loss production-global: its account changes from 222222222222 to 999999999999',
  ],
  [
    'a type that nobody looked at',
    [
      (documents) =>
        void Reflect.set(documents[DATA]!.resource as object, 'aws_neptune_cluster', { graph: {} }),
    ],
    'refused production-us-east-1-data:aws_neptune_cluster.graph: it is not known whether its type holds data',
  ],
];

test.each(FAULTS)('%s is told, and nothing else', (_name, changes, message) => {
  const lines = told(before, changed(...changes));
  expect(lines).toHaveLength(1);
  expect(lines[0]).toContain(message);
});

test('a synthesis that follows itself changes nothing', () => {
  expect(told(before, before)).toEqual([]);
});

describe('what is said the right way', () => {
  test('an address that moves keeps its data, and references to it are no change', () => {
    const copy = changed((documents) => {
      const text = JSON.stringify(documents[DATA]);
      const moved = text.replaceAll('aws_kms_key.encryption_key', 'aws_kms_key.data_key');
      documents[DATA] = JSON.parse(moved) as (typeof documents)[string];
      rename(DATA, 'aws_kms_key', 'encryption_key', 'data_key')(documents);
      block(DATA, 'moved', [
        { from: 'aws_kms_key.encryption_key', to: 'aws_kms_key.middle' },
        { from: 'aws_kms_key.middle', to: 'aws_kms_key.data_key' },
      ])(documents);
    });
    expect(told(before, copy)).toEqual([]);
  });

  test('what is no longer managed stays', () => {
    const copy = changed(
      without(APP, 'aws_sqs_queue', 'jobs_queue'),
      block(APP, 'removed', { from: 'aws_sqs_queue.jobs_queue', lifecycle: { destroy: false } }),
    );
    expect(told(before, copy)).toEqual([
      'step production-us-east-1-app:aws_sqs_queue.jobs_queue: stays, and is managed by nobody from now on',
    ]);
  });

  test('a state that is kept elsewhere is moved by hand', () => {
    const copy = changed((documents) => Reflect.set(documents[APP]!, 'terraform', { backend: { s3: {} } }));
    expect(told(before, copy)).toEqual([
      expect.stringContaining('step production-us-east-1-app: its state is kept elsewhere'),
    ]);
  });

  test('what a plan ignores, and what AWS has chosen where nothing is said, is no change', () => {
    expect(told(before, changed(set(REPLICA, 'availability_zone', 'us-east-1f')))).toEqual([]);
    expect(told(before, changed(drop(CACHE, 'subnet_group_name')))).toEqual([]);
    expect(told(before, changed(set(CACHE, 'at_rest_encryption_enabled', true)))).toEqual([]);
    expect(told(before, changed(set(QUEUE, 'fifo_queue', false)))).toEqual([]);
  });
});
