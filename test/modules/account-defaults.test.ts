import { decisionsOf } from '../../lib/decisions';
import { AccountDefaults } from '../../modules/account-defaults';
import { inventory, only, synthesize } from '../support/synth';

describe('AccountDefaults', () => {
  test('hold for what says nothing of its own', () => {
    const declared = synthesize((stack) => new AccountDefaults(stack, 'defaults'));
    expect(inventory(declared)).toEqual({
      aws_ebs_encryption_by_default: 1,
      aws_ebs_snapshot_block_public_access: 1,
      aws_ec2_image_block_public_access: 1,
      aws_ec2_instance_metadata_defaults: 1,
    });
    expect(only(declared, 'aws_ebs_encryption_by_default')).toMatchObject({ enabled: true });
    expect(only(declared, 'aws_ebs_snapshot_block_public_access')).toMatchObject({
      state: 'block-all-sharing',
    });
    expect(only(declared, 'aws_ec2_image_block_public_access')).toMatchObject({ state: 'block-new-sharing' });
    expect(only(declared, 'aws_ec2_instance_metadata_defaults')).toMatchObject({
      http_tokens: 'required',
      http_put_response_hop_limit: 1,
    });
  });

  test('stay with whoever else declares them', () => {
    const reason = 'the landing zone declares them';
    const none = synthesize((stack) => {
      new AccountDefaults(stack, 'defaults', { declared: { enabled: false, reason } });
      expect(decisionsOf(stack)).toEqual([{ where: 'defaults', setting: 'declared', reason }]);
    });
    expect(none.resource).toBeUndefined();
  });
});
