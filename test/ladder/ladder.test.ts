import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { loadDeployments } from '../../deployments/load';
import { newestPriceList } from '../../tools/cost';
import { COVERAGE } from '../../tools/twin/coverage';
import { knownTypeName } from '../../tools/topology';
import { rungs, typesOf } from './rungs';
import { costTable, MARKERS } from './table';

const DOCUMENT = join(__dirname, '../../docs/ladder.md');
const all = rungs();

/** What each rung has that the one before has not, and the other way round: nothing else may come or go. */
const STEPS: Readonly<
  Record<string, { readonly comes: readonly string[]; readonly goes?: readonly string[] }>
> = {
  '02-separate-data-tier': {
    comes: [
      'aws_cloudwatch_event_rule',
      'aws_cloudwatch_event_target',
      'aws_db_instance',
      'aws_db_parameter_group',
      'aws_db_subnet_group',
    ],
    goes: ['aws_dlm_lifecycle_policy', 'aws_ebs_volume', 'aws_volume_attachment'],
  },
  '03-load-balancer': {
    comes: [
      'aws_autoscaling_group',
      'aws_iam_service_linked_role',
      'aws_imagebuilder_component',
      'aws_imagebuilder_distribution_configuration',
      'aws_imagebuilder_image',
      'aws_imagebuilder_image_pipeline',
      'aws_imagebuilder_image_recipe',
      'aws_imagebuilder_infrastructure_configuration',
      'aws_imagebuilder_lifecycle_policy',
      'aws_lambda_function',
      'aws_lambda_permission',
      'aws_launch_template',
      'aws_lb',
      'aws_lb_listener',
      'aws_lb_target_group',
      'aws_nat_gateway',
      'aws_secretsmanager_secret_rotation',
      'aws_wafv2_web_acl',
      'aws_wafv2_web_acl_association',
      'aws_wafv2_web_acl_logging_configuration',
    ],
    goes: ['aws_instance', 'aws_network_interface'],
  },
  '04-database-replication': { comes: [] },
  '05-cache': {
    comes: [
      'aws_elasticache_parameter_group',
      'aws_elasticache_replication_group',
      'aws_elasticache_subnet_group',
      'aws_elasticache_user',
      'aws_elasticache_user_group',
    ],
  },
  '06-cdn': {
    comes: [
      'aws_cloudfront_cache_policy',
      'aws_cloudfront_distribution',
      'aws_cloudfront_monitoring_subscription',
      'aws_cloudfront_origin_access_control',
      'aws_cloudfront_response_headers_policy',
      'aws_cloudwatch_log_delivery',
      'aws_cloudwatch_log_delivery_destination',
      'aws_cloudwatch_log_delivery_source',
    ],
  },
  '07-stateless-web-tier': {
    comes: ['aws_autoscaling_policy', 'aws_autoscaling_schedule', 'aws_dynamodb_table'],
  },
  '08-several-data-centers': {
    comes: [
      'aws_db_instance_automated_backups_replication',
      'aws_s3_bucket_replication_configuration',
      'aws_sqs_queue',
      'aws_sqs_queue_policy',
      'aws_sqs_queue_redrive_allow_policy',
    ],
  },
  '09-message-queue': {
    comes: ['aws_autoscaling_lifecycle_hook'],
  },
  '10-logs-metrics-automation': {
    comes: [
      'aws_athena_named_query',
      'aws_athena_workgroup',
      'aws_cloudwatch_log_stream',
      'aws_cloudwatch_log_subscription_filter',
      'aws_codeartifact_domain',
      'aws_codeartifact_domain_permissions_policy',
      'aws_codeartifact_repository',
      'aws_codeartifact_repository_permissions_policy',
      'aws_glue_catalog_database',
      'aws_glue_catalog_table',
      'aws_kinesis_firehose_delivery_stream',
      'aws_sfn_state_machine',
      'aws_synthetics_canary',
    ],
  },
  '11-sharded-database': { comes: [] },
};

const STACKS = ['app', 'data', 'image', 'network', 'observability'];

test('one rung at a time: their stacks have the same names', () => {
  expect(() => loadDeployments(['ladder'])).toThrow(
    'deployment: received 11; allowed: one of these at a time: ladder/01-one-server, ladder/02-separate-data-tier,',
  );
});

test.each(all.slice(1).map((rung, index) => [rung.name, rung, all[index]!] as const))(
  '%s adds what its change implies, and nothing else',
  (name, rung, before) => {
    const { comes, goes = [] } = STEPS[name.replace('ladder/', '')]!;
    const [now, then] = [typesOf(rung), typesOf(before)];
    expect([...now].filter((type) => !then.has(type)).sort()).toEqual(comes);
    expect([...then].filter((type) => !now.has(type)).sort()).toEqual(goes);
  },
);

test.each(all.map((rung) => [rung.name, rung] as const))(
  '%s has the stacks of its regions',
  (_name, rung) => {
    const regions = rung.selection.regions.map(({ region }) => region);
    expect(rung.graph.stacks.map(({ name }) => name).sort()).toEqual(
      [
        'ladder-edge',
        'ladder-global',
        ...(regions.length > 1 ? ['ladder-links'] : []),
        ...regions.flatMap((region) => STACKS.map((stack) => `ladder-${region}-${stack}`)),
      ].sort(),
    );
  },
);

test('databases: one, with replicas from 04 on, and shard 0 keeps its addresses when there are two', () => {
  const databases = all.map(({ name, graph }) => [
    name.slice('ladder/'.length, 'ladder/00'.length),
    [...graph.resources.values()]
      .filter(({ type, stack }) => type === 'aws_db_instance' && stack === 'ladder-us-east-1-data')
      .map((resource) => resource.name)
      .sort()
      .join(' '),
  ]);
  const [one, three] = ['shard_00_a', 'shard_00_a shard_00_b shard_00_c'];
  expect(Object.fromEntries(databases)).toEqual({
    '01': '',
    '02': one,
    '03': one,
    ...Object.fromEntries(['04', '05', '06', '07', '08', '09', '10'].map((rung) => [rung, three])),
    '11': `${three} shard_01_a shard_01_b shard_01_c`,
  });
});

test('the service of 11 is told of every shard, the others of none', () => {
  for (const { name, graph } of all) {
    const [template] = [...graph.resources.values()].filter(({ type }) => type === 'aws_launch_template');
    const told = /DB_SHARDS=(\S+) (\S+)\n/.exec(
      String(template?.arguments.user_data).replaceAll('\\n', '\n'),
    );
    expect([name, told !== null]).toEqual([name, name.includes('/11-')]);
    if (told) {
      expect(told[1]).toContain('shard_00_a_address');
      expect(told[2]).toContain('shard_01_a_address');
      expect(told[2]).toContain('shard_01_c_address');
    }
  }
});

test('the twin knows what it has of every type on the ladder', () => {
  const types = all.flatMap(({ graph }) => [...graph.resources.values()].map(knownTypeName));
  expect([...new Set(types)].filter((type) => !COVERAGE.has(type))).toEqual([]);
});

test('every rung is described, and the table of its costs is what the prices say', () => {
  const text = readFileSync(DOCUMENT, 'utf8');
  for (const { name } of all) {
    const [, section] = text.split(`\n## ${name.slice('ladder/'.length)}\n`);
    const [own] = (section ?? '').split('\n## ');
    for (const part of ['**Before it:**', '**It adds:**', '**It does not solve:**', '**Up:**', '**Down:**'])
      expect([name, part, own!.includes(part)]).toEqual([name, part, true]);
  }
  const [start, end] = MARKERS.map((marker) => text.indexOf(marker));
  const written = `${text.slice(0, start! + MARKERS[0].length)}\n\n${costTable(all, newestPriceList())}\n\n${text.slice(end)}`;
  // `WRITE_DOCS=1 npx jest test/ladder` writes the table again.
  if (process.env.WRITE_DOCS) writeFileSync(DOCUMENT, written);
  else expect(text).toBe(written);
});
