import { knownTypeName, type Graph, type Resource } from '../topology';

/** How a type of resource takes part in the twin. */
export type Coverage =
  /** Something runs for it, or it is read by what runs. */
  | { readonly kind: 'adapter'; readonly adapter: string }
  /** It has no running part, on AWS either: a rule, a name, a permission. */
  | { readonly kind: 'declarative'; readonly checkedBy?: 'preflight' }
  /** On AWS something would run, or act, that the twin has nothing for yet. */
  | { readonly kind: 'missing'; readonly missing: string };

const adapter = (name: string, ...types: string[]): [string, Coverage][] =>
  types.map((type) => [type, { kind: 'adapter', adapter: name }]);
const declarative = (...types: string[]): [string, Coverage][] =>
  types.map((type) => [type, { kind: 'declarative' }]);
const preflight = (...types: string[]): [string, Coverage][] =>
  types.map((type) => [type, { kind: 'declarative', checkedBy: 'preflight' }]);
const missing = (what: string, ...types: string[]): [string, Coverage][] =>
  types.map((type) => [type, { kind: 'missing', missing: what }]);

/** Every type that the stacks synthesize. One that is not here stops the start: nothing is passed over in silence. */
export const COVERAGE: ReadonlyMap<string, Coverage> = new Map([
  ...adapter(
    'balancers',
    'aws_lb',
    'aws_lb_listener',
    'aws_lb_listener_rule',
    'aws_lb_target_group',
    'aws_acm_certificate',
  ),
  ...adapter('fleets', 'aws_autoscaling_group', 'aws_launch_template', 'aws_instance'),
  ...adapter('databases', 'aws_db_instance', 'aws_db_parameter_group'),
  ...adapter(
    'caches',
    'aws_elasticache_replication_group',
    'aws_elasticache_parameter_group',
    'aws_elasticache_user',
    'aws_elasticache_user_group',
  ),
  ...adapter(
    'cdns',
    'aws_cloudfront_distribution',
    'aws_cloudfront_cache_policy',
    'aws_cloudfront_response_headers_policy',
  ),
  ...adapter('queues', 'aws_sqs_queue'),
  ...adapter('topics', 'aws_sns_topic', 'aws_sns_topic_subscription'),
  ...adapter('tables', 'aws_dynamodb_table'),
  ...adapter('buckets', 'aws_s3_bucket', 'aws_s3_bucket_cors_configuration'),
  ...adapter('parameters', 'aws_ssm_parameter'),
  ...adapter(
    'secrets',
    'aws_secretsmanager_secret',
    'aws_secretsmanager_secret_version',
    'ephemeral.aws_secretsmanager_random_password',
  ),
  ...preflight(
    'aws_security_group',
    'aws_vpc_security_group_ingress_rule',
    'aws_vpc_security_group_egress_rule',
    'aws_iam_role',
    'aws_iam_role_policy',
    'aws_iam_role_policy_attachment',
    'aws_iam_instance_profile',
    'aws_sqs_queue_policy',
    'aws_s3_bucket_policy',
    'aws_vpc_endpoint',
    'aws_route_table',
    'aws_route',
    'aws_route_table_association',
    'aws_subnet',
    'aws_vpc',
    'aws_internet_gateway',
    'aws_nat_gateway',
  ),
  ...declarative(
    'data.terraform_remote_state',
    'aws_acm_certificate_validation',
    'aws_db_subnet_group',
    'aws_elasticache_subnet_group',
    'aws_default_security_group',
    'aws_ebs_encryption_by_default',
    'aws_ebs_snapshot_block_public_access',
    'aws_ec2_image_block_public_access',
    'aws_ec2_instance_metadata_defaults',
    'aws_eip',
    'aws_network_interface',
    'data.aws_ssm_parameter',
    'aws_kms_key',
    'aws_kms_alias',
    'aws_iam_service_linked_role',
    'aws_s3_bucket_ownership_controls',
    'aws_s3_bucket_public_access_block',
    'aws_s3_bucket_server_side_encryption_configuration',
    'aws_sqs_queue_redrive_allow_policy',
    'aws_sns_topic_policy',
    'aws_cloudfront_origin_access_control',
    'aws_cloudwatch_log_group',
    'aws_cloudwatch_log_resource_policy',
  ),
  ...missing(
    'DNS: the site is at localhost, not at its domain names',
    'aws_route53_zone',
    'aws_route53_record',
    'aws_route53_query_log',
  ),
  ...missing('signed DNS answers', 'aws_route53_key_signing_key', 'aws_route53_hosted_zone_dnssec'),
  ...missing(
    'DNS failover of regions: no checker asks from outside; that of the page from the CDN to the balancer is in the proxy of the CDN',
    'aws_route53_health_check',
  ),
  ...missing(
    'scaling: each fleet keeps the size that it starts with',
    'aws_autoscaling_policy',
    'aws_autoscaling_schedule',
  ),
  ...missing(
    'the volume of the one server and its snapshots: its PostgreSQL has no stand-in',
    'aws_ebs_volume',
    'aws_volume_attachment',
    'aws_dlm_lifecycle_policy',
  ),
  ...missing('a Spot notice before an instance ends', 'aws_autoscaling_lifecycle_hook'),
  ...missing(
    'alarms and the dashboard: no metric is recorded',
    'aws_cloudfront_monitoring_subscription',
    'aws_cloudwatch_metric_alarm',
    'aws_cloudwatch_composite_alarm',
    'aws_cloudwatch_dashboard',
  ),
  ...missing(
    'events of AWS: nothing here sends any',
    'aws_cloudwatch_event_rule',
    'aws_cloudwatch_event_target',
  ),
  ...missing(
    'delivery of notifications to chat',
    'aws_chatbot_slack_channel_configuration',
    'aws_chatbot_teams_channel_configuration',
  ),
  ...missing(
    'the log pipeline: logs stay in files below the run folder',
    'aws_cloudwatch_log_metric_filter',
    'aws_cloudwatch_log_delivery',
    'aws_cloudwatch_log_delivery_destination',
    'aws_cloudwatch_log_delivery_source',
    'aws_cloudwatch_log_stream',
    'aws_cloudwatch_log_subscription_filter',
    'aws_kinesis_firehose_delivery_stream',
  ),
  ...missing('the export of metrics: there are none of CloudWatch', 'aws_cloudwatch_metric_stream'),
  ...missing(
    'questions to the logs: there is nothing to ask',
    'aws_athena_named_query',
    'aws_athena_workgroup',
    'aws_glue_catalog_database',
    'aws_glue_catalog_table',
  ),
  ...missing(
    'work by the clock: no workflow is started',
    'aws_sfn_state_machine',
    'aws_scheduler_schedule',
    'aws_scheduler_schedule_group',
  ),
  ...missing('the look from outside: no canary runs by itself', 'aws_synthetics_canary'),
  ...missing('flow logs: no packet is recorded', 'aws_flow_log'),
  ...missing('access logs of buckets', 'aws_s3_bucket_logging'),
  ...missing('copies in other regions: there is one region here', 'aws_s3_bucket_replication_configuration'),
  ...missing(
    'the web ACL: no request is inspected or counted by address',
    'aws_wafv2_web_acl',
    'aws_wafv2_web_acl_association',
    'aws_wafv2_web_acl_logging_configuration',
  ),
  ...missing(
    'ways between the networks of regions: everything here is one network',
    'aws_ec2_transit_gateway',
    'aws_ec2_transit_gateway_peering_attachment',
    'aws_ec2_transit_gateway_peering_attachment_accepter',
    'aws_ec2_transit_gateway_route',
    'aws_ec2_transit_gateway_vpc_attachment',
    'aws_vpc_peering_connection',
    'aws_vpc_peering_connection_accepter',
    'aws_vpc_peering_connection_options',
  ),
  ...missing('copies of backups in another region', 'aws_db_instance_automated_backups_replication'),
  ...missing('old versions of objects', 'aws_s3_bucket_versioning'),
  ...missing('expiry of objects', 'aws_s3_bucket_lifecycle_configuration'),
  ...missing(
    'rotation: each secret keeps the value of its start; the function is tested by itself',
    'aws_lambda_function',
    'aws_lambda_permission',
    'aws_secretsmanager_secret_rotation',
  ),
  ...missing('uploads by the plan itself', 'aws_s3_object'),
  ...missing(
    'the repository of libraries: builds install from the npm registry of this machine',
    'aws_codeartifact_domain',
    'aws_codeartifact_domain_permissions_policy',
    'aws_codeartifact_repository',
    'aws_codeartifact_repository_permissions_policy',
  ),
  ...missing('budgets: nothing here costs anything', 'aws_budgets_budget'),
  ...missing(
    'the image: processes start from the built service, not from a machine image',
    'aws_imagebuilder_component',
    'aws_imagebuilder_distribution_configuration',
    'aws_imagebuilder_image',
    'aws_imagebuilder_image_pipeline',
    'aws_imagebuilder_image_recipe',
    'aws_imagebuilder_infrastructure_configuration',
    'aws_imagebuilder_lifecycle_policy',
  ),
]);

/** Arguments of running parts that have no effect here, whatever the plan says. */
export const STANDING_DIFFERENCES: readonly string[] = [
  'database sign-in: any IAM token passes for members of rds_iam, tokens are not checked',
  'cache sign-in: any IAM token passes for the users of the plan, tokens are not checked',
  'AWS APIs: policies are evaluated before start, the emulator itself refuses nothing',
  'topics: messages reach the queues that take them, and nobody gets an e-mail',
  'encryption at rest, backups and snapshots: none, every start begins with empty data',
  'load balancer: a malformed header is refused with 400, where the real one drops it; no access logs',
];

export interface MissingPart {
  readonly missing: string;
  readonly resources: readonly Resource[];
}

/** What of this graph has no stand-in, grouped by what is missing. @throws on types that are in no table */
export function missingParts(graph: Graph): MissingPart[] {
  const unknown = new Map<string, string>();
  const groups = new Map<string, Resource[]>();
  for (const resource of graph.resources.values()) {
    const type = knownTypeName(resource);
    const coverage = COVERAGE.get(type);
    if (!coverage) unknown.set(type, resource.globalAddress);
    else if (coverage.kind === 'missing') {
      groups.set(coverage.missing, [...(groups.get(coverage.missing) ?? []), resource]);
    }
  }
  if (unknown.size > 0) {
    const lines = [...unknown].map(([type, address]) => `  ${type} (${address})`);
    throw new Error(
      `The twin knows nothing of these types of resource:\n${lines.join('\n')}\n` +
        'Add each to COVERAGE in tools/twin/coverage.ts: with an adapter, as declarative, or with what is missing.',
    );
  }
  return [...groups].map(([what, resources]) => ({ missing: what, resources }));
}
