import { synthesizeHome } from './support';
import { resourcesOf, type Synthesized } from '../support/synth';

const stacks = synthesizeHome('production');

/** Types whose loss is the loss of data. */
const STATEFUL = [
  'aws_db_instance',
  'aws_dynamodb_table',
  'aws_elasticache_replication_group',
  // Without its key, all that is kept under it is lost.
  'aws_kms_key',
  'aws_s3_bucket',
  'aws_sqs_queue',
  'aws_route53_zone',
  // The DS record at the parent names it: without it, nobody who checks signatures finds the domain.
  'aws_route53_key_signing_key',
  'aws_secretsmanager_secret',
  'aws_ssm_parameter',
];

test('addresses of stateful resources are a contract: renaming one needs a moved block', () => {
  const addresses = Object.entries(stacks).flatMap(([stack, synthesized]) =>
    STATEFUL.flatMap((type) =>
      Object.keys(resourcesOf(synthesized, type)).map((name) => `${stack}: ${type}.${name}`),
    ),
  );
  expect(addresses.sort()).toEqual([
    'production-edge: aws_kms_key.encryption_key',
    'production-edge: aws_s3_bucket.cdn_logs_bucket',
    'production-edge: aws_ssm_parameter.cdn_distribution_id_parameter',
    'production-global: aws_dynamodb_table.shared_state_table',
    'production-global: aws_kms_key.encryption_key',
    'production-global: aws_kms_key.hosted_zone_query_logs_encryption_key',
    'production-global: aws_kms_key.hosted_zone_signing_key_a',
    'production-global: aws_route53_key_signing_key.hosted_zone_signing_a',
    'production-global: aws_route53_zone.hosted_zone_zone',
    'production-us-east-1-app: aws_kms_key.encryption_key',
    'production-us-east-1-app: aws_secretsmanager_secret.signing_key_secret',
    'production-us-east-1-app: aws_sqs_queue.jobs_dead_letter',
    'production-us-east-1-app: aws_sqs_queue.jobs_queue',
    'production-us-east-1-app: aws_sqs_queue.videos_dead_letter',
    'production-us-east-1-app: aws_sqs_queue.videos_queue',
    'production-us-east-1-app: aws_ssm_parameter.client_config_parameter',
    'production-us-east-1-app: aws_ssm_parameter.shard_map_parameter',
    'production-us-east-1-app: aws_ssm_parameter.writer_region_parameter',
    'production-us-east-1-data: aws_db_instance.shard_00_a',
    'production-us-east-1-data: aws_db_instance.shard_00_b',
    'production-us-east-1-data: aws_db_instance.shard_00_c',
    'production-us-east-1-data: aws_elasticache_replication_group.cache_a',
    'production-us-east-1-data: aws_kms_key.copies_encryption_key',
    'production-us-east-1-data: aws_kms_key.encryption_key',
    'production-us-east-1-data: aws_s3_bucket.access_logs_bucket',
    'production-us-east-1-data: aws_s3_bucket.assets_bucket',
    'production-us-east-1-data: aws_secretsmanager_secret.shard_00_admin_secret',
    'production-us-east-1-image: aws_kms_key.encryption_key',
    'production-us-east-1-image: aws_s3_bucket.artifacts_bucket',
    'production-us-east-1-network: aws_kms_key.encryption_key',
    'production-us-east-1-observability: aws_kms_key.encryption_key',
    'production-us-east-1-observability: aws_s3_bucket.canary_artifacts_bucket',
    'production-us-east-1-observability: aws_s3_bucket.log_pipeline_lines_bucket',
    'production-us-east-1-observability: aws_secretsmanager_secret.canary_password_secret',
  ]);
});

test('no address carries a role that a failover would turn into a lie', () => {
  for (const synthesized of Object.values(stacks)) {
    for (const type of STATEFUL) {
      for (const name of Object.keys(resourcesOf(synthesized, type))) {
        // It is no writer: it says in every region who that is.
        if (name === 'writer_region_parameter') continue;
        expect(name).not.toMatch(/primary|secondary|writer|reader|replica|standby|master/);
      }
    }
  }
});

test('no two elements of a stack share an address', () => {
  // Equal addresses would silently merge into one JSON key, so paths are counted on the way in: cdktf's metadata
  // carries each element's path, and a merge would leave a path that does not belong to its name.
  for (const { resource } of Object.values(stacks)) {
    for (const [type, members] of Object.entries(resource)) {
      for (const [name, { '//': metadata }] of Object.entries(members)) {
        const { path } = (metadata as { metadata: { path: string } }).metadata;
        const expected = path
          .split('/')
          .slice(1)
          .join('_')
          .replace(/[^A-Za-z0-9]+/g, '_');
        expect(`${type}.${name}`).toBe(`${type}.${expected}`);
      }
    }
  }
});

test('nothing in a synthesized stack is secret, and no argument that a state would keep takes a generated value', () => {
  for (const synthesized of Object.values(stacks)) {
    const takers = findEphemeral(synthesized);
    for (const argument of takers) expect(argument).toMatch(/_wo$/);
  }
  expect(findEphemeral(stacks['production-us-east-1-data']!)).toEqual(['password_wo', 'secret_string_wo']);
});

test('the only address open to the internet is the balancer, on 443 and 80', () => {
  const open = Object.entries(stacks).flatMap(([stack, synthesized]) =>
    Object.entries(resourcesOf(synthesized, 'aws_vpc_security_group_ingress_rule'))
      .filter(([, rule]) => rule.cidr_ipv4 === '0.0.0.0/0' || rule.cidr_ipv6 === '::/0')
      .map(([name, rule]) => `${stack} ${name} ${String(rule.from_port)}`),
  );
  expect(open.sort()).toEqual([
    'production-us-east-1-app load_balancer_from_internet_443 443',
    'production-us-east-1-app load_balancer_from_internet_80 80',
  ]);
});

test('no policy allows a wildcard action, and every stack lists what it decided', () => {
  for (const synthesized of Object.values(stacks)) {
    for (const { policy } of Object.values(resourcesOf(synthesized, 'aws_iam_role_policy'))) {
      const { Statement } = JSON.parse(policy as string) as {
        Statement: { Action: string[]; Resource: string[] }[];
      };
      for (const { Action } of Statement) for (const action of Action) expect(action).not.toContain('*');
    }
  }
  const decided = Object.values(stacks).flatMap(({ output }) => output?.tiers_decisions?.value);
  expect(decided).toEqual([expect.objectContaining({ where: 'access-logs', setting: 'encryptionKey' })]);
});

/** Names of the arguments whose values refer to an ephemeral block. */
function findEphemeral({ resource }: Synthesized): string[] {
  const found = new Set<string>();
  const visit = (key: string, value: unknown): void => {
    if (typeof value === 'string' && value.includes('${ephemeral.')) found.add(key);
    else if (Array.isArray(value)) value.forEach((item) => visit(key, item));
    else if (value && typeof value === 'object')
      Object.entries(value).forEach(([name, item]) => visit(name, item));
  };
  visit('', resource);
  return [...found].sort();
}
