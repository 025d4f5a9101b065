import { NAME_LIMITS } from '../../lib/limits';
import type { Resource } from '../../tools/topology';
import { at, violation, type Rule, type Violation } from './plan';

/** What a service takes for one argument. */
interface Limit {
  readonly most: number;
  readonly least?: number;
  /** Of the whole text. */
  readonly pattern: RegExp;
  /** Within what the text is unique, among resources of the type. */
  readonly unique?: 'region' | 'account';
}

const HYPHENATED = /^[A-Za-z0-9](-?[A-Za-z0-9])*$/;
const LETTER_FIRST = /^[a-z](-?[a-z0-9])*$/;
const PATH = /^[A-Za-z0-9/_+=.@-]+$/;
const IDENTITY = /^[\w+=,.@-]+$/;
/** Amazon EC2 API Reference, "CreateSecurityGroup" and "IpRange": characters of names and descriptions. */
const GROUP_TEXT = /^[A-Za-z0-9 ._\-:/()#,@[\]+=&;{}!$*]+$/;
const PRINTABLE = /^[\x20-\x7e]+$/;

/** Limits by type and argument, each from the service's API reference, the action that creates the resource. */
export const LIMITS: Readonly<Record<string, Readonly<Record<string, Limit>>>> = {
  /** AWS Certificate Manager, "RequestCertificate": DomainName, in octets. */
  aws_acm_certificate: { domain_name: { most: 64, pattern: /^[a-z0-9.-]+$/ } },
  /** Amazon Athena, "CreateWorkGroup" and "CreateNamedQuery". */
  aws_athena_workgroup: {
    name: { most: NAME_LIMITS.workgroup, pattern: /^[\w.-]+$/, unique: 'region' },
    description: { most: 1024, pattern: PRINTABLE },
  },
  aws_athena_named_query: {
    name: { most: 128, pattern: PRINTABLE },
    description: { most: 1024, pattern: PRINTABLE },
    query: { most: 262_144, pattern: /^[\x20-\x7e\n]+$/ },
  },
  /** Amazon EC2 Auto Scaling, "CreateAutoScalingGroup". */
  aws_autoscaling_group: {
    name: { most: NAME_LIMITS.autoScalingGroup, pattern: PRINTABLE, unique: 'region' },
  },
  /** AWS Budgets, "Budget": no colon, backslash or path of `/action/`. */
  aws_budgets_budget: { name: { most: NAME_LIMITS.budget, pattern: /^[^:\\]+$/, unique: 'account' } },
  /** AWS Chatbot, "CreateSlackChannelConfiguration" and "CreateMicrosoftTeamsChannelConfiguration". */
  aws_chatbot_slack_channel_configuration: {
    configuration_name: { most: NAME_LIMITS.chatConfiguration, pattern: /^[\w-]+$/, unique: 'account' },
  },
  aws_chatbot_teams_channel_configuration: {
    configuration_name: { most: NAME_LIMITS.chatConfiguration, pattern: /^[\w-]+$/, unique: 'account' },
  },
  /** Amazon CloudFront, "DistributionConfig": Comment. */
  aws_cloudfront_distribution: { comment: { most: 128, pattern: PRINTABLE } },
  aws_cloudfront_origin_access_control: {
    name: { most: NAME_LIMITS.originAccessControl, pattern: PRINTABLE, unique: 'account' },
    description: { most: 256, pattern: PRINTABLE },
  },
  aws_cloudfront_cache_policy: { name: { most: 128, pattern: IDENTITY, unique: 'account' } },
  aws_cloudfront_response_headers_policy: { name: { most: 128, pattern: IDENTITY, unique: 'account' } },
  /** Amazon CloudWatch, "PutMetricAlarm" and "PutCompositeAlarm". */
  aws_cloudwatch_metric_alarm: {
    alarm_name: { most: NAME_LIMITS.alarm, pattern: PRINTABLE, unique: 'region' },
    alarm_description: { most: 1024, pattern: PRINTABLE },
  },
  aws_cloudwatch_composite_alarm: {
    alarm_name: { most: NAME_LIMITS.alarm, pattern: PRINTABLE, unique: 'region' },
    alarm_description: { most: 1024, pattern: PRINTABLE },
  },
  /** AWS KMS, "CreateAlias". */
  aws_kms_alias: { name: { most: 256, pattern: /^alias\/(?!aws\/)[a-zA-Z0-9/_-]+$/, unique: 'region' } },
  /** Amazon EventBridge, "PutRule". */
  aws_cloudwatch_event_rule: {
    name: { most: NAME_LIMITS.eventRule, pattern: /^[.\-_A-Za-z0-9]+$/, unique: 'region' },
    description: { most: 512, pattern: PRINTABLE },
  },
  /** Amazon CloudWatch, "PutDashboard": dashboards belong to an account. */
  aws_cloudwatch_dashboard: {
    dashboard_name: { most: 255, pattern: /^[A-Za-z0-9_-]+$/, unique: 'account' },
  },
  /** Amazon CloudWatch Logs, "CreateLogGroup", "PutDeliverySource", "PutDeliveryDestination", "PutMetricFilter". */
  aws_cloudwatch_log_group: {
    name: { most: 512, pattern: /^(?!aws\/)[.\-_/#A-Za-z0-9]+$/, unique: 'region' },
  },
  aws_cloudwatch_log_delivery_source: { name: { most: 60, pattern: /^[\w-]+$/, unique: 'region' } },
  aws_cloudwatch_log_delivery_destination: { name: { most: 60, pattern: /^[\w-]+$/, unique: 'region' } },
  aws_cloudwatch_log_resource_policy: {
    policy_name: { most: NAME_LIMITS.logPolicy, pattern: /^[\w-]+$/, unique: 'region' },
  },
  aws_cloudwatch_log_metric_filter: { name: { most: 512, pattern: /^[^:*]+$/ } },
  aws_cloudwatch_log_subscription_filter: {
    name: { most: 512, pattern: /^[^:*]+$/ },
    filter_pattern: { most: 1024, pattern: PRINTABLE },
  },
  aws_cloudwatch_log_stream: { name: { most: 512, pattern: /^[^:*]+$/ } },
  /** AWS Lambda, "CreateFunction". */
  aws_lambda_function: {
    function_name: { most: 64, pattern: /^[\w-]+$/, unique: 'region' },
    description: { most: 256, pattern: PRINTABLE },
  },
  /** Amazon RDS, "CreateDBInstance", "CreateDBSubnetGroup", "CreateDBParameterGroup". */
  aws_db_instance: {
    identifier: { most: 63, pattern: LETTER_FIRST, unique: 'region' },
    db_name: { most: 63, pattern: /^[a-z_][a-z0-9_]*$/i },
    final_snapshot_identifier: { most: 255, pattern: LETTER_FIRST },
  },
  aws_db_parameter_group: {
    name: { most: 255, pattern: LETTER_FIRST, unique: 'region' },
    description: { most: 255, pattern: PRINTABLE },
  },
  aws_db_subnet_group: {
    name: { most: 255, pattern: /^(?!default$)[a-z0-9 ._-]+$/, unique: 'region' },
    description: { most: 255, pattern: PRINTABLE },
  },
  /** Amazon DynamoDB, "CreateTable". */
  aws_dynamodb_table: { name: { most: 255, least: 3, pattern: /^[A-Za-z0-9_.-]+$/, unique: 'region' } },
  /** Amazon ElastiCache, "CreateReplicationGroup", "CreateUser", "CreateUserGroup". */
  aws_elasticache_replication_group: {
    replication_group_id: { most: 40, pattern: LETTER_FIRST, unique: 'region' },
    description: { most: 255, pattern: PRINTABLE },
    final_snapshot_identifier: { most: 255, pattern: LETTER_FIRST },
  },
  aws_elasticache_user: {
    user_id: { most: 40, pattern: LETTER_FIRST, unique: 'region' },
    user_name: { most: 120, pattern: LETTER_FIRST },
  },
  aws_elasticache_user_group: { user_group_id: { most: 40, pattern: LETTER_FIRST, unique: 'region' } },
  /** AWS Glue Developer Guide, "Database structure" and "Table structure", narrowed to what Athena takes unquoted. */
  aws_glue_catalog_database: {
    name: { most: NAME_LIMITS.glueDatabase, pattern: /^[a-z][a-z0-9_]*$/, unique: 'region' },
    description: { most: 2048, pattern: PRINTABLE },
  },
  aws_glue_catalog_table: {
    name: { most: 255, pattern: /^[a-z][a-z0-9_]*$/ },
    description: { most: 2048, pattern: PRINTABLE },
  },
  /** AWS Identity and Access Management, "CreateRole", "CreateInstanceProfile", "PutRolePolicy". */
  aws_iam_role: {
    name: { most: 64, pattern: IDENTITY, unique: 'account' },
    description: { most: 1000, pattern: PRINTABLE },
  },
  aws_iam_instance_profile: { name: { most: 128, pattern: IDENTITY, unique: 'account' } },
  aws_iam_role_policy: { name: { most: 128, pattern: IDENTITY } },
  /** AWS CodeArtifact, "CreateDomain" and "CreateRepository". */
  aws_codeartifact_domain: {
    domain: { most: 50, least: 2, pattern: /^[a-z][a-z0-9-]*[a-z0-9]$/, unique: 'region' },
  },
  aws_codeartifact_repository: {
    repository: { most: 100, least: 2, pattern: /^[A-Za-z0-9][A-Za-z0-9._-]+$/ },
    description: { most: 1000, pattern: PRINTABLE },
  },
  /** EC2 Image Builder, "CreateComponent", "CreateImageRecipe", "CreateImagePipeline". */
  aws_imagebuilder_component: {
    name: { most: 128, least: 3, pattern: /^[\w-][\w -]+[\w-]$/, unique: 'region' },
  },
  aws_imagebuilder_image_recipe: {
    name: { most: 128, least: 3, pattern: /^[\w-][\w -]+[\w-]$/, unique: 'region' },
  },
  /** "CreateLifecyclePolicy": the pattern alone; Image Builder makes an ARN of it. */
  aws_imagebuilder_lifecycle_policy: {
    name: { most: 128, least: 3, pattern: /^[\w-][\w -]+[\w-]$/, unique: 'region' },
    description: { most: 1024, pattern: PRINTABLE },
  },
  /** Amazon EC2, "CreateLaunchTemplate". */
  aws_launch_template: { name: { most: 128, least: 3, pattern: /^[A-Za-z0-9().\-/_]+$/, unique: 'region' } },
  /** Elastic Load Balancing, "CreateLoadBalancer" and "CreateTargetGroup". */
  aws_lb: { name: { most: 32, pattern: /^(?!internal-)[A-Za-z0-9](-?[A-Za-z0-9])*$/, unique: 'region' } },
  aws_lb_target_group: { name: { most: 32, pattern: HYPHENATED, unique: 'region' } },
  /** Amazon Data Firehose, "CreateDeliveryStream". */
  aws_kinesis_firehose_delivery_stream: {
    name: { most: NAME_LIMITS.deliveryStream, pattern: /^[\w.-]+$/, unique: 'region' },
  },
  /** Amazon CloudWatch API Reference, "PutMetricStream": Name. */
  aws_cloudwatch_metric_stream: {
    name: { most: NAME_LIMITS.metricStream, pattern: /^[\w-]+$/, unique: 'region' },
  },
  /** Amazon Route 53 Developer Guide, "DNS domain name format"; "ResourceRecordSet": SetIdentifier. */
  aws_route53_zone: {
    name: { most: 255, pattern: /^[a-z0-9.-]+$/ },
    comment: { most: 256, pattern: PRINTABLE },
  },
  aws_route53_record: {
    name: { most: 255, pattern: /^[\w*.-]+$/ },
    set_identifier: { most: 128, pattern: PRINTABLE },
  },
  /** Amazon Route 53, "CreateKeySigningKey": Name, letters, digits and underscores. */
  aws_route53_key_signing_key: { name: { most: 128, least: 3, pattern: /^\w+$/ } },
  aws_route53_health_check: { fqdn: { most: 255, pattern: /^[a-z0-9.-]+$/ } },
  /** Amazon S3 User Guide, "General purpose bucket naming rules". */
  aws_s3_bucket: {
    bucket: {
      most: 63,
      least: 3,
      pattern: /^(?!xn--|sthree-|amzn-s3-demo-)[a-z0-9][a-z0-9-]*[a-z0-9](?<!-s3alias|--ol-s3|--x-s3)$/,
      unique: 'account',
    },
  },
  /** AWS Secrets Manager, "CreateSecret": a hyphen and six characters at the end would pass for those of an ARN. */
  aws_secretsmanager_secret: {
    name: { most: 512, pattern: /^[A-Za-z0-9/_+=.@-]+(?<!-[A-Za-z0-9]{6})$/, unique: 'region' },
    description: { most: 2048, pattern: PRINTABLE },
  },
  /** Amazon EventBridge Scheduler, "CreateSchedule" and "CreateScheduleGroup". */
  aws_scheduler_schedule: {
    name: { most: NAME_LIMITS.schedule, pattern: /^[\w.-]+$/, unique: 'region' },
    description: { most: 512, pattern: PRINTABLE },
  },
  aws_scheduler_schedule_group: {
    name: { most: NAME_LIMITS.schedule, pattern: /^[\w.-]+$/, unique: 'region' },
  },
  aws_security_group: {
    name: { most: 255, pattern: /^(?!sg-)[A-Za-z0-9 ._\-:/()#,@[\]+=&;{}!$*]+$/, unique: 'region' },
    description: { most: 255, least: 1, pattern: GROUP_TEXT },
  },
  aws_vpc_security_group_ingress_rule: { description: { most: 255, least: 1, pattern: GROUP_TEXT } },
  aws_vpc_security_group_egress_rule: { description: { most: 255, least: 1, pattern: GROUP_TEXT } },
  /** AWS Step Functions, "CreateStateMachine": the narrower characters are those that CloudWatch can show. */
  aws_sfn_state_machine: { name: { most: NAME_LIMITS.stateMachine, pattern: /^[\w-]+$/, unique: 'region' } },
  /** Amazon SNS, "CreateTopic". */
  aws_sns_topic: { name: { most: 256, pattern: /^[\w-]+$/, unique: 'region' } },
  /** Amazon SQS, "CreateQueue". */
  aws_sqs_queue: { name: { most: 80, pattern: /^[\w-]+$/, unique: 'region' } },
  /** Amazon CloudWatch Synthetics, "CreateCanary". */
  aws_synthetics_canary: { name: { most: NAME_LIMITS.canary, pattern: /^[0-9a-z_-]+$/, unique: 'region' } },
  /** AWS Systems Manager, "PutParameter". */
  aws_ssm_parameter: {
    name: { most: 1011, pattern: /^\/(?!aws|ssm)[A-Za-z0-9_.\-/]+$/i, unique: 'region' },
    description: { most: 1024, pattern: PRINTABLE },
  },
};

/** For types that are not in the table: narrow enough for every service that is. */
const ANY: Readonly<Record<string, Limit>> = {
  name: { most: 64, pattern: PATH },
  description: { most: 255, pattern: PRINTABLE },
  comment: { most: 128, pattern: PRINTABLE },
};

export const NAMES: Rule = {
  name: 'every name and description stays within the limits and characters of its service, and is used once',
  find: (graph) => {
    const used = new Map<string, Resource>();
    return [...graph.resources.values()].flatMap((resource): Violation[] => {
      if (resource.mode !== 'managed') return [];
      return Object.entries(LIMITS[resource.type] ?? ANY).flatMap(([argument, limit]) => {
        const text = written(at(resource, argument));
        if (text === undefined) {
          return limit.least === undefined ? [] : [violation(resource, `has no ${argument}`)];
        }
        const faults = breaks(text, limit).map((fault) =>
          violation(resource, `${argument} "${text}" ${fault}`),
        );
        if (limit.unique === undefined) return faults;
        const key = `${resource.type} ${limit.unique === 'region' ? resource.region : ''} ${text}`;
        const other = used.get(key);
        used.set(key, resource);
        return other
          ? [...faults, violation(resource, `${argument} "${text}" is that of ${other.globalAddress} too`)]
          : faults;
      });
    });
  },
};

/** A text as it is sent: a reference within it is an id of 20 characters. A reference alone is another resource's name. */
function written(value: unknown): string | undefined {
  if (typeof value !== 'string' || /^\$\{[^}]*\}$/.test(value)) return undefined;
  return value.replace(/\$\{[^}]*\}/g, 'sg-0123456789abcdef0');
}

function breaks(text: string, { most, least = 1, pattern }: Limit): string[] {
  return [
    ...(text.length > most ? [`has ${text.length} characters, ${most} are allowed`] : []),
    ...(text.length < least ? [`has ${text.length} characters, ${least} are the fewest`] : []),
    ...(pattern.test(text) ? [] : [`does not match ${String(pattern)}`]),
  ];
}
