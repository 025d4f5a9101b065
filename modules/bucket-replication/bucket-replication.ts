import { IamRole } from '@cdktf/provider-aws/lib/iam-role';
import { IamRolePolicy } from '@cdktf/provider-aws/lib/iam-role-policy';
import {
  S3BucketReplicationConfigurationA,
  type S3BucketReplicationConfigurationRule,
} from '@cdktf/provider-aws/lib/s3-bucket-replication-configuration';
import { TerraformStack } from 'cdktf';
import { Construct } from 'constructs';
import { policyDocument, trustedBy } from '../../lib/grants';
import { Names } from '../../lib/naming';
import { placeOf, regionIn } from '../../lib/place';
import type { ObjectStorage } from '../object-storage';

export interface BucketReplicationProps {
  /** What is copied, in lower case and hyphens, such as `states`; part of the role's name. */
  readonly component: string;
  /** S3 takes one replication for each bucket, with a rule for each that it copies to. */
  readonly from: ObjectStorage;
  /** Buckets of other regions, which take copies of what is new from now on; what is there already stays where it is. */
  readonly to: readonly ObjectStorage[];
}

/**
 * Copies new objects and deletions of a bucket to others in other regions, each encrypted under the key of where it lies. All keep
 * versions (Amazon S3 User Guide, "Requirements and considerations for replication"), so a deletion that is copied can be taken
 * back on either side. What is a copy itself is not copied on (the same guide, "What does Amazon S3 replicate?"): buckets that
 * copy to one another make no circle, and copies of copies need a rule from where they began.
 */
export class BucketReplication extends Construct {
  constructor(scope: Construct, id: string, { component, from, to }: BucketReplicationProps) {
    super(scope, id);
    const names = new Names({ ...placeOf(this), region: from.region });
    const role = new IamRole(this, 'role', {
      name: names.account('role', `${component}-replication`),
      description: `Copies to other regions: ${component}`,
      assumeRolePolicy: trustedBy('s3.amazonaws.com'),
    });
    // Amazon S3 User Guide, "Setting up permissions for live replication" and "Replicating encrypted objects".
    const policy = new IamRolePolicy(this, 'copy', {
      name: 'copy',
      role: role.name,
      policy: policyDocument([
        { actions: ['s3:GetReplicationConfiguration', 's3:ListBucket'], resources: [arnOf(from)] },
        {
          actions: [
            's3:GetObjectVersionAcl',
            's3:GetObjectVersionForReplication',
            's3:GetObjectVersionTagging',
          ],
          resources: [`${arnOf(from)}/*`],
        },
        {
          actions: ['s3:ReplicateDelete', 's3:ReplicateObject', 's3:ReplicateTags'],
          resources: to.map((bucket) => `${arnOf(bucket)}/*`),
        },
        ...from.keyStatements('read'),
        ...to.flatMap((bucket) => bucket.keyStatements('replica')),
      ]),
    });
    const sameStack = TerraformStack.of(from) === TerraformStack.of(this);
    new S3BucketReplicationConfigurationA(this, 'configuration', {
      ...regionIn(this, from.region),
      bucket: sameStack ? from.versionedBucketName : from.plainName,
      role: role.arn,
      rule: to.map((bucket, index) => rule(component, bucket, index)),
      // The first object after it would not be copied.
      dependsOn: [policy],
    });
  }
}

/** A number of its own for each rule: S3 asks for it where several hold for an object. */
function rule(component: string, to: ObjectStorage, priority: number): S3BucketReplicationConfigurationRule {
  return {
    id: `${component}-to-${to.region}`,
    status: 'Enabled',
    priority,
    filter: {},
    deleteMarkerReplication: { status: 'Enabled' },
    ...(to.keyArn ? { sourceSelectionCriteria: { sseKmsEncryptedObjects: { status: 'Enabled' } } } : {}),
    destination: {
      bucket: arnOf(to),
      // Amazon S3 User Guide, "Replication metrics": bytes and operations that wait, and how long. Not Replication Time
      // Control, which is paid for by the byte and promises minutes that nobody here waits for.
      metrics: { status: 'Enabled', eventThreshold: { minutes: 15 } },
      ...(to.keyArn ? { encryptionConfiguration: { replicaKmsKeyId: to.keyArn } } : {}),
    },
  };
}

/** By its name, which is known without the state of its stack. */
function arnOf({ plainName }: ObjectStorage): string {
  return `arn:aws:s3:::${plainName}`;
}
