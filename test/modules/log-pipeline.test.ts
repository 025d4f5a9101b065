import { LogPipeline, type LogPipelineProps } from '../../modules/log-pipeline';
import { KEY_INVENTORY, keyOf } from '../support/encryption';
import { RecordingGrantee } from '../support/grants';
import { inventory, only, resourcesOf, synthesize, type TestStack } from '../support/synth';

const KEY = '${aws_kms_key.encryption_key.arn}';
const BUCKET = '${aws_s3_bucket.logs_lines_bucket.arn}';

const groupNames = { api: '/tiers/test/service/api', worker: '/tiers/test/service/worker' };
const pipeline = (stack: TestStack, props: Partial<LogPipelineProps> = {}) =>
  new LogPipeline(stack, 'logs', {
    groupNames,
    encryptionKey: keyOf(stack),
    accessLogs: { logBucketName: 'access-logs' },
    days: 90,
    logDays: 30,
    ...props,
  });

describe('LogPipeline', () => {
  const grantee = new RecordingGrantee();
  let streamNames: LogPipeline['streamNames'] | undefined;
  const synthesized = synthesize((stack) => {
    const logs = pipeline(stack);
    logs.grantQuery(grantee);
    streamNames = logs.streamNames;
  });
  const streams = resourcesOf(synthesized, 'aws_kinesis_firehose_delivery_stream');

  test('declares exactly these resources', () => {
    expect(inventory(synthesized)).toEqual({
      ...KEY_INVENTORY,
      aws_athena_named_query: 5,
      aws_athena_workgroup: 1,
      aws_cloudwatch_log_group: 1,
      aws_cloudwatch_log_stream: 3,
      aws_cloudwatch_log_subscription_filter: 4,
      aws_glue_catalog_database: 1,
      aws_glue_catalog_table: 2,
      aws_iam_role: 2,
      aws_iam_role_policy: 2,
      aws_kinesis_firehose_delivery_stream: 3,
      aws_s3_bucket: 1,
      aws_s3_bucket_lifecycle_configuration: 1,
      aws_s3_bucket_logging: 1,
      aws_s3_bucket_ownership_controls: 1,
      aws_s3_bucket_policy: 1,
      aws_s3_bucket_public_access_block: 1,
      aws_s3_bucket_server_side_encryption_configuration: 1,
      aws_s3_bucket_versioning: 1,
    });
    expect(Object.keys(streamNames!)).toEqual(['api', 'worker', 'errors']);
  });

  test('streams unpack what CloudWatch sends, and write compressed objects by day, under the key', () => {
    for (const [name, folder] of [
      ['api', 'lines/service=api/'],
      ['worker', 'lines/service=worker/'],
      ['errors', 'errors/'],
    ] as const) {
      expect(streams[`logs_streams_${name}`]).toMatchObject({
        name: `tiers-test-logs-${name}`,
        destination: 'extended_s3',
        server_side_encryption: { enabled: true, key_type: 'CUSTOMER_MANAGED_CMK', key_arn: KEY },
        extended_s3_configuration: {
          bucket_arn: BUCKET,
          kms_key_arn: KEY,
          prefix: `${folder}day=!{timestamp:yyyy-MM-dd}/`,
          error_output_prefix: `failed/${name}/!{firehose:error-output-type}/day=!{timestamp:yyyy-MM-dd}/`,
          compression_format: 'GZIP',
          cloudwatch_logging_options: {
            enabled: true,
            log_group_name: '${aws_cloudwatch_log_group.logs_streams_error_log.name}',
            log_stream_name: `\${aws_cloudwatch_log_stream.logs_streams_${name}_failures.name}`,
          },
          processing_configuration: {
            enabled: true,
            processors: [
              {
                type: 'Decompression',
                parameters: [{ parameter_name: 'CompressionFormat', parameter_value: 'GZIP' }],
              },
              {
                type: 'CloudWatchLogProcessing',
                parameters: [{ parameter_name: 'DataMessageExtraction', parameter_value: 'true' }],
              },
            ],
          },
        },
      });
    }
  });

  test('each group sends its lines but those of metrics, and its errors once more: two filters, the most there can be', () => {
    const filters = Object.values(resourcesOf(synthesized, 'aws_cloudwatch_log_subscription_filter'));
    const of = (group: string) =>
      filters
        .filter(({ log_group_name }) => log_group_name === group)
        .map(({ filter_pattern, destination_arn }) => [filter_pattern, destination_arn]);
    for (const [service, group] of Object.entries(groupNames)) {
      expect(of(group)).toEqual([
        [
          '{ ($.level = "*") && ($._aws.Timestamp NOT EXISTS) }',
          `\${aws_kinesis_firehose_delivery_stream.logs_streams_${service}.arn}`,
        ],
        [
          '{ ($.level = "error") || ($.level = "fatal") }',
          '${aws_kinesis_firehose_delivery_stream.logs_streams_errors.arn}',
        ],
      ]);
    }
  });

  test('lines, errors and failures expire after their days, answers after a week; reports need fourteen', () => {
    const rules = (days: number) => {
      const one = synthesize((stack) => void pipeline(stack, { days }));
      const { rule } = only(one, 'aws_s3_bucket_lifecycle_configuration') as {
        rule: { id: string; filter: { prefix?: string }[]; expiration: { days?: number }[] }[];
      };
      return rule.slice(1).map(({ id, filter, expiration }) => [id, filter[0]!.prefix, expiration[0]!.days]);
    };
    const expected = (days: number) => [
      ['expiry-query-results', 'query-results/', 7],
      ['expiry-lines', 'lines/', days],
      ['expiry-errors', 'errors/', days],
      ['expiry-failed', 'failed/', days],
    ];
    expect(rules(90)).toEqual(expected(90));
    expect(rules(1)).toEqual(expected(14));
  });

  test('tables find their partitions by the query, over the days that are kept', () => {
    const { logs_tables_lines: lines, logs_tables_errors: errors } = resourcesOf(
      synthesized,
      'aws_glue_catalog_table',
    );
    expect(only(synthesized, 'aws_glue_catalog_database').name).toBe('tiers_test_logs');
    expect(lines).toMatchObject({
      name: 'lines',
      partition_keys: [{ name: 'service' }, { name: 'day' }],
      parameters: {
        'projection.enabled': 'true',
        'projection.service.type': 'enum',
        'projection.service.values': 'api,worker',
        'projection.day.type': 'date',
        'projection.day.format': 'yyyy-MM-dd',
        'projection.day.range': 'NOW-90DAYS,NOW',
        'storage.location.template':
          's3://${aws_s3_bucket.logs_lines_bucket.bucket}/lines/service=$${service}/day=$${day}/',
      },
      storage_descriptor: {
        location: 's3://${aws_s3_bucket.logs_lines_bucket.bucket}/lines/',
        ser_de_info: { serialization_library: 'org.openx.data.jsonserde.JsonSerDe' },
      },
    });
    expect(errors).toMatchObject({ name: 'errors', partition_keys: [{ name: 'day' }] });
    // A partition and a column of one name exclude each other.
    const columns = ({
      storage_descriptor: { columns: all },
    }: {
      storage_descriptor: { columns: { name: string }[] };
    }) => all.map(({ name }) => name);
    expect(columns(lines as never)).not.toContain('service');
    expect(columns(errors as never)).toContain('service');
  });

  test('the workgroup decides: encrypted answers, a limit for each query', () => {
    expect(only(synthesized, 'aws_athena_workgroup')).toMatchObject({
      name: 'tiers-test-logs',
      configuration: {
        enforce_workgroup_configuration: true,
        bytes_scanned_cutoff_per_query: 100 * 2 ** 30,
        result_configuration: {
          output_location: 's3://${aws_s3_bucket.logs_lines_bucket.bucket}/query-results/',
          expected_bucket_owner: '111122223333',
          encryption_configuration: { encryption_option: 'SSE_KMS', kms_key_arn: KEY },
        },
      },
    });
  });

  test('the saved queries can be run as they are', () => {
    const queries = resourcesOf(synthesized, 'aws_athena_named_query');
    expect(Object.values(queries).map(({ name }) => name)).toEqual([
      'traffic',
      'slowest-endpoints',
      'users',
      'business',
      'errors',
    ]);
    expect(queries['logs_query_traffic']!.query).toContain(
      "day IN (CAST(current_date - INTERVAL '1' DAY AS varchar), CAST(current_date AS varchar))",
    );
  });

  test('Firehose writes into its folders, CloudWatch puts into these streams, neither for anybody else', () => {
    const roles = resourcesOf(synthesized, 'aws_iam_role');
    expect(roles['logs_streams_delivery_role']!.assume_role_policy).toContain(
      '"Condition":{"StringEquals":{"sts:ExternalId":"111122223333"}}',
    );
    expect(roles['logs_streams_sending_role']!.assume_role_policy).toContain(
      '"Condition":{"ArnLike":{"aws:SourceArn":"arn:aws:logs:us-east-1:111122223333:*"}}',
    );
    const policies = resourcesOf(synthesized, 'aws_iam_role_policy');
    const resources = (name: string) =>
      (
        JSON.parse(String(policies[name]!.policy)) as { Statement: { Resource: string[] }[] }
      ).Statement.flatMap(({ Resource }) => Resource);
    expect(resources('logs_streams_send')).toEqual(
      ['api', 'worker', 'errors'].map(
        (name) => `arn:aws:firehose:us-east-1:111122223333:deliverystream/tiers-test-logs-${name}`,
      ),
    );
    expect(resources('logs_streams_deliver')).toEqual([
      BUCKET,
      `${BUCKET}/lines/*`,
      `${BUCKET}/errors/*`,
      `${BUCKET}/failed/*`,
      KEY,
      '${aws_cloudwatch_log_group.logs_streams_error_log.arn}:log-stream:*',
    ]);
  });

  test('who asks reads lines and writes answers, in this workgroup', () => {
    const statements = grantee.granted['query-logs']!;
    // References are not resolved outside of the stack.
    const on = (action: string) =>
      statements
        .filter(({ actions }) => actions.includes(action))
        .flatMap(({ resources }) => resources.map((arn) => arn.replace(/\$\{TfToken\[.*?\]\}/, '<it>')));
    expect(on('s3:PutObject')).toEqual(['<it>/query-results/*']);
    expect(on('s3:GetObject')).toEqual(['<it>/lines/*', '<it>/errors/*', '<it>/query-results/*']);
    expect(on('athena:StartQueryExecution')).toEqual([
      'arn:aws:athena:us-east-1:111122223333:workgroup/<it>',
    ]);
    expect(statements.flatMap(({ resources }) => resources)).not.toContain('*');
  });
});
