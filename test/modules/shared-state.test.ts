import { decisionsOf } from '../../lib/decisions';
import { SharedState } from '../../modules/shared-state';
import { KEY_INVENTORY, keyOf } from '../support/encryption';
import { RecordingGrantee } from '../support/grants';
import { inventory, only, synthesize } from '../support/synth';

const OFF = { enabled: false, reason: 'a test of the other way' } as const;

describe('SharedState', () => {
  const grantee = new RecordingGrantee();
  const safe = synthesize((stack) =>
    new SharedState(stack, 'shared-state', { encryptionKey: keyOf(stack) }).grantReadWrite(grantee),
  );
  const table = only(safe, 'aws_dynamodb_table');

  test('declares exactly one table', () => {
    expect(inventory(safe)).toEqual({ ...KEY_INVENTORY, aws_dynamodb_table: 1 });
  });

  test('is keyed by strings, paid by request, and lets items expire', () => {
    expect(table).toMatchObject({
      name: 'tiers-test-shared-state',
      billing_mode: 'PAY_PER_REQUEST',
      hash_key: 'pk',
      range_key: 'sk',
      ttl: { enabled: true, attribute_name: 'expires_at' },
    });
    expect(table.attribute).toEqual([
      { name: 'pk', type: 'S' },
      { name: 'sk', type: 'S' },
    ]);
  });

  test('can be restored, is encrypted and refuses to be deleted', () => {
    expect(table).toMatchObject({
      point_in_time_recovery: { enabled: true, recovery_period_in_days: 35 },
      server_side_encryption: { enabled: true, kms_key_arn: '${aws_kms_key.encryption_key.arn}' },
      deletion_protection_enabled: true,
    });
  });

  test('its users touch items by key, and never scan, change or delete the table', () => {
    const [statement, key] = grantee.granted['use-shared-state'] ?? [];
    expect(key).toMatchObject({
      actions: ['kms:Decrypt', 'kms:DescribeKey'],
      conditions: { StringEquals: { 'kms:ViaService': 'dynamodb.us-east-1.amazonaws.com' } },
    });
    expect(statement?.resources).toHaveLength(1);
    expect(statement?.actions).toContain('dynamodb:UpdateItem');
    expect(statement?.actions.filter((action) => /Scan|Table|\*/.test(action))).toEqual([]);
  });

  test('what is turned off is off, and its reason is kept', () => {
    const bare = synthesize((stack) => {
      new SharedState(stack, 'shared-state', {
        encryptionKey: keyOf(stack),
        deletionProtection: OFF,
        pointInTimeRecovery: OFF,
      });
      expect(decisionsOf(stack).map(({ setting, reason }) => [setting, reason])).toEqual([
        ['pointInTimeRecovery', OFF.reason],
        ['deletionProtection', OFF.reason],
      ]);
    });
    expect(only(bare, 'aws_dynamodb_table')).toMatchObject({
      deletion_protection_enabled: false,
      point_in_time_recovery: { enabled: false },
    });
  });
});
