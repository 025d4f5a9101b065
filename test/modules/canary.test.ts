import { decisionsOf } from '../../lib/decisions';
import { canaryAlarms } from '../../modules/alarms/canary';
import { Canary, type CanaryProps } from '../../modules/canary';
import { KEY_INVENTORY, keyOf } from '../support/encryption';
import { inventory, only, resourcesOf, synthesize, type Synthesized, type TestStack } from '../support/synth';

function canary(stack: TestStack, props: Partial<CanaryProps> = {}): Canary {
  return new Canary(stack, 'canary', {
    runs: { enabled: true, everyMinutes: 1 },
    siteUrl: 'https://www.example.com',
    apiUrl: 'https://api.example.com',
    version: '1.2.3',
    encryptionKey: keyOf(stack),
    accessLogs: { logBucketName: 'logs' },
    ...props,
  });
}

const build = (props?: Partial<CanaryProps>): Synthesized => synthesize((stack) => void canary(stack, props));

interface Policy {
  readonly Statement: readonly {
    readonly Action: readonly string[];
    readonly Resource: readonly string[];
    readonly Condition?: unknown;
  }[];
}

describe('Canary', () => {
  const synthesized = build();
  const policies = resourcesOf(synthesized, 'aws_iam_role_policy');

  test('declares exactly these resources', () => {
    expect(inventory(synthesized)).toEqual({
      ...KEY_INVENTORY,
      aws_iam_role: 1,
      aws_iam_role_policy: 3,
      aws_s3_bucket: 1,
      aws_s3_bucket_lifecycle_configuration: 1,
      aws_s3_bucket_logging: 1,
      aws_s3_bucket_ownership_controls: 1,
      aws_s3_bucket_policy: 1,
      aws_s3_bucket_public_access_block: 1,
      aws_s3_bucket_server_side_encryption_configuration: 1,
      aws_s3_bucket_versioning: 1,
      aws_s3_object: 1,
      aws_secretsmanager_secret: 1,
      aws_secretsmanager_secret_version: 1,
      aws_synthetics_canary: 1,
    });
  });

  test('runs the packed script every minute over the public names, and starts by itself', () => {
    expect(only(synthesized, 'aws_synthetics_canary')).toEqual({
      name: 'tiers-test-journey',
      artifact_s3_location: 's3://${aws_s3_bucket.canary_artifacts_bucket.bucket}/runs/',
      artifact_config: {
        s3_encryption: { encryption_mode: 'SSE_KMS', kms_key_arn: '${aws_kms_key.encryption_key.arn}' },
      },
      execution_role_arn: '${aws_iam_role.canary_role.arn}',
      runtime_version: 'syn-nodejs-5.2',
      s3_bucket: '${aws_s3_bucket.canary_artifacts_bucket.bucket}',
      s3_key: '${aws_s3_object.canary_code.key}',
      s3_version: '${aws_s3_object.canary_code.version_id}',
      handler: 'canary.handler',
      schedule: { expression: 'rate(1 minute)' },
      run_config: {
        timeout_in_seconds: 50,
        memory_in_mb: 960,
        active_tracing: true,
        environment_variables: {
          SITE_URL: 'https://www.example.com',
          API_URL: 'https://api.example.com',
          PASSWORD_SECRET_ARN: '${aws_secretsmanager_secret.canary_password_secret.arn}',
        },
      },
      success_retention_period: 31,
      failure_retention_period: 31,
      start_canary: true,
      delete_lambda: true,
      depends_on: Object.keys(policies).map((name) => `aws_iam_role_policy.${name}`),
    });
    expect(only(synthesized, 'aws_s3_object')).toMatchObject({
      key: 'code/1.2.3.zip',
      source: '../../../dist/release/canary-1.2.3.zip',
    });
    expect(
      only(build({ runs: { enabled: true, everyMinutes: 15 } }), 'aws_synthetics_canary').schedule,
    ).toEqual({
      expression: 'rate(15 minutes)',
    });
  });

  test('what runs left goes after a month; the packed script stays', () => {
    const { rule } = only(synthesized, 'aws_s3_bucket_lifecycle_configuration');
    expect(rule).toContainEqual({
      id: 'expiry',
      status: 'Enabled',
      filter: [{ prefix: 'runs/' }],
      expiration: [{ days: 31 }],
    });
  });

  test('may write its runs, its figures and its log, read its password, and nothing else', () => {
    const statements = Object.values(policies).flatMap(
      ({ policy }) => (JSON.parse(String(policy)) as Policy).Statement,
    );
    const bucket = '${aws_s3_bucket.canary_artifacts_bucket.arn}';
    expect(statements.map(({ Action, Resource }) => [Action.join(), ...Resource])).toEqual(
      expect.arrayContaining([
        ['s3:AbortMultipartUpload,s3:PutObject', `${bucket}/runs/*`],
        ['s3:GetBucketLocation', bucket],
        ['secretsmanager:GetSecretValue', '${aws_secretsmanager_secret.canary_password_secret.arn}'],
        [
          'logs:CreateLogGroup,logs:CreateLogStream,logs:PutLogEvents',
          'arn:aws:logs:us-east-1:111122223333:log-group:/aws/lambda/cwsyn-tiers-test-journey*',
        ],
      ]),
    );
    const everywhere = statements.filter(({ Resource }) => Resource.includes('*'));
    expect(everywhere.map(({ Action, Condition }) => [Action.join(), Condition])).toEqual([
      ['cloudwatch:PutMetricData', { StringEquals: { 'cloudwatch:namespace': 'CloudWatchSynthetics' } }],
      ['s3:ListAllMyBuckets,xray:PutTraceSegments', undefined],
    ]);
  });

  test('its password stands in no argument', () => {
    expect(only(synthesized, 'aws_secretsmanager_secret_version')).toMatchObject({
      secret_string_wo: '${ephemeral.aws_secretsmanager_random_password.canary_password.random_password}',
    });
    expect(JSON.stringify(only(synthesized, 'aws_synthetics_canary'))).not.toContain('random_password');
  });

  test('without it there is nothing, and the stack says why', () => {
    const off = synthesize((stack) => {
      const { watched } = canary(stack, { runs: { enabled: false, reason: 'nobody uses it from outside' } });
      expect(watched).toBeUndefined();
      expect(decisionsOf(stack)).toEqual([
        { where: 'canary', setting: 'runs', reason: 'nobody uses it from outside' },
      ]);
      keyOf(stack);
    });
    expect(inventory(off)).toEqual(KEY_INVENTORY);
  });
});

describe('alarms of the canary', () => {
  test.each([
    [1, 60, 5, 3],
    [5, 300, 3, 2],
    [15, 900, 2, 2],
  ])('every %d minutes', (everyMinutes, period, of, bad) => {
    const [fails, slow] = canaryAlarms({ name: 'tiers-test-journey', everyMinutes });
    expect(fails).toMatchObject({
      id: 'canary-fails',
      joins: { composite: 'users-affected' },
      measure: {
        namespace: 'CloudWatchSynthetics',
        name: 'SuccessPercent',
        dimensions: { CanaryName: 'tiers-test-journey' },
      },
      when: 'below',
      threshold: 100,
      period,
      of,
      bad,
      missing: 'breaching',
    });
    expect(slow).toMatchObject({ id: 'canary-slow', grade: 'ticket', missing: 'notBreaching' });
  });
});
