/** Metrics of one kind in AWS's documentation: names, and the sets of dimensions that each is published with. */
interface Documented {
  readonly page: string;
  readonly namespace: string;
  readonly dimensions: readonly (readonly string[])[];
  readonly names: readonly string[];
}

const metrics = (
  namespace: string,
  page: string,
  dimensions: readonly (readonly string[])[],
  names: string,
): Documented => ({ namespace, page, dimensions, names: names.split(/\s+/) });

/** Every metric of AWS that alarms and dashboards use, with the page that it was looked up on. */
export const DOCUMENTED: readonly Documented[] = [
  metrics(
    'AWS/ApplicationELB',
    'Elastic Load Balancing User Guide, "CloudWatch metrics for your Application Load Balancer"',
    [['LoadBalancer']],
    `RequestCount HTTPCode_ELB_5XX_Count HTTPCode_Target_5XX_Count HTTPCode_Target_4XX_Count TargetConnectionErrorCount
     TargetResponseTime ProcessedBytes ActiveConnectionCount NewConnectionCount RejectedConnectionCount`,
  ),
  metrics(
    'AWS/ApplicationELB',
    'Elastic Load Balancing User Guide, "CloudWatch metrics for your Application Load Balancer"',
    [['LoadBalancer', 'TargetGroup']],
    'HealthyHostCount UnHealthyHostCount',
  ),
  metrics(
    'AWS/AutoScaling',
    'Amazon EC2 Auto Scaling User Guide, "Amazon CloudWatch metrics for Amazon EC2 Auto Scaling"',
    [['AutoScalingGroupName']],
    'GroupInServiceInstances',
  ),
  metrics(
    'AWS/EC2',
    'Amazon EC2 User Guide, "CloudWatch metrics that are available for your instances"',
    [['AutoScalingGroupName']],
    'CPUUtilization NetworkIn NetworkOut CPUCreditBalance',
  ),
  metrics(
    'AWS/RDS',
    'Amazon RDS User Guide, "Amazon CloudWatch metrics for Amazon RDS"',
    [['DBInstanceIdentifier']],
    `CPUUtilization CPUCreditBalance DatabaseConnections FreeStorageSpace FreeableMemory DiskQueueDepth ReadIOPS WriteIOPS
     ReadLatency WriteLatency ReplicaLag MaximumUsedTransactionIDs TransactionLogsDiskUsage`,
  ),
  metrics(
    'AWS/ElastiCache',
    'Amazon ElastiCache User Guide, "Metrics for Valkey and Redis OSS"',
    [['CacheClusterId']],
    `EngineCPUUtilization DatabaseMemoryUsagePercentage Evictions ReplicationLag CacheHits CacheMisses CurrConnections`,
  ),
  metrics(
    'AWS/SQS',
    'Amazon SQS Developer Guide, "Available CloudWatch metrics for Amazon SQS"',
    [['QueueName']],
    `ApproximateAgeOfOldestMessage ApproximateNumberOfMessagesVisible ApproximateNumberOfMessagesNotVisible NumberOfMessagesSent
     NumberOfMessagesDeleted`,
  ),
  metrics(
    'AWS/DynamoDB',
    'Amazon DynamoDB Developer Guide, "DynamoDB metrics and dimensions"',
    [['TableName']],
    'ReadThrottleEvents WriteThrottleEvents ConsumedReadCapacityUnits ConsumedWriteCapacityUnits',
  ),
  metrics(
    'AWS/DynamoDB',
    'Amazon DynamoDB Developer Guide, "DynamoDB metrics and dimensions"',
    [[]],
    'AccountMaxTableLevelReads AccountMaxTableLevelWrites',
  ),
  metrics(
    'AWS/Logs',
    'Amazon CloudWatch Logs User Guide, "Monitoring with CloudWatch metrics"',
    [['LogGroupName']],
    'IncomingBytes IncomingLogEvents',
  ),
  metrics(
    'AWS/Lambda',
    'AWS Lambda Developer Guide, "Types of metrics for Lambda functions"',
    [['FunctionName']],
    'Errors',
  ),
  metrics(
    'AWS/Firehose',
    'Amazon Data Firehose Developer Guide, "Monitor Amazon Data Firehose Using CloudWatch Metrics"',
    [['DeliveryStreamName']],
    'DeliveryToHttpEndpoint.Success',
  ),
  metrics(
    'AWS/SNS',
    'Amazon SNS Developer Guide, "Monitoring Amazon SNS topics using CloudWatch"',
    [['TopicName']],
    'NumberOfMessagesPublished NumberOfNotificationsDelivered NumberOfNotificationsFailed',
  ),
  metrics(
    'AWS/States',
    'AWS Step Functions Developer Guide, "Monitoring Step Functions metrics using Amazon CloudWatch"',
    [['StateMachineArn']],
    'ExecutionsFailed ExecutionsTimedOut ExecutionsAborted ExecutionsSucceeded',
  ),
  metrics(
    'CloudWatchSynthetics',
    'Amazon CloudWatch User Guide, "CloudWatch metrics published by canaries"',
    [['CanaryName']],
    'SuccessPercent Duration',
  ),
  metrics(
    'AWS/NATGateway',
    'Amazon VPC User Guide, "Monitor NAT gateways with Amazon CloudWatch"',
    [['NatGatewayId']],
    `ErrorPortAllocation PacketsDropCount PacketsOutToDestination PacketsOutToSource BytesOutToDestination ActiveConnectionCount`,
  ),
  metrics(
    'AWS/WAFV2',
    'AWS WAF Developer Guide, "AWS WAF metrics and dimensions"',
    [
      ['WebACL', 'Rule', 'Region'],
      ['WebACL', 'Rule'],
    ],
    'AllowedRequests BlockedRequests CountedRequests',
  ),
  metrics(
    'AWS/Usage',
    'Amazon CloudWatch User Guide, "AWS usage metrics"; Service Quotas API Reference, "ServiceQuota": UsageMetric',
    [['Service', 'Type', 'Resource', 'Class']],
    'ResourceCount',
  ),
  metrics(
    'AWS/CertificateManager',
    'AWS Certificate Manager User Guide, "Supported CloudWatch metrics"',
    [['CertificateArn']],
    'DaysToExpiry',
  ),
  metrics(
    'AWS/CloudFront',
    'Amazon CloudFront Developer Guide, "Getting metrics using the CloudWatch API"',
    [['DistributionId', 'Region']],
    `Requests BytesDownloaded BytesUploaded 4xxErrorRate 5xxErrorRate 502ErrorRate 503ErrorRate 504ErrorRate CacheHitRate
     OriginLatency`,
  ),
  metrics(
    'AWS/Route53',
    'Amazon Route 53 Developer Guide, "Monitoring your resources with Amazon Route 53 health checks and Amazon CloudWatch"',
    [['HealthCheckId']],
    'HealthCheckStatus HealthCheckPercentageHealthy TimeToFirstByte',
  ),
  metrics(
    'AWS/Route53',
    'Amazon Route 53 Developer Guide, "Monitoring hosted zones using Amazon CloudWatch"',
    [['HostedZoneId']],
    'DNSQueries DNSSECInternalFailure DNSSECKeySigningKeysNeedingAction',
  ),
  metrics(
    'AWS/Billing',
    'Amazon CloudWatch User Guide, "Create a billing alarm to monitor your estimated AWS charges"',
    [['Currency'], ['Currency', 'ServiceName']],
    'EstimatedCharges',
  ),
];

/** One name for one metric, whatever the values of its dimensions are. */
export function metricKey(namespace: string, name: string, dimensions: readonly string[]): string {
  return `${namespace} ${name} by ${[...dimensions].sort().join(', ') || 'nothing'}`;
}

export const DOCUMENTED_KEYS: ReadonlySet<string> = new Set(
  DOCUMENTED.flatMap(({ namespace, dimensions, names }) =>
    names.flatMap((name) => dimensions.map((set) => metricKey(namespace, name, set))),
  ),
);
