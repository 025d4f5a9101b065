import { decisionsOf } from '../../lib/decisions';
import { EncryptionKey } from '../../modules/encryption-key';
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

  test('a copy in another region has its key, its recovery and its protection, and its users use it alone', () => {
    const users = new RecordingGrantee();
    const copied = synthesize((stack) => {
      const there = new EncryptionKey(stack, 'there', { component: 'test', region: 'eu-west-1' });
      const state = new SharedState(stack, 'shared-state', {
        encryptionKey: keyOf(stack),
        replicas: [there],
      });
      state.in('eu-west-1').grantReadWrite(users);
      expect(() => state.in('eu-west-2')).toThrow('shared-state has no copy in eu-west-2');
    });
    expect(only(copied, 'aws_dynamodb_table')).toMatchObject({
      stream_enabled: true,
      stream_view_type: 'NEW_AND_OLD_IMAGES',
      replica: [
        {
          region_name: 'eu-west-1',
          kms_key_arn: '${aws_kms_key.there_key.arn}',
          point_in_time_recovery: true,
          deletion_protection_enabled: true,
          propagate_tags: true,
        },
      ],
    });
    const [items, key] = users.granted['use-shared-state'] ?? [];
    expect(items?.resources).toEqual([
      'arn:aws:dynamodb:eu-west-1:111122223333:table/tiers-test-shared-state',
    ]);
    expect(key?.conditions).toEqual({
      StringEquals: { 'kms:ViaService': 'dynamodb.eu-west-1.amazonaws.com' },
    });
    expect(table).not.toHaveProperty('replica');
    expect(table).not.toHaveProperty('stream_enabled');
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
