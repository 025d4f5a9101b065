import { CloudwatchLogGroup } from '@cdktf/provider-aws/lib/cloudwatch-log-group';
import { CloudwatchLogStream } from '@cdktf/provider-aws/lib/cloudwatch-log-stream';
import { CloudwatchMetricStream } from '@cdktf/provider-aws/lib/cloudwatch-metric-stream';
import { IamRole } from '@cdktf/provider-aws/lib/iam-role';
import { IamRolePolicy } from '@cdktf/provider-aws/lib/iam-role-policy';
import { KinesisFirehoseDeliveryStream } from '@cdktf/provider-aws/lib/kinesis-firehose-delivery-stream';
import { Construct } from 'constructs';
import { intakeOf, type DatadogSite } from '../../lib/datadog';
import { policyDocument, trustedBy } from '../../lib/grants';
import { Names } from '../../lib/naming';
import { placeOf } from '../../lib/place';
import { declareAlarms, type AlarmTopics } from '../alarms';
import type { EncryptionKey } from '../encryption-key';
import type { ObjectStorage } from '../object-storage';
import { exportAlarm } from './alarm';

/** What Datadog asks for: seconds and mebibytes that are gathered, seconds of tries (the page that lib/datadog.ts cites). */
const BUFFER = { seconds: 60, mebibytes: 4 } as const;
const RETRY_SECONDS = 60;
/** Where what Datadog did not take stands in the bucket. */
const FAILED = 'failed/metric-export/';

export interface MetricName {
  readonly namespace: string;
  readonly metric: string;
}

export interface MetricExportProps {
  readonly datadog: {
    readonly site: DatadogSite;
    /** Secret that somebody makes by hand in this account and region, under the default key: `{ "api_key": "..." }`. */
    readonly apiKeySecretArn: string;
  };
  /** Metrics of these namespaces go; each update of each metric costs. */
  readonly namespaces: readonly string[];
  /** Metrics whose p99 goes along, each of a namespace above; of others count, sum, least and most go. */
  readonly percentiles: readonly MetricName[];
  /** Takes what Datadog did not, and has it expire below `failed/`. */
  readonly bucket: ObjectStorage;
  readonly encryptionKey: EncryptionKey;
  /** Days that the log of failed deliveries is kept. */
  readonly logDays: number;
  /** Where it is told that deliveries fail. */
  readonly topics: AlarmTopics;
}

/** Metrics of a region on to Datadog: a metric stream of CloudWatch, and Firehose, which delivers it. */
export class MetricExport extends Construct {
  constructor(scope: Construct, id: string, props: MetricExportProps) {
    super(scope, id);
    const names = Names.of(this);
    const streamName = names.regional('deliveryStream', 'metric-export');
    const delivery = this.delivery(streamName, props);
    const sending = new IamRole(this, 'sending-role', {
      name: names.account('role', 'metric-sending'),
      description: 'CloudWatch: sends metrics to Firehose',
      // Amazon CloudWatch User Guide, "Trust between CloudWatch and Firehose", names no condition; only the account can hand the role on.
      assumeRolePolicy: trustedBy('streams.metrics.cloudwatch.amazonaws.com'),
    });
    const send = new IamRolePolicy(this, 'send', {
      name: 'send',
      role: sending.name,
      policy: policyDocument([
        { actions: ['firehose:PutRecord', 'firehose:PutRecordBatch'], resources: [delivery.arn] },
      ]),
    });
    const percentiles = props.percentiles.filter(({ namespace }) => props.namespaces.includes(namespace));
    new CloudwatchMetricStream(this, 'metrics', {
      name: names.regional('metricStream', 'export'),
      roleArn: sending.arn,
      firehoseArn: delivery.arn,
      outputFormat: 'opentelemetry0.7',
      includeFilter: props.namespaces.map((namespace) => ({ namespace })),
      ...(percentiles.length > 0
        ? {
            statisticsConfiguration: [
              {
                additionalStatistics: ['p99'],
                includeMetric: percentiles.map(({ namespace, metric }) => ({
                  namespace,
                  metricName: metric,
                })),
              },
            ],
          }
        : {}),
      dependsOn: [send],
    });
    declareAlarms(this, props.topics.arns, { alarms: [exportAlarm(streamName)], composites: [] });
  }

  private delivery(name: string, props: MetricExportProps): KinesisFirehoseDeliveryStream {
    const { bucket, encryptionKey, datadog } = props;
    const names = Names.of(this);
    const groupName = names.path('logGroup', 'metric-export');
    const log = new CloudwatchLogGroup(this, 'error-log', {
      name: groupName,
      retentionInDays: props.logDays,
      kmsKeyId: encryptionKey.forLogGroup(groupName),
    });
    const logged = (what: string) => ({
      enabled: true,
      logGroupName: log.name,
      logStreamName: new CloudwatchLogStream(this, `${what}-failures`, { name: what, logGroupName: log.name })
        .name,
    });
    const role = new IamRole(this, 'delivery-role', {
      name: names.account('role', 'metric-export'),
      description: 'Firehose: reads the key of Datadog, keeps what Datadog did not take',
      // Amazon Data Firehose Developer Guide, "Controlling access": the account stands as the external id.
      assumeRolePolicy: trustedBy('firehose.amazonaws.com', { externalId: placeOf(this).account }),
    });
    const deliver = new IamRolePolicy(this, 'deliver', {
      name: 'deliver',
      role: role.name,
      policy: policyDocument([
        { actions: ['secretsmanager:GetSecretValue'], resources: [datadog.apiKeySecretArn] },
        {
          actions: ['s3:GetBucketLocation', 's3:ListBucket', 's3:ListBucketMultipartUploads'],
          resources: [bucket.arn],
        },
        {
          actions: ['s3:AbortMultipartUpload', 's3:GetObject', 's3:PutObject'],
          resources: [`${bucket.arn}/${FAILED}*`],
        },
        encryptionKey.statement('s3', 'both'),
        { actions: ['logs:PutLogEvents'], resources: [`${log.arn}:log-stream:*`] },
      ]),
    });
    return new KinesisFirehoseDeliveryStream(this, 'delivery', {
      name,
      destination: 'http_endpoint',
      serverSideEncryption: { enabled: true, keyType: 'CUSTOMER_MANAGED_CMK', keyArn: encryptionKey.arn },
      httpEndpointConfiguration: {
        name: 'Datadog',
        url: intakeOf(datadog.site),
        roleArn: role.arn,
        bufferingInterval: BUFFER.seconds,
        bufferingSize: BUFFER.mebibytes,
        retryDuration: RETRY_SECONDS,
        requestConfiguration: { contentEncoding: 'GZIP' },
        // Amazon Data Firehose Developer Guide, "Understand secrets": the key stands as api_key.
        secretsManagerConfiguration: { enabled: true, roleArn: role.arn, secretArn: datadog.apiKeySecretArn },
        cloudwatchLoggingOptions: logged('delivery'),
        s3BackupMode: 'FailedDataOnly',
        s3Configuration: {
          roleArn: role.arn,
          bucketArn: bucket.arn,
          kmsKeyArn: encryptionKey.arn,
          prefix: `${FAILED}day=!{timestamp:yyyy-MM-dd}/`,
          errorOutputPrefix: `${FAILED}!{firehose:error-output-type}/day=!{timestamp:yyyy-MM-dd}/`,
          bufferingInterval: 300,
          bufferingSize: 64,
          compressionFormat: 'GZIP',
          cloudwatchLoggingOptions: logged('failed'),
        },
      },
      dependsOn: [deliver],
    });
  }
}
