import fc from 'fast-check';
import { Construct } from 'constructs';
import { Connections } from '../../lib/connections';
import { GeneratedSecret } from '../../modules/generated-secret';
import { SecretRotation, type SecretRotationProps } from '../../modules/secret-rotation';
import { rotationWindow } from '../../modules/secret-rotation/schedule';
import { SecurityGroup } from '@cdktf/provider-aws/lib/security-group';
import { keyOf } from '../support/encryption';
import { inventoryBesideNetwork, networkOf } from '../support/network';
import { only, resourcesOf, synthesize, type Synthesized, type TestStack } from '../support/synth';

class Database extends Construct {
  readonly writerAddress = 'writer.internal';
  readonly port = 5432;
  readonly databaseName = 'app';
  readonly connections: Connections;

  constructor(stack: TestStack) {
    super(stack, 'database');
    const securityGroup = new SecurityGroup(this, 'group', { vpcId: 'vpc-1' });
    this.connections = new Connections(this, { label: 'database', securityGroup, port: this.port });
  }
}

let watched: SecretRotation['watched'];
function build(props: Partial<SecretRotationProps> = {}, withDatabase = false): Synthesized {
  return synthesize((stack) => {
    const encryptionKey = keyOf(stack);
    const network = networkOf(stack);
    const secret = new GeneratedSecret(stack, 'admin', {
      component: 'admin',
      description: 'Administrator',
      json: { username: 'root' },
      encryptionKey,
    });
    ({ watched } = new SecretRotation(stack, 'rotation', {
      component: 'admin',
      secret,
      ...(withDatabase ? { database: new Database(stack) } : {}),
      schedule: { enabled: true, every: 'month' },
      quietHoursUtc: { from: 6, to: 11 },
      version: '1.2.3',
      network,
      encryptionKey,
      logDays: 30,
      ...props,
    }));
  });
}

const SECRET = '${aws_secretsmanager_secret.admin_secret.arn}';

describe('SecretRotation', () => {
  const plain = build();
  const ofDatabase = build({}, true);

  test('declares exactly these resources', () => {
    expect(inventoryBesideNetwork(plain)).toEqual({
      aws_cloudwatch_log_group: 1,
      aws_iam_role: 1,
      aws_iam_role_policy: 2,
      aws_iam_role_policy_attachment: 1,
      aws_lambda_function: 1,
      aws_lambda_permission: 1,
      aws_secretsmanager_secret: 1,
      aws_secretsmanager_secret_rotation: 1,
      aws_secretsmanager_secret_version: 1,
      aws_security_group: 1,
      // To the interface endpoints and the two gateways, and from here at the endpoints.
      aws_vpc_security_group_egress_rule: 3,
      aws_vpc_security_group_ingress_rule: 1,
    });
  });

  test('the function is one at a time, in the app subnets, encrypted, traced, with a log that ends', () => {
    const made = only(plain, 'aws_lambda_function');
    expect(made).toMatchObject({
      function_name: 'tiers-test-rotate-admin',
      runtime: 'nodejs22.x',
      architectures: ['arm64'],
      handler: 'index.handler',
      filename: '../../../dist/release/rotate-secret-1.2.3.zip',
      reserved_concurrent_executions: 1,
      kms_key_arn: '${aws_kms_key.encryption_key.arn}',
      tracing_config: { mode: 'Active' },
      vpc_config: { security_group_ids: ['${aws_security_group.rotation_rotator_security_group.id}'] },
      environment: { variables: { TARGET: 'signing-key' } },
    });
    expect(Object.values(resourcesOf(plain, 'aws_cloudwatch_log_group'))).toContainEqual(
      expect.objectContaining({ name: '/aws/lambda/tiers-test-rotate-admin', retention_in_days: 30 }),
    );
    expect(watched).toEqual([{ label: 'admin', functionName: expect.any(String) }]);
  });

  test('only Secrets Manager calls it, for this secret of this account', () => {
    expect(only(plain, 'aws_lambda_permission')).toMatchObject({
      action: 'lambda:InvokeFunction',
      principal: 'secretsmanager.amazonaws.com',
      source_account: '111122223333',
      source_arn: SECRET,
    });
  });

  test('it may do what a rotation takes to this secret, and nothing to another', () => {
    const policies = Object.values(resourcesOf(plain, 'aws_iam_role_policy')).map(({ policy }) =>
      JSON.parse(String(policy)),
    ) as { Statement: { Action: string[]; Resource: string[] }[] }[];
    const statements = policies.flatMap(({ Statement }) => Statement);
    const secrets = statements.filter(({ Action }) => Action[0]?.startsWith('secretsmanager:'));
    expect(secrets).toEqual([
      {
        Effect: 'Allow',
        Action: [
          'secretsmanager:DescribeSecret',
          'secretsmanager:GetSecretValue',
          'secretsmanager:PutSecretValue',
          'secretsmanager:UpdateSecretVersionStage',
        ],
        Resource: [SECRET],
      },
    ]);
    expect(statements.flatMap(({ Action }) => Action)).toEqual(
      expect.arrayContaining(['kms:Decrypt', 'kms:GenerateDataKey', 'xray:PutTraceSegments']),
    );
  });

  test('it waits for the first value and the permission, and does not begin with a rotation', () => {
    expect(only(plain, 'aws_secretsmanager_secret_rotation')).toMatchObject({
      secret_id: SECRET,
      rotate_immediately: false,
      rotation_rules: { schedule_expression: 'cron(0 6 1 * ? *)', duration: '5h' },
    });
    const waits = only(ofDatabase, 'aws_secretsmanager_secret_rotation').depends_on;
    expect(waits).toEqual(
      expect.arrayContaining([
        'aws_secretsmanager_secret_version.admin_value',
        'aws_lambda_permission.rotation_rotator_calls_from_secretsmanager',
        'aws_iam_role_policy.rotation_rotator_rotate_admin',
        'aws_vpc_security_group_egress_rule.rotation_rotator_to_database',
        'aws_vpc_security_group_ingress_rule.rotation_rotator_database_from_here',
      ]),
    );
  });

  test('a plan leaves the labels of the secret to the rotation, and keeps the version that it wrote', () => {
    expect(only(plain, 'aws_secretsmanager_secret_version')).toMatchObject({
      version_stages: ['AWSCURRENT', 'TERRAFORM'],
      lifecycle: { ignore_changes: ['version_stages'] },
      secret_string_wo_version: 1,
    });
  });

  test('with a database it is told where that is, and may connect to it', () => {
    expect(only(ofDatabase, 'aws_lambda_function')).toMatchObject({
      environment: {
        variables: {
          TARGET: 'postgres',
          DB_HOST: 'writer.internal',
          DB_PORT: '5432',
          DB_NAME: 'app',
          DB_CA_FILE: '/var/runtime/ca-cert.pem',
        },
      },
    });
    const rules = Object.values(resourcesOf(ofDatabase, 'aws_vpc_security_group_ingress_rule'));
    expect(rules).toContainEqual(
      expect.objectContaining({
        from_port: 5432,
        to_port: 5432,
        referenced_security_group_id: '${aws_security_group.rotation_rotator_security_group.id}',
      }),
    );
  });

  test('turned off it leaves nothing but the reason', () => {
    const reason = 'nobody signs in here';
    const off = build({ schedule: { enabled: false, reason } });
    expect(resourcesOf(off, 'aws_lambda_function')).toEqual({});
    expect(resourcesOf(off, 'aws_secretsmanager_secret_rotation')).toEqual({});
    expect(watched).toEqual([]);
  });
});

describe('the window', () => {
  test.each([
    ['week', 'cron(0 2 ? * SUN *)'],
    ['month', 'cron(0 2 1 * ? *)'],
    ['quarter', 'cron(0 2 1 1,4,7,10 ? *)'],
  ] as const)('of every %s is %s', (every, scheduleExpression) => {
    expect(rotationWindow(every, { from: 2, to: 7 })).toEqual({ scheduleExpression, duration: '5h' });
  });

  test('lies within the quiet hours and within one day of UTC', () => {
    const hour = fc.integer({ min: 0, max: 23 });
    fc.assert(
      fc.property(hour, fc.integer({ min: 2, max: 23 }), (from, length) => {
        const { duration } = rotationWindow('month', { from, to: (from + length) % 24 });
        const hours = Number(/^(\d+)h$/.exec(duration)?.[1]);
        expect(hours).toBeGreaterThanOrEqual(1);
        expect(hours).toBeLessThanOrEqual(length);
        expect(from + hours).toBeLessThanOrEqual(24);
      }),
    );
  });
});
