import { digits, evaluated, type Facts, type KnownTypes, listed, named, opaque } from './known-type';

const databaseId = (facts: Facts): string => `db-${facts.unique}`;
const databaseAddress = (facts: Facts): string =>
  `${facts.text('identifier')}.${digits(facts, 12)}.${facts.resource.region}.rds.amazonaws.com`;
/** PostgreSQL's default port; other engines set theirs. */
const databasePort = (facts: Facts): number => Number(facts.argument('port') ?? 5432);
const bucket = (facts: Facts): string => facts.text('bucket');
const secretArn = (facts: Facts): string =>
  facts.arn('secretsmanager', `secret:${facts.text('name')}-${digits(facts, 6)}`);
const tableArn = (facts: Facts): string => facts.arn('dynamodb', `table/${facts.text('name')}`);
const topicArn = (facts: Facts): string => facts.arn('sns', facts.text('name'));
const keyArn = (facts: Facts): string => facts.arn('kms', `key/key-${facts.unique}`);
const queueUrl = (facts: Facts): string =>
  `https://sqs.${facts.resource.region}.amazonaws.com/${facts.resource.account}/${facts.text('name')}`;
const cacheAddress =
  (kind: string) =>
  (facts: Facts): string =>
    `${kind}.${facts.text('replication_group_id')}.${digits(facts, 6)}.${facts.resource.region}.cache.amazonaws.com`;
const rds =
  (kind: string, argument: string) =>
  (facts: Facts): string =>
    facts.arn('rds', `${kind}:${facts.text(argument)}`);
const elasticache =
  (kind: string, argument: string) =>
  (facts: Facts): string =>
    facts.arn('elasticache', `${kind}:${facts.text(argument)}`);
const bucketPart = listed({ id: bucket });

export const DATA_STORES: KnownTypes = {
  aws_db_instance: evaluated({
    id: databaseId,
    resource_id: databaseId,
    arn: rds('db', 'identifier'),
    identifier: named('identifier'),
    address: databaseAddress,
    port: databasePort,
    endpoint: (facts) => `${databaseAddress(facts)}:${databasePort(facts)}`,
    hosted_zone_id: (facts) => `ZRDS${facts.resource.region.toUpperCase().replaceAll('-', '')}`,
  }),
  aws_db_subnet_group: listed({ id: named('name'), name: named('name'), arn: rds('subgrp', 'name') }),
  aws_db_parameter_group: listed({ id: named('name'), name: named('name'), arn: rds('pg', 'name') }),
  aws_db_instance_automated_backups_replication: listed({ id: opaque('backups') }),
  aws_elasticache_replication_group: evaluated({
    id: named('replication_group_id'),
    arn: elasticache('replicationgroup', 'replication_group_id'),
    primary_endpoint_address: cacheAddress('master'),
    reader_endpoint_address: cacheAddress('replica'),
    configuration_endpoint_address: cacheAddress('clustercfg'),
    port: (facts) => facts.argument('port') ?? 6379,
    member_clusters: (facts) => {
      const count = Number(facts.argument('num_cache_clusters') ?? 1);
      const name = facts.text('replication_group_id');
      return Array.from({ length: count }, (_, index) => `${name}-${String(index + 1).padStart(3, '0')}`);
    },
  }),
  aws_elasticache_user: evaluated({ id: named('user_id'), arn: elasticache('user', 'user_id') }),
  aws_elasticache_user_group: listed({
    id: named('user_group_id'),
    arn: elasticache('usergroup', 'user_group_id'),
  }),
  aws_elasticache_subnet_group: listed({ id: named('name'), arn: elasticache('subnetgroup', 'name') }),
  aws_elasticache_parameter_group: listed({
    id: named('name'),
    arn: elasticache('parametergroup', 'name'),
  }),
  aws_s3_bucket: evaluated({
    id: bucket,
    bucket,
    arn: (facts) => `arn:aws:s3:::${bucket(facts)}`,
    bucket_domain_name: (facts) => `${bucket(facts)}.s3.amazonaws.com`,
    bucket_regional_domain_name: (facts) => `${bucket(facts)}.s3.${facts.resource.region}.amazonaws.com`,
    hosted_zone_id: (facts) => `ZS3${facts.resource.region.toUpperCase().replaceAll('-', '')}`,
  }),
  aws_s3_bucket_policy: evaluated({ id: bucket }),
  aws_s3_bucket_acl: bucketPart,
  aws_s3_bucket_public_access_block: bucketPart,
  aws_s3_bucket_ownership_controls: bucketPart,
  aws_s3_bucket_versioning: bucketPart,
  aws_s3_bucket_lifecycle_configuration: bucketPart,
  aws_s3_bucket_server_side_encryption_configuration: bucketPart,
  aws_s3_bucket_cors_configuration: bucketPart,
  aws_s3_bucket_logging: bucketPart,
  aws_s3_bucket_replication_configuration: bucketPart,
  aws_s3_bucket_notification: bucketPart,
  aws_s3_bucket_intelligent_tiering_configuration: bucketPart,
  aws_s3_bucket_accelerate_configuration: bucketPart,
  aws_s3_object: listed({ id: named('key'), version_id: opaque('version'), etag: opaque('etag') }),
  aws_dynamodb_table: evaluated({
    id: named('name'),
    arn: tableArn,
    stream_arn: (facts) => `${tableArn(facts)}/stream/1`,
  }),
  aws_dynamodb_table_replica: listed({ id: opaque('replica') }),
  aws_sqs_queue: evaluated({
    id: queueUrl,
    url: queueUrl,
    name: named('name'),
    arn: (facts) => facts.arn('sqs', facts.text('name')),
  }),
  aws_sqs_queue_policy: evaluated({ id: (facts) => facts.text('queue_url') }),
  aws_sqs_queue_redrive_policy: listed({ id: named('queue_url') }),
  aws_sqs_queue_redrive_allow_policy: listed({ id: named('queue_url') }),
  aws_sns_topic: listed({ id: topicArn, arn: topicArn, name: named('name') }),
  aws_sns_topic_policy: listed({ id: named('arn') }),
  aws_sns_topic_subscription: listed({ id: opaque('subscription'), arn: opaque('subscription') }),
  aws_secretsmanager_secret: evaluated({ id: secretArn, arn: secretArn, name: named('name') }),
  aws_secretsmanager_secret_policy: evaluated({ id: named('secret_arn') }),
  aws_secretsmanager_secret_version: listed({
    id: opaque('secret-version'),
    arn: named('secret_id'),
    version_id: opaque('version'),
  }),
  aws_secretsmanager_secret_rotation: listed({ id: named('secret_id') }),
  aws_ssm_parameter: evaluated({
    id: named('name'),
    arn: (facts) => facts.arn('ssm', `parameter/${facts.text('name').replace(/^\//, '')}`),
    version: () => 1,
  }),
  aws_kms_key: evaluated({ id: opaque('key'), key_id: opaque('key'), arn: keyArn }),
  aws_kms_alias: listed({
    id: named('name'),
    arn: (facts) => facts.arn('kms', facts.text('name')),
    target_key_arn: (facts) => facts.arn('kms', `key/${facts.text('target_key_id')}`),
  }),
  aws_kms_key_policy: evaluated({ id: named('key_id') }),
};
