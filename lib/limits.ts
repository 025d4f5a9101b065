/**
 * Limits of AWS that this repository relies on, each with the documentation page it was read from.
 * Lengths are in characters. A limit is written here once and used by the planners and by the checks.
 */
export const NAME_LIMITS = {
  /** Elastic Load Balancing API Reference, "CreateLoadBalancer": Name. */
  loadBalancer: 32,
  /** Elastic Load Balancing API Reference, "CreateTargetGroup": Name. */
  targetGroup: 32,
  /** Amazon EC2 Auto Scaling API Reference, "CreateAutoScalingGroup": AutoScalingGroupName. */
  autoScalingGroup: 255,
  /** Amazon EC2 API Reference, "CreateLaunchTemplate": LaunchTemplateName. */
  launchTemplate: 128,
  /** Amazon EC2 API Reference, "CreateSecurityGroup": GroupName. */
  securityGroup: 255,
  /** AWS Identity and Access Management User Guide, "IAM and AWS STS quotas": role names. */
  role: 64,
  /** AWS Identity and Access Management User Guide, "IAM and AWS STS quotas": instance profile names. */
  instanceProfile: 128,
  /** Amazon RDS User Guide, "Quotas and constraints for Amazon RDS": DB instance identifier. */
  database: 63,
  /** Amazon RDS API Reference, "CreateDBSubnetGroup" and "CreateDBParameterGroup". */
  databaseGroup: 255,
  /** Amazon ElastiCache API Reference, "CreateReplicationGroup": ReplicationGroupId. */
  cache: 40,
  /** Amazon ElastiCache API Reference, "CreateUser": UserId, a pattern without a stated length; kept to the group's. */
  cacheUser: 40,
  /** Amazon ElastiCache API Reference, "CreateCacheSubnetGroup": CacheSubnetGroupName. */
  cacheGroup: 255,
  /** Amazon S3 User Guide, "General purpose bucket naming rules". */
  bucket: 63,
  /** Amazon SQS Developer Guide, "Amazon SQS standard queue quotas": queue name. */
  queue: 80,
  /** Amazon DynamoDB Developer Guide, "Supported data types and naming rules". */
  table: 255,
  /** AWS Lambda API Reference, "CreateFunction": FunctionName, the name alone. */
  lambdaFunction: 64,
  /** Amazon CloudWatch API Reference, "PutMetricAlarm": AlarmName. */
  alarm: 255,
  /** Amazon CloudWatch API Reference, "PutDashboard": the name's characters; the length is kept to that of alarms. */
  dashboard: 255,
  /** Amazon EventBridge API Reference, "PutRule": Name. */
  eventRule: 64,
  /** Amazon SNS API Reference, "CreateTopic": Name. */
  topic: 256,
  /** AWS Secrets Manager API Reference, "CreateSecret": Name. */
  secret: 512,
  /** AWS Systems Manager API Reference, "PutParameter": Name, the fully qualified name within the ARN. */
  parameter: 1011,
  /** Amazon CloudWatch Logs API Reference, "CreateLogGroup": logGroupName. */
  logGroup: 512,
  /** Amazon CloudWatch Logs API Reference, "PutDeliverySource" and "PutDeliveryDestination": name. */
  logDelivery: 60,
  /** Amazon CloudWatch Logs API Reference, "PutResourcePolicy": policyName, without a stated length; kept to that of roles. */
  logPolicy: 64,
  /** EC2 Image Builder API Reference, "CreateImagePipeline": name pattern of up to 128 characters. */
  imageBuilder: 128,
  /** Amazon CloudFront API Reference, "OriginAccessControlConfig": Name. */
  originAccessControl: 64,
  /** Amazon CloudFront API Reference, "ResponseHeadersPolicyConfig" and "CachePolicyConfig": Name. */
  cdnPolicy: 128,
  /** AWS Budgets API Reference, "Budget": BudgetName. */
  budget: 100,
  /** AWS KMS API Reference, "CreateAlias": AliasName, 256 with its prefix `alias/`. */
  keyAlias: 250,
  /** IAM role names have 64 characters; `AWSServiceRoleForAutoScaling_` takes 29 of them. */
  scalingRoleSuffix: 35,
  /** Amazon CloudWatch Synthetics API Reference, "CreateCanary": Name. */
  canary: 255,
  /** AWS CodeArtifact API Reference, "CreateDomain": domain, from 2 characters on. */
  packageDomain: 50,
  /** AWS Chatbot API Reference, "CreateSlackChannelConfiguration": ConfigurationName. */
  chatConfiguration: 128,
  /** AWS WAF API Reference, "CreateWebACL": Name. */
  webAcl: 128,
  /** AWS Step Functions API Reference, "CreateStateMachine": name. */
  stateMachine: 80,
  /** Amazon EventBridge Scheduler API Reference, "CreateSchedule" and "CreateScheduleGroup": Name. */
  schedule: 64,
  /** Amazon Data Firehose API Reference, "CreateDeliveryStream": DeliveryStreamName. */
  deliveryStream: 64,
  /** Amazon CloudWatch API Reference, "PutMetricStream": Name. */
  metricStream: 255,
  /** Amazon Athena API Reference, "CreateWorkGroup": Name. */
  workgroup: 128,
  /** Amazon Athena User Guide, "Name databases, tables, and columns". */
  glueDatabase: 255,
} as const;

/** A kind of resource whose name has a limit of its own. */
export type NamedKind = keyof typeof NAME_LIMITS;

/** Amazon VPC User Guide, "Subnet sizing for IPv4": the first four addresses and the last one of a subnet are reserved. */
export const RESERVED_ADDRESSES_PER_SUBNET = 5;

/** Bits by which the app subnet of a zone is smaller than its VPC: an eighth (`modules/network/subnets.ts`). */
export const APP_SUBNET_BITS = 3;

/** Amazon VPC User Guide, "VPC CIDR blocks": prefix lengths, in bits, of a VPC's IPv4 block. */
export const VPC_PREFIX = { shortest: 16, longest: 28 } as const;

/** Elastic Load Balancing User Guide, "Subnets for your load balancer": prefix of at least /27 and 8 free addresses. */
export const LOAD_BALANCER_SUBNET = { longestPrefix: 27, freeAddresses: 8 } as const;

/** Amazon EC2 User Guide, "Spot Instance interruption notices": seconds between the notice and the end of the instance. */
export const SPOT_NOTICE = 120;

/**
 * AWS Account Management Reference Guide, "Enable or disable AWS Regions in your account": regions launched before 20 March 2019, which every
 * account has; others are opted in to.
 */
export const DEFAULT_REGIONS: readonly string[] = [
  'us-east-1',
  'us-east-2',
  'us-west-1',
  'us-west-2',
  'ap-northeast-1',
  'ap-northeast-2',
  'ap-northeast-3',
  'ap-south-1',
  'ap-southeast-1',
  'ap-southeast-2',
  'ca-central-1',
  'eu-central-1',
  'eu-north-1',
  'eu-west-1',
  'eu-west-2',
  'eu-west-3',
  'sa-east-1',
];

/** AWS General Reference, "AWS CodeArtifact endpoints and quotas": regions that have the service. */
export const PACKAGE_REGIONS: readonly string[] = [
  'us-east-1',
  'us-east-2',
  'us-west-2',
  'ap-northeast-1',
  'ap-south-1',
  'ap-southeast-1',
  'ap-southeast-2',
  'eu-central-1',
  'eu-north-1',
  'eu-south-1',
  'eu-west-1',
  'eu-west-2',
  'eu-west-3',
];

/** Worker numbers of a datacenter: five bits of a time-ordered id (`service/ids/time-ids.ts`). */
export const WORKER_NUMBERS = 32;
