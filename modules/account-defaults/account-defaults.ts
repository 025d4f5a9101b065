import { EbsEncryptionByDefault } from '@cdktf/provider-aws/lib/ebs-encryption-by-default';
import { EbsSnapshotBlockPublicAccess } from '@cdktf/provider-aws/lib/ebs-snapshot-block-public-access';
import { Ec2ImageBlockPublicAccess } from '@cdktf/provider-aws/lib/ec2-image-block-public-access';
import { Ec2InstanceMetadataDefaults } from '@cdktf/provider-aws/lib/ec2-instance-metadata-defaults';
import { Construct } from 'constructs';
import { holds, type Safeguard } from '../../lib/decisions';

export interface AccountDefaultsProps {
  /**
   * Declares the account's defaults of the region. Default: on. Off where something else of the account declares them, as
   * they go with whatever declared them: two environments in one account would switch them off for each other.
   */
  readonly declared?: Safeguard;
}

/**
 * What holds in a region for everything that says nothing of its own, whoever makes it: volumes are encrypted, snapshots and
 * images cannot be made public, and new instances take metadata sessions only. What this repository makes says so itself.
 */
export class AccountDefaults extends Construct {
  constructor(scope: Construct, id: string, props: AccountDefaultsProps = {}) {
    super(scope, id);
    if (!holds(this, 'declared', props.declared)) return;
    new EbsEncryptionByDefault(this, 'volumes', { enabled: true });
    new EbsSnapshotBlockPublicAccess(this, 'snapshots', { state: 'block-all-sharing' });
    new Ec2ImageBlockPublicAccess(this, 'images', { state: 'block-new-sharing' });
    new Ec2InstanceMetadataDefaults(this, 'metadata', {
      httpEndpoint: 'enabled',
      httpTokens: 'required',
      httpPutResponseHopLimit: 1,
    });
  }
}
