import { CloudwatchLogGroup } from '@cdktf/provider-aws/lib/cloudwatch-log-group';
import { CloudwatchLogStream } from '@cdktf/provider-aws/lib/cloudwatch-log-stream';
import { CloudwatchLogSubscriptionFilter } from '@cdktf/provider-aws/lib/cloudwatch-log-subscription-filter';
import { IamRole } from '@cdktf/provider-aws/lib/iam-role';
import { IamRolePolicy } from '@cdktf/provider-aws/lib/iam-role-policy';
import { KinesisFirehoseDeliveryStream } from '@cdktf/provider-aws/lib/kinesis-firehose-delivery-stream';
import { Construct } from 'constructs';
import { policyDocument, trustedBy } from '../../lib/grants';
import { Names } from '../../lib/naming';
import { placeOf } from '../../lib/place';
import type { EncryptionKey } from '../encryption-key';
import type { ObjectStorage } from '../object-storage';

/** Seconds, and mebibytes, that a stream gathers before it writes an object: reports are that late, objects that large. */
const BUFFER = { seconds: 300, mebibytes: 64 } as const;

/** One way of lines from log groups into a folder. */
export interface StreamPlan {
  /** Lower case, such as `api`. */
  readonly name: string;
  /** Prefix of the objects, up to the day. */
  readonly folder: string;
  readonly groupNames: Readonly<Record<string, string>>;
  /** Which lines (Amazon CloudWatch Logs User Guide, "Filter pattern syntax"). */
  readonly pattern: string;
}

export interface StreamsProps {
  readonly bucket: ObjectStorage;
  readonly encryptionKey: EncryptionKey;
  readonly plans: readonly StreamPlan[];
  /** Days that the log of failed deliveries is kept. */
  readonly logDays: number;
}

/** Firehose from log groups into a bucket: a stream for each folder, so that none has to look into the lines. */
export class Streams extends Construct {
  /** Names of the streams, by that of their plan. */
  readonly streamNames: Readonly<Record<string, string>>;
  private readonly delivery: IamRole;
  private readonly sending: IamRole;
  private readonly errorLog: CloudwatchLogGroup;
  private readonly allowed: IamRolePolicy[];

  constructor(scope: Construct, id: string, props: StreamsProps) {
    super(scope, id);
    const { account, region } = placeOf(this);
    const names = Names.of(this);
    const { bucket, encryptionKey, plans } = props;
    const groupName = names.path('logGroup', 'log-delivery');
    this.errorLog = new CloudwatchLogGroup(this, 'error-log', {
      name: groupName,
      retentionInDays: props.logDays,
      kmsKeyId: encryptionKey.forLogGroup(groupName),
    });
    this.delivery = new IamRole(this, 'delivery-role', {
      name: names.account('role', 'log-delivery'),
      description: 'Firehose: writes log lines into the bucket',
      // Amazon Data Firehose Developer Guide, "Controlling access": the account stands as the external id.
      assumeRolePolicy: trustedBy('firehose.amazonaws.com', { externalId: account }),
    });
    this.sending = new IamRole(this, 'sending-role', {
      name: names.account('role', 'log-sending'),
      description: 'CloudWatch Logs: sends log lines to Firehose',
      // Amazon CloudWatch Logs User Guide, "Log group-level subscription filters".
      assumeRolePolicy: trustedBy('logs.amazonaws.com', {
        sourceArn: `arn:aws:logs:${region}:${account}:*`,
      }),
    });
    const streamName = (name: string): string => names.regional('deliveryStream', `logs-${name}`);
    this.allowed = [
      new IamRolePolicy(this, 'deliver', {
        name: 'deliver',
        role: this.delivery.name,
        policy: policyDocument([
          {
            actions: ['s3:GetBucketLocation', 's3:ListBucket', 's3:ListBucketMultipartUploads'],
            resources: [bucket.arn],
          },
          {
            actions: ['s3:AbortMultipartUpload', 's3:GetObject', 's3:PutObject'],
            resources: ['lines', 'errors', 'failed'].map((folder) => `${bucket.arn}/${folder}/*`),
          },
          encryptionKey.statement('s3', 'both'),
          { actions: ['logs:PutLogEvents'], resources: [`${this.errorLog.arn}:log-stream:*`] },
        ]),
      }),
      new IamRolePolicy(this, 'send', {
        name: 'send',
        role: this.sending.name,
        policy: policyDocument([
          {
            actions: ['firehose:PutRecord', 'firehose:PutRecordBatch'],
            resources: plans.map(
              ({ name }) => `arn:aws:firehose:${region}:${account}:deliverystream/${streamName(name)}`,
            ),
          },
        ]),
      }),
    ];
    this.streamNames = Object.fromEntries(
      plans.map((plan) => [plan.name, this.declare(plan, streamName(plan.name), props)]),
    );
  }

  private declare(
    { name, folder, groupNames, pattern }: StreamPlan,
    streamName: string,
    { bucket, encryptionKey }: StreamsProps,
  ): string {
    const failures = new CloudwatchLogStream(this, `${name}-failures`, {
      name,
      logGroupName: this.errorLog.name,
    });
    const stream = new KinesisFirehoseDeliveryStream(this, name, {
      name: streamName,
      destination: 'extended_s3',
      serverSideEncryption: { enabled: true, keyType: 'CUSTOMER_MANAGED_CMK', keyArn: encryptionKey.arn },
      extendedS3Configuration: {
        roleArn: this.delivery.arn,
        bucketArn: bucket.arn,
        kmsKeyArn: encryptionKey.arn,
        prefix: `${folder}day=!{timestamp:yyyy-MM-dd}/`,
        errorOutputPrefix: `failed/${name}/!{firehose:error-output-type}/day=!{timestamp:yyyy-MM-dd}/`,
        bufferingInterval: BUFFER.seconds,
        bufferingSize: BUFFER.mebibytes,
        compressionFormat: 'GZIP',
        fileExtension: '.json.gz',
        cloudwatchLoggingOptions: {
          enabled: true,
          logGroupName: this.errorLog.name,
          logStreamName: failures.name,
        },
        // CloudWatch Logs sends envelopes of many lines, compressed (Amazon Data Firehose Developer Guide, "Decompress
        // CloudWatch Logs" and "Extract message after decompression of CloudWatch Logs").
        processingConfiguration: {
          enabled: true,
          processors: [
            {
              type: 'Decompression',
              parameters: [{ parameterName: 'CompressionFormat', parameterValue: 'GZIP' }],
            },
            {
              type: 'CloudWatchLogProcessing',
              parameters: [{ parameterName: 'DataMessageExtraction', parameterValue: 'true' }],
            },
          ],
        },
      },
      dependsOn: this.allowed,
    });
    for (const [group, groupName] of Object.entries(groupNames)) {
      new CloudwatchLogSubscriptionFilter(this, `${name}-from-${group}`, {
        name: streamName,
        logGroupName: groupName,
        filterPattern: pattern,
        destinationArn: stream.arn,
        roleArn: this.sending.arn,
        dependsOn: this.allowed,
      });
    }
    return stream.name;
  }
}
