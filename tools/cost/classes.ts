import { knownTypeName, type Graph, type Resource } from '../topology';
import type { Charge, Rule } from './charge';
import type { PriceList } from './price-list';
import { customMetrics } from './custom-metrics';
import { cache, database, fleet, oneServer, volume } from './servers';
import {
  address,
  alarm,
  balancer,
  canary,
  cdnMetrics,
  composite,
  dashboard,
  endpoint,
  healthCheck,
  key,
  nat,
  secret,
  webAcl,
  zone,
} from './surroundings';

/** What a type of resource does to the bill. */
export type Class =
  /** It costs while nobody uses it. */
  | { readonly kind: 'at-rest'; readonly rule: Rule }
  /** It costs with use alone; what that is measured in. */
  | { readonly kind: 'by-use'; readonly measured: string }
  /** It costs nothing; why. */
  | { readonly kind: 'free'; readonly why: string };

const atRest = (rule: Rule, ...types: string[]): [string, Class][] =>
  types.map((type) => [type, { kind: 'at-rest', rule }]);
const byUse = (measured: string, ...types: string[]): [string, Class][] =>
  types.map((type) => [type, { kind: 'by-use', measured }]);
const free = (why: string, ...types: string[]): [string, Class][] =>
  types.map((type) => [type, { kind: 'free', why }]);

/** Every type that the stacks synthesize. One that is not here has no cost that anybody looked up. */
export const CLASSES: ReadonlyMap<string, Class> = new Map([
  ...atRest(fleet, 'aws_autoscaling_group'),
  ...atRest(oneServer, 'aws_instance'),
  ...atRest(volume, 'aws_ebs_volume'),
  ...atRest(database, 'aws_db_instance'),
  ...atRest(cache, 'aws_elasticache_replication_group'),
  ...atRest(balancer, 'aws_lb'),
  ...atRest(nat, 'aws_nat_gateway'),
  ...atRest(address, 'aws_eip'),
  ...atRest(endpoint, 'aws_vpc_endpoint'),
  ...atRest(zone, 'aws_route53_zone'),
  ...atRest(healthCheck, 'aws_route53_health_check'),
  ...atRest(webAcl, 'aws_wafv2_web_acl'),
  ...atRest(key, 'aws_kms_key'),
  ...atRest(secret, 'aws_secretsmanager_secret'),
  ...atRest(dashboard, 'aws_cloudwatch_dashboard'),
  ...atRest(alarm, 'aws_cloudwatch_metric_alarm'),
  ...atRest(composite, 'aws_cloudwatch_composite_alarm'),
  ...atRest(canary, 'aws_synthetics_canary'),
  ...atRest(cdnMetrics, 'aws_cloudfront_monitoring_subscription'),

  ...byUse('requests and bytes out of the edge', 'aws_cloudfront_distribution'),
  ...byUse('bytes kept and requests', 'aws_s3_bucket', 'aws_s3_object'),
  ...byUse('requests, bytes kept and their backup', 'aws_dynamodb_table'),
  ...byUse('requests', 'aws_sqs_queue', 'aws_sns_topic'),
  ...byUse('log lines taken in, and kept', 'aws_cloudwatch_log_group', 'aws_cloudwatch_log_delivery'),
  ...byUse(
    'log lines of the traffic',
    'aws_flow_log',
    'aws_route53_query_log',
    'aws_wafv2_web_acl_logging_configuration',
  ),
  ...byUse('a custom metric in each month in which it has a value', 'aws_cloudwatch_log_metric_filter'),
  ...byUse('queries, of which those for AWS resources are free', 'aws_route53_record'),
  ...byUse('hours of the machine that builds, and the snapshot of the image', 'aws_imagebuilder_image'),
  ...byUse('the same, when it is started', 'aws_imagebuilder_image_pipeline'),
  ...byUse('packages kept and requests', 'aws_codeartifact_domain'),
  ...byUse('state transitions', 'aws_sfn_state_machine'),
  ...byUse('invocations', 'aws_scheduler_schedule'),
  ...byUse('bytes of the copies and of their way there', 'aws_db_instance_automated_backups_replication'),
  ...byUse('bytes between regions', 'aws_vpc_peering_connection', 'aws_s3_bucket_replication_configuration'),
  ...byUse(
    'hours of each attachment, used or not, which the list has no price of, and bytes',
    'aws_ec2_transit_gateway_vpc_attachment',
    'aws_ec2_transit_gateway_peering_attachment',
  ),
  ...byUse('blocks of the volume that its snapshots keep', 'aws_dlm_lifecycle_policy'),
  ...byUse('bytes sent on', 'aws_kinesis_firehose_delivery_stream'),
  ...byUse('updates of metrics sent on', 'aws_cloudwatch_metric_stream'),
  ...byUse('bytes that queries read', 'aws_athena_workgroup'),
  ...byUse('calls and their time', 'aws_lambda_function'),

  ...free(
    'a rule, a permission or a name',
    'aws_codeartifact_domain_permissions_policy',
    'aws_codeartifact_repository',
    'aws_codeartifact_repository_permissions_policy',
    'aws_iam_instance_profile',
    'aws_iam_role',
    'aws_iam_role_policy',
    'aws_iam_role_policy_attachment',
    'aws_iam_service_linked_role',
    'aws_kms_alias',
    'aws_cloudwatch_log_resource_policy',
    'aws_s3_bucket_policy',
    'aws_sns_topic_policy',
    'aws_sqs_queue_policy',
    'aws_sqs_queue_redrive_allow_policy',
    'aws_default_security_group',
    'aws_ebs_encryption_by_default',
    'aws_ebs_snapshot_block_public_access',
    'aws_ec2_image_block_public_access',
    'aws_ec2_instance_metadata_defaults',
    'aws_security_group',
    'aws_vpc_security_group_egress_rule',
    'aws_vpc_security_group_ingress_rule',
    'aws_cloudfront_origin_access_control',
    'aws_elasticache_user',
    'aws_elasticache_user_group',
    'aws_scheduler_schedule_group',
    'aws_athena_named_query',
    'aws_cloudwatch_log_stream',
    'aws_cloudwatch_log_subscription_filter',
    'aws_lambda_permission',
    'aws_secretsmanager_secret_rotation',
  ),
  ...free('a definition, free up to a million', 'aws_glue_catalog_database', 'aws_glue_catalog_table'),
  ...free(
    'events of AWS on the bus that every account has; what they send is counted there',
    'aws_cloudwatch_event_rule',
    'aws_cloudwatch_event_target',
  ),
  ...free(
    'a part of the network that only its traffic costs',
    'aws_ec2_transit_gateway',
    'aws_ec2_transit_gateway_peering_attachment_accepter',
    'aws_ec2_transit_gateway_route',
    'aws_vpc_peering_connection_accepter',
    'aws_vpc_peering_connection_options',
    'aws_internet_gateway',
    'aws_network_interface',
    'aws_route',
    'aws_route_table',
    'aws_route_table_association',
    'aws_subnet',
    'aws_vpc',
  ),
  ...free(
    'a part of something that is priced as a whole',
    'aws_autoscaling_lifecycle_hook',
    'aws_volume_attachment',
    'data.aws_ssm_parameter',
    'aws_autoscaling_policy',
    'aws_autoscaling_schedule',
    'aws_launch_template',
    'aws_lb_listener',
    'aws_lb_listener_rule',
    'aws_lb_target_group',
    'aws_db_parameter_group',
    'aws_db_subnet_group',
    'aws_elasticache_parameter_group',
    'aws_elasticache_subnet_group',
    'aws_cloudfront_cache_policy',
    'aws_cloudfront_response_headers_policy',
    'aws_cloudwatch_log_delivery_destination',
    'aws_cloudwatch_log_delivery_source',
    'aws_secretsmanager_secret_version',
    'aws_wafv2_web_acl_association',
    'aws_imagebuilder_component',
    'aws_imagebuilder_distribution_configuration',
    'aws_imagebuilder_image_recipe',
    'aws_imagebuilder_infrastructure_configuration',
    'aws_imagebuilder_lifecycle_policy',
  ),
  ...free(
    'a setting of a bucket',
    'aws_s3_bucket_cors_configuration',
    'aws_s3_bucket_lifecycle_configuration',
    'aws_s3_bucket_logging',
    'aws_s3_bucket_ownership_controls',
    'aws_s3_bucket_public_access_block',
    'aws_s3_bucket_server_side_encryption_configuration',
    'aws_s3_bucket_versioning',
  ),
  ...free('a public certificate of AWS', 'aws_acm_certificate', 'aws_acm_certificate_validation'),
  ...free('a parameter of the standard tier', 'aws_ssm_parameter'),
  ...free('delivery by e-mail costs from the thousandth on', 'aws_sns_topic_subscription'),
  ...free(
    'signing is free, its key is priced with the other keys',
    'aws_route53_hosted_zone_dnssec',
    'aws_route53_key_signing_key',
  ),
  ...free(
    'messages in a chat channel',
    'aws_chatbot_slack_channel_configuration',
    'aws_chatbot_teams_channel_configuration',
  ),
  ...free('a budget without actions', 'aws_budgets_budget'),
]);

/**
 * What the stacks of a graph cost at rest, all or some of them. Throws on the types that no class is known for in any of
 * them, with an address of each.
 */
export function chargesOf(
  graph: Graph,
  list: PriceList,
  chosen: (stack: string) => boolean = () => true,
): Charge[] {
  const managed = [...graph.resources.values()].filter(({ mode }) => mode === 'managed');
  const unknown = new Map<string, Resource>(
    managed.filter((one) => !CLASSES.has(knownTypeName(one))).map((one) => [one.type, one]),
  );
  if (unknown.size > 0) {
    const lines = [...unknown].map(([type, { globalAddress }]) => `  ${type} (${globalAddress})`);
    throw new Error(
      `no cost is known of these types: add each to tools/cost/classes.ts, priced at rest, priced by use or free:\n${lines.join('\n')}`,
    );
  }
  const charges = managed
    .filter(({ stack }) => chosen(stack))
    .flatMap((resource) => {
      const found = CLASSES.get(knownTypeName(resource));
      return found?.kind === 'at-rest' ? found.rule({ graph, list, resource }) : [];
    });
  return [...charges, ...customMetrics(graph, list, chosen)];
}
