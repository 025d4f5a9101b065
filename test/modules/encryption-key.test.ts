import { EncryptionKey } from '../../modules/encryption-key';
import { inventory, only, synthesize, type Synthesized } from '../support/synth';

function build(use: (key: EncryptionKey) => void = () => undefined): Synthesized {
  return synthesize((stack) => use(new EncryptionKey(stack, 'encryption', { component: 'data' })));
}

function statementsOf(synthesized: Synthesized): Record<string, Record<string, unknown>> {
  const { Statement } = JSON.parse(String(only(synthesized, 'aws_kms_key').policy)) as {
    Statement: { Sid: string; [element: string]: unknown }[];
  };
  return Object.fromEntries(Statement.map(({ Sid, ...rest }) => [Sid, rest]));
}

describe('EncryptionKey', () => {
  test('is a key with an alias; new material every year, thirty days to take a deletion back', () => {
    const synthesized = build();
    expect(inventory(synthesized)).toEqual({ aws_kms_alias: 1, aws_kms_key: 1 });
    expect(only(synthesized, 'aws_kms_key')).toMatchObject({
      enable_key_rotation: true,
      deletion_window_in_days: 30,
    });
    expect(only(synthesized, 'aws_kms_alias')).toMatchObject({ name: 'alias/tiers-test-data' });
  });

  test('answers to its account alone until somebody needs it', () => {
    expect(statementsOf(build())).toEqual({
      Account: {
        Effect: 'Allow',
        Principal: { AWS: 'arn:aws:iam::111122223333:root' },
        Action: 'kms:*',
        Resource: '*',
      },
    });
  });

  test('stands in another region where it is told to, for the log groups there', () => {
    const elsewhere = synthesize((stack) => {
      new EncryptionKey(stack, 'encryption', { component: 'copies', region: 'eu-west-1' }).forLogGroup('/x');
    });
    expect(only(elsewhere, 'aws_kms_key')).toMatchObject({ region: 'eu-west-1' });
    // Named after the region that it is for: another one may keep its copies there too.
    expect(only(elsewhere, 'aws_kms_alias')).toMatchObject({
      region: 'eu-west-1',
      name: 'alias/tiers-test-us-east-1-copies',
    });
    expect(statementsOf(elsewhere).LogGroups).toMatchObject({
      Principal: { Service: 'logs.eu-west-1.amazonaws.com' },
    });
    expect(only(build(), 'aws_kms_key')).not.toHaveProperty('region');
  });

  test('CloudWatch Logs encrypts exactly the log groups that were named', () => {
    const { LogGroups } = statementsOf(
      build((key) => {
        key.forLogGroup('/tiers/test/one');
        key.forLogGroup('/tiers/test/two');
      }),
    );
    expect(LogGroups).toMatchObject({
      Principal: { Service: 'logs.us-east-1.amazonaws.com' },
      Condition: {
        ArnEquals: {
          'kms:EncryptionContext:aws:logs:arn': [
            'arn:aws:logs:us-east-1:111122223333:log-group:/tiers/test/one',
            'arn:aws:logs:us-east-1:111122223333:log-group:/tiers/test/two',
          ],
        },
      },
    });
  });

  test('every use by a service is bound to this account, and a distribution only reads', () => {
    const statements = statementsOf(
      build((key) => {
        key.allowCdn();
        key.allowLogDelivery();
      }),
    );
    expect(statements.ReadByCdn).toMatchObject({
      Action: ['kms:Decrypt'],
      Condition: { ArnLike: { 'aws:SourceArn': 'arn:aws:cloudfront::111122223333:distribution/*' } },
    });
    expect(statements.LogDelivery).toMatchObject({
      Principal: { Service: 'delivery.logs.amazonaws.com' },
      Condition: { StringEquals: { 'aws:SourceAccount': '111122223333' } },
    });
  });

  test('a scaling role makes grants for AWS resources only', () => {
    const role = 'arn:aws:iam::111122223333:role/aws-service-role/autoscaling.amazonaws.com/fleets';
    const { AttachVolumesOfFleets } = statementsOf(build((key) => key.allowScaling(role)));
    expect(AttachVolumesOfFleets).toMatchObject({
      Principal: { AWS: role },
      Action: ['kms:CreateGrant'],
      Condition: { Bool: { 'kms:GrantIsForAWSResource': 'true' } },
    });
  });

  test('a role uses it through one service, never directly', () => {
    build((key) => {
      expect(key.statement('sqs', 'both')).toEqual({
        actions: ['kms:Decrypt', 'kms:GenerateDataKey'],
        resources: [key.arn],
        conditions: { StringEquals: { 'kms:ViaService': 'sqs.us-east-1.amazonaws.com' } },
      });
    });
  });
});
