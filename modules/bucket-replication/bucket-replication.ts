import { IamRole } from '@cdktf/provider-aws/lib/iam-role';
import { IamRolePolicy } from '@cdktf/provider-aws/lib/iam-role-policy';
import { S3BucketReplicationConfigurationA } from '@cdktf/provider-aws/lib/s3-bucket-replication-configuration';
import { Construct } from 'constructs';
import { policyDocument, trustedBy } from '../../lib/grants';
import { Names } from '../../lib/naming';
import type { ObjectStorage } from '../object-storage';

export interface BucketReplicationProps {
  /** What is copied, in lower case and hyphens, such as `states`; part of the role's name. */
  readonly component: string;
  /** Bucket of this stack's region. S3 takes one replication for each bucket. */
  readonly from: ObjectStorage;
  /** Bucket of another region, which takes copies of what is new from now on; what is there already stays where it is. */
  readonly to: ObjectStorage;
}

/**
 * Copies new objects and deletions of a bucket to one in another region, each encrypted under the key of where it lies. Both keep
 * versions (Amazon S3 User Guide, "Requirements and considerations for replication"), so a deletion that is copied can be taken
 * back on either side.
 */
export class BucketReplication extends Construct {
  constructor(scope: Construct, id: string, { component, from, to }: BucketReplicationProps) {
    super(scope, id);
    const role = new IamRole(this, 'role', {
      name: Names.of(this).account('role', `${component}-replication`),
      description: `Copies to another region: ${component}`,
      assumeRolePolicy: trustedBy('s3.amazonaws.com'),
    });
    // Amazon S3 User Guide, "Setting up permissions for live replication" and "Replicating encrypted objects".
    const policy = new IamRolePolicy(this, 'copy', {
      name: 'copy',
      role: role.name,
      policy: policyDocument([
        { actions: ['s3:GetReplicationConfiguration', 's3:ListBucket'], resources: [from.arn] },
        {
          actions: [
            's3:GetObjectVersionAcl',
            's3:GetObjectVersionForReplication',
            's3:GetObjectVersionTagging',
          ],
          resources: [`${from.arn}/*`],
        },
        {
          actions: ['s3:ReplicateDelete', 's3:ReplicateObject', 's3:ReplicateTags'],
          resources: [`${to.arn}/*`],
        },
        ...from.keyStatements('read'),
        ...to.keyStatements('replica'),
      ]),
    });
    new S3BucketReplicationConfigurationA(this, 'configuration', {
      bucket: from.versionedBucketName,
      role: role.arn,
      rule: [
        {
          id: component,
          status: 'Enabled',
          priority: 0,
          filter: {},
          deleteMarkerReplication: { status: 'Enabled' },
          ...(to.keyArn
            ? { sourceSelectionCriteria: { sseKmsEncryptedObjects: { status: 'Enabled' } } }
            : {}),
          destination: {
            bucket: to.arn,
            // The same guide, "Replication metrics": bytes and operations that wait, and how long.
            metrics: { status: 'Enabled', eventThreshold: { minutes: 15 } },
            ...(to.keyArn ? { encryptionConfiguration: { replicaKmsKeyId: to.keyArn } } : {}),
          },
        },
      ],
      // The first object after it would not be copied.
      dependsOn: [policy],
    });
  }
}
