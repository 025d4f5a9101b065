import { DlmLifecyclePolicy } from '@cdktf/provider-aws/lib/dlm-lifecycle-policy';
import { EbsVolume } from '@cdktf/provider-aws/lib/ebs-volume';
import { IamRole } from '@cdktf/provider-aws/lib/iam-role';
import { IamRolePolicy } from '@cdktf/provider-aws/lib/iam-role-policy';
import { Construct } from 'constructs';
import { holds, type Safeguard } from '../../lib/decisions';
import { policyDocument, trustedBy } from '../../lib/grants';
import { Names } from '../../lib/naming';
import { placeOf } from '../../lib/place';
import type { QuietHoursUtc } from '../../lib/quiet-hours';
import { costTags } from '../../lib/tags';
import type { EncryptionKey } from '../encryption-key';

export interface DataVolumeProps {
  /** Availability zone; a volume never leaves it, and is attached to nothing outside. */
  readonly zone: string;
  /** Gibibytes. It can grow, and never shrinks. */
  readonly size: number;
  readonly encryptionKey: EncryptionKey;
  /** Days that snapshots are kept. */
  readonly snapshotDays: number;
  /** The daily snapshot is taken at the beginning of them. */
  readonly quietHoursUtc: QuietHoursUtc;
  /** A plan that would destroy the volume is refused. Default: on. */
  readonly deletionProtection?: Safeguard;
}

/** Tag by which the volume is found by what takes its snapshots. */
const TAG = 'Snapshots';

/**
 * Where one server keeps its database: an encrypted volume that outlives the server, with daily snapshots. EBS itself has no
 * protection from deletion: Terraform refuses it, and where the block is gone, takes a last snapshot before it deletes.
 */
export class DataVolume extends Construct {
  readonly volumeId: string;
  readonly zone: string;

  constructor(scope: Construct, id: string, props: DataVolumeProps) {
    super(scope, id);
    const names = Names.of(this);
    const name = names.regional('securityGroup', 'data-volume');
    const { region, account } = placeOf(this);
    this.zone = props.zone;
    const volume = new EbsVolume(this, 'volume', {
      availabilityZone: props.zone,
      size: props.size,
      type: 'gp3',
      encrypted: true,
      kmsKeyId: props.encryptionKey.arn,
      finalSnapshot: true,
      tags: { Name: name, [TAG]: name },
      lifecycle: { preventDestroy: holds(this, 'deletionProtection', props.deletionProtection) },
    });
    this.volumeId = volume.id;

    const role = new IamRole(this, 'snapshots-role', {
      name: names.account('role', 'snapshots'),
      description: 'Takes the daily snapshots of the data volume',
      assumeRolePolicy: trustedBy('dlm.amazonaws.com'),
    });
    new IamRolePolicy(this, 'snapshots-policy', {
      name: 'snapshots',
      role: role.name,
      // Amazon EBS User Guide, "Control access to Amazon Data Lifecycle Manager using IAM": what its default role may do, on
      // this volume and its snapshots.
      policy: policyDocument([
        {
          actions: ['ec2:CreateSnapshot'],
          resources: [volume.arn, `arn:aws:ec2:${region}::snapshot/*`],
        },
        {
          actions: ['ec2:DeleteSnapshot', 'ec2:CreateTags'],
          resources: [`arn:aws:ec2:${region}::snapshot/*`],
        },
        {
          // These know no resources (Service Authorization Reference).
          actions: ['ec2:DescribeVolumes', 'ec2:DescribeSnapshots', 'ec2:DescribeInstances'],
          resources: ['*'],
          conditions: { StringEquals: { 'aws:RequestedRegion': region } },
        },
      ]),
    });
    new DlmLifecyclePolicy(this, 'snapshots', {
      description: `Daily snapshots of ${name}`,
      executionRoleArn: role.arn,
      state: 'ENABLED',
      policyDetails: {
        resourceTypes: ['VOLUME'],
        targetTags: { [TAG]: name },
        schedule: [
          {
            name: 'daily',
            createRule: {
              interval: 24,
              intervalUnit: 'HOURS',
              times: [`${String(props.quietHoursUtc.from).padStart(2, '0')}:00`],
            },
            retainRule: { interval: props.snapshotDays, intervalUnit: 'DAYS' },
            tagsToAdd: { Name: name, Account: account, ...costTags(this, 'data-volume') },
          },
        ],
      },
    });
  }
}
