import { TerraformOutput } from 'cdktf';
import { EncryptionKey } from '../../modules/encryption-key';
import { GeneratedSecret, type GeneratedSecretProps } from '../../modules/generated-secret';
import { KEY_INVENTORY, keyOf } from '../support/encryption';
import { RecordingGrantee } from '../support/grants';
import { inventory, only, synthesize, type Synthesized } from '../support/synth';

function build(props: Partial<GeneratedSecretProps> = {}, grantee = new RecordingGrantee()): Synthesized {
  return synthesize((stack) => {
    new GeneratedSecret(stack, 'signing-key', {
      encryptionKey: keyOf(stack),
      component: 'signing-key',
      description: 'Key of the tokens',
      ...props,
    }).grantRead(grantee);
  });
}

const REFERENCE = '${ephemeral.aws_secretsmanager_random_password.signing_key.random_password}';

describe('GeneratedSecret', () => {
  const plain = build();

  test('declares a secret, its value, and an ephemeral password', () => {
    expect(inventory(plain)).toEqual({
      ...KEY_INVENTORY,
      aws_secretsmanager_secret: 1,
      aws_secretsmanager_secret_version: 1,
    });
    expect(plain.ephemeral).toEqual({
      aws_secretsmanager_random_password: { signing_key: { password_length: 40, exclude_punctuation: true } },
    });
    expect(only(plain, 'aws_secretsmanager_secret')).toMatchObject({
      name: '/tiers/test/signing-key',
      kms_key_id: '${aws_kms_key.encryption_key.arn}',
      recovery_window_in_days: 30,
    });
  });

  test('the value reaches write-only arguments alone, so that no state has it', () => {
    const version = only(plain, 'aws_secretsmanager_secret_version');
    expect(version).toMatchObject({ secret_string_wo: REFERENCE, secret_string_wo_version: 1 });
    expect(version).not.toHaveProperty('secret_string');
    const holders = Object.values(plain.resource)
      .flatMap((members) => Object.values(members))
      .flatMap((member) => Object.entries(member))
      .filter(([, value]) => JSON.stringify(value).includes('ephemeral.'))
      .map(([argument]) => argument);
    expect(holders).toEqual(['secret_string_wo']);
  });

  test('with a user name the value is JSON', () => {
    const version = only(build({ json: { username: 'tiers_admin' } }), 'aws_secretsmanager_secret_version');
    expect(JSON.parse(String(version.secret_string_wo))).toEqual({
      username: 'tiers_admin',
      password: REFERENCE,
    });
  });

  test('a raised version writes the value anew', () => {
    const version = only(build({ valueVersion: 2 }), 'aws_secretsmanager_secret_version');
    expect(version.secret_string_wo_version).toBe(2);
  });

  test('is read by its exact ARN, and its key used by nothing but Secrets Manager', () => {
    const grantee = new RecordingGrantee();
    build({}, grantee);
    expect(grantee.granted['read-signing-key']).toEqual([
      { actions: ['secretsmanager:GetSecretValue'], resources: [expect.stringMatching(/TOKEN/)] },
      {
        actions: ['kms:Decrypt'],
        resources: [expect.stringMatching(/TOKEN/)],
        conditions: { StringEquals: { 'kms:ViaService': 'secretsmanager.us-east-1.amazonaws.com' } },
      },
    ]);
  });

  test('a copy in another region has its key there, and its readers read it alone', () => {
    const [readers, rotator] = [new RecordingGrantee(), new RecordingGrantee()];
    const copied = synthesize((stack) => {
      const secret = new GeneratedSecret(stack, 'signing-key', {
        encryptionKey: keyOf(stack),
        component: 'signing-key',
        description: 'Key of the tokens',
        replicas: [new EncryptionKey(stack, 'there', { component: 'test', region: 'eu-west-1' })],
      });
      const there = secret.in('eu-west-1');
      there.grantRead(readers);
      secret.grantRotate(rotator);
      new TerraformOutput(stack, 'copy', { value: there.arn });
      expect(() => secret.in('eu-west-2')).toThrow('signing-key has no copy in eu-west-2');
    });
    expect(only(copied, 'aws_secretsmanager_secret').replica).toEqual([
      { region: 'eu-west-1', kms_key_id: '${aws_kms_key.there_key.arn}' },
    ]);
    expect(copied.output?.copy?.value).toBe(
      '${replace(aws_secretsmanager_secret.signing_key_secret.arn, ":us-east-1:", ":eu-west-1:")}',
    );
    expect(readers.granted['read-signing-key']?.[0]?.resources).toEqual([
      'arn:aws:secretsmanager:eu-west-1:111122223333:secret:/tiers/test/signing-key-??????',
    ]);
    const used = ({ granted }: RecordingGrantee, id: string): unknown[] =>
      granted[id]!.flatMap(({ actions, conditions }) =>
        conditions ? [[actions, conditions.StringEquals!['kms:ViaService']]] : [],
      );
    expect(used(readers, 'read-signing-key')).toEqual([
      [['kms:Decrypt'], 'secretsmanager.eu-west-1.amazonaws.com'],
    ]);
    // A rotation writes the new value here, and from here there.
    expect(used(rotator, 'rotate-signing-key')).toEqual([
      [['kms:Decrypt', 'kms:GenerateDataKey'], 'secretsmanager.us-east-1.amazonaws.com'],
      [['kms:Encrypt', 'kms:GenerateDataKey'], 'secretsmanager.eu-west-1.amazonaws.com'],
    ]);
    expect(only(plain, 'aws_secretsmanager_secret')).not.toHaveProperty('replica');
  });

  test.each([
    [{ length: 19 }, 'signing-key.length: received 19; allowed: 20 to 128 characters'],
    [{ length: 129 }, 'signing-key.length: received 129; allowed: 20 to 128 characters'],
    [{ recoveryDays: 6 }, 'signing-key.recoveryDays: received 6; allowed: 0, or 7 to 30 days'],
    [{ recoveryDays: 31 }, 'signing-key.recoveryDays: received 31; allowed: 0, or 7 to 30 days'],
  ])('refuses %j', (props, message) => {
    expect(() => build(props)).toThrow(message);
  });
});
