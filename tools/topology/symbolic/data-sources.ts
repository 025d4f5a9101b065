import { policyDocumentJson } from './policy-document';
import { evaluated, type KnownTypes, listed, opaque } from './known-type';

/** Data sources whose answers follow from the plan or from AWS's naming, and ephemeral blocks (whose results never do). */
export const DATA_SOURCES: KnownTypes = {
  'data.terraform_remote_state': evaluated(),
  'data.aws_caller_identity': evaluated({
    id: ({ resource }) => resource.account,
    account_id: ({ resource }) => resource.account,
  }),
  'data.aws_region': evaluated({
    id: ({ resource }) => resource.region,
    region: ({ resource }) => resource.region,
    name: ({ resource }) => resource.region,
  }),
  'data.aws_partition': evaluated({
    id: () => 'aws',
    partition: () => 'aws',
    dns_suffix: () => 'amazonaws.com',
  }),
  'data.aws_availability_zones': evaluated({
    id: ({ resource }) => resource.region,
    names: ({ resource }) => ['a', 'b', 'c'].map((letter) => `${resource.region}${letter}`),
  }),
  'data.aws_iam_policy_document': evaluated({ json: policyDocumentJson, minified_json: policyDocumentJson }),
  'data.aws_iam_policy': listed({
    arn: ({ text }) => `arn:aws:iam::aws:policy/${text('name')}`,
    id: ({ text }) => `arn:aws:iam::aws:policy/${text('name')}`,
  }),
  'data.aws_ami': listed({ id: opaque('ami'), image_id: opaque('ami'), arn: opaque('ami') }),
  'data.aws_ssm_parameter': listed({
    id: ({ text }) => text('name'),
    arn: ({ arn, text }) => arn('ssm', `parameter/${text('name').replace(/^\//, '')}`),
    value: opaque('value'),
    insecure_value: opaque('value'),
  }),
  'data.aws_route53_zone': listed({ id: opaque('Z'), zone_id: opaque('Z') }),
  'data.aws_ec2_managed_prefix_list': listed({ id: opaque('pl') }),
  'data.aws_prefix_list': listed({ id: opaque('pl') }),
  'data.aws_elb_service_account': listed({
    id: opaque('elb-account'),
    arn: ({ globalArn }) => globalArn('iam', 'root'),
  }),
  'data.aws_cloudfront_cache_policy': listed({ id: opaque('cache-policy') }),
  'data.aws_cloudfront_origin_request_policy': listed({ id: opaque('origin-request-policy') }),
  'data.aws_cloudfront_response_headers_policy': listed({ id: opaque('response-headers-policy') }),
  'data.aws_cloudfront_log_delivery_canonical_user_id': listed({ id: opaque('canonical-user') }),
  'data.aws_canonical_user_id': listed({ id: opaque('canonical-user') }),
  'ephemeral.random_password': evaluated(),
  'ephemeral.aws_secretsmanager_random_password': evaluated(),
  'ephemeral.aws_secretsmanager_secret_version': evaluated(),
};
