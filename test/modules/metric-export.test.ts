import { DATADOG_SITES, intakeOf } from '../../lib/datadog';
import { AlarmTopics } from '../../modules/alarms';
import { MetricExport, type MetricExportProps } from '../../modules/metric-export';
import { ObjectStorage } from '../../modules/object-storage';
import { KEY_INVENTORY, keyOf } from '../support/encryption';
import { inventory, only, resourcesOf, synthesize, type Synthesized } from '../support/synth';

const KEY = '${aws_kms_key.encryption_key.arn}';
const BUCKET = '${aws_s3_bucket.lines_bucket.arn}';
const STREAM = '${aws_kinesis_firehose_delivery_stream.export_delivery.arn}';
const SECRET = 'arn:aws:secretsmanager:us-east-1:111122223333:secret:datadog-AbCdEf';
const LATENCY = { namespace: 'tiers/test/service', metric: 'Latency' };

const build = (props: Partial<MetricExportProps> = {}): Synthesized =>
  synthesize((stack) => {
    const encryptionKey = keyOf(stack);
    new MetricExport(stack, 'export', {
      datadog: { site: 'datadoghq.eu', apiKeySecretArn: SECRET },
      namespaces: ['AWS/RDS', LATENCY.namespace],
      percentiles: [{ namespace: 'AWS/ApplicationELB', metric: 'TargetResponseTime' }, LATENCY],
      bucket: new ObjectStorage(stack, 'lines', { component: 'logs', encryptionKey }),
      encryptionKey,
      logDays: 30,
      topics: new AlarmTopics(stack, 'topics', { contact: 'oncall@example.com', encryptionKey }),
      ...props,
    });
  });
const policyOf = (synthesized: Synthesized, name: string): unknown =>
  JSON.parse(String(resourcesOf(synthesized, 'aws_iam_role_policy')[`export_${name}`]!.policy));

describe('MetricExport', () => {
  const synthesized = build();

  test('declares exactly these resources', () => {
    expect(inventory(synthesized)).toEqual({
      ...KEY_INVENTORY,
      aws_cloudwatch_log_group: 1,
      aws_cloudwatch_log_stream: 2,
      aws_cloudwatch_metric_alarm: 1,
      aws_cloudwatch_metric_stream: 1,
      aws_iam_role: 2,
      aws_iam_role_policy: 2,
      aws_kinesis_firehose_delivery_stream: 1,
      aws_s3_bucket: 1,
      aws_s3_bucket_lifecycle_configuration: 1,
      aws_s3_bucket_ownership_controls: 1,
      aws_s3_bucket_policy: 1,
      aws_s3_bucket_public_access_block: 1,
      aws_s3_bucket_server_side_encryption_configuration: 1,
      aws_s3_bucket_versioning: 1,
      aws_sns_topic: 2,
      aws_sns_topic_policy: 2,
      aws_sns_topic_subscription: 2,
    });
  });

  test('the metrics of these namespaces go, with p99 of those of them that have a spread', () => {
    expect(only(synthesized, 'aws_cloudwatch_metric_stream')).toMatchObject({
      name: 'tiers-test-export',
      firehose_arn: STREAM,
      role_arn: '${aws_iam_role.export_sending_role.arn}',
      output_format: 'opentelemetry0.7',
      include_filter: [{ namespace: 'AWS/RDS' }, { namespace: 'tiers/test/service' }],
      statistics_configuration: [
        {
          additional_statistics: ['p99'],
          include_metric: [{ namespace: 'tiers/test/service', metric_name: 'Latency' }],
        },
      ],
    });
    const none = only(build({ namespaces: ['AWS/RDS'] }), 'aws_cloudwatch_metric_stream');
    expect(none).not.toHaveProperty('statistics_configuration');
  });

  test('Datadog gets them by HTTPS, with a key that no plan has; what it does not take is kept under the key', () => {
    const stream = only(synthesized, 'aws_kinesis_firehose_delivery_stream');
    expect(stream).toMatchObject({
      name: 'tiers-test-metric-export',
      destination: 'http_endpoint',
      server_side_encryption: { enabled: true, key_type: 'CUSTOMER_MANAGED_CMK', key_arn: KEY },
      http_endpoint_configuration: {
        url: 'https://awsmetrics-intake.datadoghq.eu/v1/input',
        secrets_manager_configuration: { enabled: true, secret_arn: SECRET },
        request_configuration: { content_encoding: 'GZIP' },
        cloudwatch_logging_options: { enabled: true },
        s3_backup_mode: 'FailedDataOnly',
        s3_configuration: {
          bucket_arn: BUCKET,
          kms_key_arn: KEY,
          prefix: 'failed/metric-export/day=!{timestamp:yyyy-MM-dd}/',
          error_output_prefix:
            'failed/metric-export/!{firehose:error-output-type}/day=!{timestamp:yyyy-MM-dd}/',
          cloudwatch_logging_options: { enabled: true },
        },
      },
      depends_on: ['aws_iam_role_policy.export_deliver'],
    });
    expect(stream.http_endpoint_configuration).not.toHaveProperty('access_key');
    for (const site of DATADOG_SITES) expect(intakeOf(site)).toMatch(`https://`);
    expect(new Set(DATADOG_SITES.map(intakeOf)).size).toBe(4);
  });

  test('CloudWatch may write to this stream, Firehose read this key and write below this folder', () => {
    expect(policyOf(synthesized, 'send')).toMatchObject({
      Statement: [{ Action: ['firehose:PutRecord', 'firehose:PutRecordBatch'], Resource: [STREAM] }],
    });
    expect(policyOf(synthesized, 'deliver')).toMatchObject({
      Statement: [
        { Action: ['secretsmanager:GetSecretValue'], Resource: [SECRET] },
        { Resource: [BUCKET] },
        { Resource: [`${BUCKET}/failed/metric-export/*`] },
        { Resource: [KEY], Condition: { StringEquals: { 'kms:ViaService': 's3.us-east-1.amazonaws.com' } } },
        { Action: ['logs:PutLogEvents'] },
      ],
    });
    const roles = resourcesOf(synthesized, 'aws_iam_role');
    expect(JSON.parse(String(roles['export_delivery_role']!.assume_role_policy))).toMatchObject({
      Statement: [{ Condition: { StringEquals: { 'sts:ExternalId': expect.stringMatching(/^\d{12}$/) } } }],
    });
  });

  test('deliveries that fail, and a stream that is silent, make a ticket', () => {
    expect(only(synthesized, 'aws_cloudwatch_metric_alarm')).toMatchObject({
      alarm_name: 'tiers-test-metric-export',
      alarm_actions: ['${aws_sns_topic.topics_ticket_topic.arn}'],
      metric_name: 'DeliveryToHttpEndpoint.Success',
      dimensions: { DeliveryStreamName: 'tiers-test-metric-export' },
      comparison_operator: 'LessThanThreshold',
      threshold: 0.9,
      treat_missing_data: 'breaching',
    });
  });
});
