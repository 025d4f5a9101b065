import { DataVolume } from '../../modules/data-volume';
import { KEY_INVENTORY, keyOf } from '../support/encryption';
import { inventory, only, synthesize, type Synthesized } from '../support/synth';

const volumeWith = (deletionProtection?: { enabled: false; reason: string }): Synthesized =>
  synthesize((stack) => {
    new DataVolume(stack, 'server', {
      zone: 'us-east-1a',
      size: 40,
      encryptionKey: keyOf(stack),
      snapshotDays: 14,
      quietHoursUtc: { from: 6, to: 11 },
      deletionProtection,
    });
  });
const synthesized = volumeWith();

describe('DataVolume', () => {
  test('declares exactly these resources', () => {
    expect(inventory(synthesized)).toEqual({
      ...KEY_INVENTORY,
      aws_dlm_lifecycle_policy: 1,
      aws_ebs_volume: 1,
      aws_iam_role: 1,
      aws_iam_role_policy: 1,
    });
  });

  test('is encrypted, refused to be destroyed, and leaves a snapshot when it goes all the same', () => {
    expect(only(synthesized, 'aws_ebs_volume')).toMatchObject({
      availability_zone: 'us-east-1a',
      encrypted: true,
      final_snapshot: true,
      kms_key_id: '${aws_kms_key.encryption_key.arn}',
      lifecycle: { prevent_destroy: true },
      size: 40,
      type: 'gp3',
    });
    const open = volumeWith({ enabled: false, reason: 'a throw-away environment' });
    expect(only(open, 'aws_ebs_volume')).toMatchObject({ lifecycle: { prevent_destroy: false } });
  });

  test('its snapshots are taken at the beginning of the quiet hours, by the tag that it carries', () => {
    const { tags } = only(synthesized, 'aws_ebs_volume') as { tags: Record<string, string> };
    expect(only(synthesized, 'aws_dlm_lifecycle_policy')).toMatchObject({
      state: 'ENABLED',
      policy_details: {
        resource_types: ['VOLUME'],
        target_tags: { Snapshots: tags.Snapshots },
        schedule: [
          {
            create_rule: { interval: 24, interval_unit: 'HOURS', times: ['06:00'] },
            retain_rule: { interval: 14, interval_unit: 'DAYS' },
          },
        ],
      },
    });
  });
});
