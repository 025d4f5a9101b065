import { digits, evaluated, type Facts, type KnownTypes, listed, named, opaque } from './known-type';

const certificateArn = (facts: Facts): string => facts.arn('acm', `certificate/${facts.unique}`);
const cloudfrontId = (facts: Facts): string => `E${digits(facts, 13).toUpperCase()}`;
const cloudfront = (kind: string) =>
  listed({
    id: cloudfrontId,
    arn: (facts) => facts.globalArn('cloudfront', `${kind}/${cloudfrontId(facts)}`),
    etag: opaque('etag'),
  });
const zoneId = (facts: Facts): string => `Z${digits(facts, 20).toUpperCase()}`;
const webAclArn = (facts: Facts): string => {
  const scope = facts.argument('scope') === 'CLOUDFRONT' ? 'global' : 'regional';
  return facts.arn('wafv2', `${scope}/webacl/${facts.text('name')}/${digits(facts, 32)}`);
};
const groupArn = (facts: Facts): string => facts.arn('logs', `log-group:${facts.text('name')}`);
const delivery =
  (kind: string) =>
  (facts: Facts): string =>
    facts.arn('logs', `${kind}:${facts.text('name')}`);
const alarmArn = (facts: Facts): string => facts.arn('cloudwatch', `alarm:${facts.text('alarm_name')}`);
const streamArn = (facts: Facts): string => facts.arn('firehose', `deliverystream/${facts.text('name')}`);

export const EDGE: KnownTypes = {
  aws_acm_certificate: evaluated({
    id: certificateArn,
    arn: certificateArn,
    domain_validation_options: (facts) => {
      const others = facts.argument('subject_alternative_names');
      const names = [facts.text('domain_name'), ...(Array.isArray(others) ? others.map(String) : [])];
      return [...new Set(names)].map((name) => ({
        domain_name: name,
        resource_record_name: `_${digits(facts, 32)}.${name}.`,
        resource_record_type: 'CNAME',
        resource_record_value: `_${digits(facts, 31)}.acm-validations.aws.`,
      }));
    },
  }),
  aws_acm_certificate_validation: listed({
    id: opaque('validation'),
    certificate_arn: named('certificate_arn'),
  }),
  aws_route53_zone: listed({
    id: zoneId,
    zone_id: zoneId,
    arn: (facts) => `arn:aws:route53:::hostedzone/${zoneId(facts)}`,
    name_servers: () => [1, 2, 3, 4].map((index) => `ns-${index}.awsdns.example`),
    primary_name_server: () => 'ns-1.awsdns.example',
  }),
  aws_route53_record: listed({ id: opaque('record'), fqdn: named('name') }),
  aws_route53_health_check: listed({
    id: opaque('health-check'),
    arn: (facts) => `arn:aws:route53:::healthcheck/health-check-${facts.unique}`,
  }),
  aws_route53_key_signing_key: listed({
    id: (facts) => `${facts.text('hosted_zone_id')},${facts.text('name')}`,
    ds_record: (facts) => `12345 13 2 ${digits(facts, 64).toUpperCase()}`,
  }),
  aws_route53_hosted_zone_dnssec: listed({ id: named('hosted_zone_id') }),
  aws_route53_query_log: listed({ id: opaque('query-log'), arn: opaque('query-log') }),
  aws_cloudfront_distribution: listed({
    id: cloudfrontId,
    arn: (facts) => facts.globalArn('cloudfront', `distribution/${cloudfrontId(facts)}`),
    domain_name: (facts) => `d${digits(facts, 13)}.cloudfront.net`,
    // The zone of all distributions (AWS page "AliasTarget" of the Route 53 API reference).
    hosted_zone_id: () => 'Z2FDTNDATAQYW2',
    etag: opaque('etag'),
  }),
  aws_cloudfront_origin_access_control: cloudfront('origin-access-control'),
  aws_cloudfront_cache_policy: cloudfront('cache-policy'),
  aws_cloudfront_origin_request_policy: cloudfront('origin-request-policy'),
  aws_cloudfront_response_headers_policy: cloudfront('response-headers-policy'),
  aws_cloudfront_function: cloudfront('function'),
  aws_cloudfront_monitoring_subscription: listed({ id: named('distribution_id') }),
  aws_wafv2_web_acl: listed({ id: opaque('webacl'), arn: webAclArn }),
  aws_wafv2_web_acl_association: listed({ id: opaque('association') }),
  aws_wafv2_web_acl_logging_configuration: listed({ id: named('resource_arn') }),
  aws_cloudwatch_log_group: listed({ id: named('name'), arn: groupArn, name: named('name') }),
  aws_cloudwatch_log_metric_filter: listed({ id: named('name') }),
  aws_cloudwatch_log_resource_policy: listed({ id: named('policy_name') }),
  aws_cloudwatch_log_subscription_filter: listed({ id: opaque('filter') }),
  aws_cloudwatch_log_delivery_source: listed({ id: named('name'), arn: delivery('delivery-source') }),
  aws_cloudwatch_log_delivery_destination: listed({
    id: named('name'),
    arn: delivery('delivery-destination'),
  }),
  aws_cloudwatch_log_delivery_destination_policy: listed({ id: named('delivery_destination_name') }),
  aws_cloudwatch_log_delivery: listed({ id: opaque('delivery'), arn: opaque('delivery') }),
  aws_cloudwatch_query_definition: listed({ id: opaque('query') }),
  aws_cloudwatch_metric_alarm: listed({ id: named('alarm_name'), arn: alarmArn }),
  aws_cloudwatch_composite_alarm: listed({ id: named('alarm_name'), arn: alarmArn }),
  aws_cloudwatch_dashboard: listed({
    id: named('dashboard_name'),
    dashboard_arn: (facts) => facts.globalArn('cloudwatch', `dashboard/${facts.text('dashboard_name')}`),
  }),
  aws_cloudwatch_event_rule: listed({
    id: named('name'),
    arn: (facts) => facts.arn('events', `rule/${facts.text('name')}`),
  }),
  aws_cloudwatch_event_target: listed({ id: opaque('target') }),
  aws_kinesis_firehose_delivery_stream: listed({ id: streamArn, arn: streamArn }),
  aws_budgets_budget: listed({ id: named('name'), arn: opaque('budget') }),
  aws_codeartifact_domain: listed({
    id: (facts) => facts.arn('codeartifact', `domain/${facts.text('domain')}`),
    arn: (facts) => facts.arn('codeartifact', `domain/${facts.text('domain')}`),
    owner: (facts) => facts.resource.account,
  }),
  aws_codeartifact_repository: listed({
    id: (facts) =>
      facts.arn('codeartifact', `repository/${facts.text('domain')}/${facts.text('repository')}`),
    arn: (facts) =>
      facts.arn('codeartifact', `repository/${facts.text('domain')}/${facts.text('repository')}`),
  }),
  aws_codeartifact_domain_permissions_policy: listed({ id: opaque('domain-policy') }),
  aws_codeartifact_repository_permissions_policy: listed({ id: opaque('repository-policy') }),
  aws_ebs_encryption_by_default: listed({ id: opaque('encryption') }),
  aws_ebs_snapshot_block_public_access: listed(),
  aws_ec2_image_block_public_access: listed(),
  aws_ec2_instance_metadata_defaults: listed(),
  aws_backup_vault: listed({
    id: named('name'),
    arn: (facts) => facts.arn('backup', `backup-vault:${facts.text('name')}`),
  }),
  aws_backup_plan: listed({ id: opaque('plan'), arn: opaque('plan') }),
  aws_backup_selection: listed({ id: opaque('selection') }),
};
