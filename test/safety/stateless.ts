import { PROTECTIONS } from './protection';
import { violation, type Rule } from './plan';

/** Types that store nothing of their own, or whose protection another rule looks after. */
const STATELESS: readonly RegExp[] = [
  /^aws_acm_certificate(_validation)?$/,
  /^aws_autoscaling_(group|lifecycle_hook|policy|schedule|notification)$/,
  /^aws_budgets_budget$|^aws_ce_/,
  /^aws_chatbot_(slack|teams)_channel_configuration$/,
  /^aws_cloudfront_(distribution|function|cache_policy|monitoring_subscription|origin_access_control|origin_request_policy|response_headers_policy)$/,
  // Log groups have a rule of their own: a retention.
  /^aws_cloudwatch_(composite_alarm|dashboard|event_rule|event_target|metric_alarm|metric_stream)$/,
  /^aws_cloudwatch_log_(account_policy|data_protection_policy|delivery(_destination|_source)?|group|metric_filter|stream|resource_policy|subscription_filter)$/,
  /^aws_cloudwatch_query_definition$|^aws_query_definition$/,
  /^aws_db_(event_subscription|instance_automated_backups_replication|parameter_group|subnet_group)$/,
  /^aws_default_(network_acl|security_group)$/,
  // Settings of an account.
  /^aws_(ebs_encryption_by_default|ebs_snapshot_block_public_access|ec2_image_block_public_access|ec2_instance_metadata_defaults)$/,
  /^aws_elasticache_(parameter_group|subnet_group|user|user_group)$/,
  /^aws_(ec2_transit_gateway(_peering_attachment(_accepter)?|_route|_vpc_attachment)?|vpc_peering_connection(_accepter|_options)?)$/,
  /^aws_(eip|flow_log|internet_gateway|nat_gateway|network_acl|route|route_table|route_table_association|subnet|vpc|vpc_endpoint)$/,
  // The one server, whose data is on a volume of its own, and that volume's snapshots.
  /^aws_(instance|network_interface|volume_attachment|dlm_lifecycle_policy)$/,
  /^aws_iam_(instance_profile|role|role_policy|role_policy_attachment|service_linked_role)$/,
  /^aws_imagebuilder_(component|distribution_configuration|image|image_pipeline|image_recipe|infrastructure_configuration|lifecycle_policy)$/,
  /^aws_kms_alias$/,
  /^aws_lambda_(alias|event_source_mapping|function|permission)$/,
  /^aws_launch_template$/,
  /^aws_lb_(listener|listener_rule|target_group)$/,
  /^aws_route53_(health_check|hosted_zone_dnssec|key_signing_key|record|query_log)$/,
  /^aws_s3_bucket_(cors_configuration|lifecycle_configuration|logging|notification|ownership_controls|policy|public_access_block|replication_configuration|server_side_encryption_configuration|versioning)$/,
  // In a bucket, whose protection is its own.
  /^aws_s3_object$/,
  /^aws_scheduler_schedule(_group)?$/,
  /^aws_sfn_state_machine$/,
  /^aws_secretsmanager_secret_(policy|rotation|version)$/,
  /^aws_security_group$|^aws_vpc_security_group_(egress|ingress)_rule$/,
  /^aws_sns_topic_(policy|subscription)$/,
  /^aws_sqs_queue_(policy|redrive_allow_policy|redrive_policy)$/,
  /^aws_synthetics_canary$/,
  // Definitions over data that stands in a bucket.
  /^aws_(athena_named_query|glue_catalog_database|glue_catalog_table)$/,
  // Packages that can be fetched again; encrypted always (AWS CodeArtifact User Guide, "Data protection").
  /^aws_codeartifact_(domain|domain_permissions_policy|repository|repository_permissions_policy)$/,
  /^aws_servicequotas_/,
  /^aws_wafv2_(ip_set|rule_group|web_acl|web_acl_association|web_acl_logging_configuration)$/,
];

/** A type that is new here is looked at once: it goes into the table of protections, or into this list. */
export const CLASSIFIED: Rule = {
  name: 'it is known of every type whether it stores data',
  find: (graph) =>
    [...graph.resources.values()]
      .filter(
        ({ mode, type }) =>
          mode === 'managed' &&
          !Object.hasOwn(PROTECTIONS, type) &&
          !STATELESS.some((pattern) => pattern.test(type)),
      )
      .map((resource) => violation(resource, 'stands neither in protection.ts nor in stateless.ts')),
};
