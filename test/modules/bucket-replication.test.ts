import { BucketReplication } from '../../modules/bucket-replication';
import { ObjectStorage } from '../../modules/object-storage';
import { keyOf } from '../support/encryption';
import { inventory, only, synthesize, type Synthesized } from '../support/synth';

/** Both buckets stand in one stack here; which region each is in is its stack's matter. */
function build(encrypted = true): Synthesized {
  return synthesize((stack) => {
    const off = { enabled: false, reason: 'a test of the other way' } as const;
    const encryptionKey = encrypted ? keyOf(stack) : off;
    const from = new ObjectStorage(stack, 'from', { component: 'from', encryptionKey });
    const to = new ObjectStorage(stack, 'to', { component: 'to', encryptionKey });
    new BucketReplication(stack, 'copies', { component: 'pictures', from, to });
  });
}

function actions(synthesized: Synthesized): string[] {
  const { policy } = only(synthesized, 'aws_iam_role_policy');
  return (JSON.parse(String(policy)) as { Statement: { Action: string[] }[] }).Statement.flatMap(
    ({ Action }) => Action,
  );
}

describe('BucketReplication', () => {
  const plain = build();

  test('adds a role with one policy, and the configuration', () => {
    expect(inventory(plain)).toMatchObject({
      aws_iam_role: 1,
      aws_iam_role_policy: 1,
      aws_s3_bucket_replication_configuration: 1,
    });
  });

  test('copies everything, deletions too, under the key of where it goes', () => {
    expect(only(plain, 'aws_s3_bucket_replication_configuration')).toMatchObject({
      bucket: '${aws_s3_bucket_versioning.from_versioning.bucket}',
      depends_on: ['aws_iam_role_policy.copies_copy'],
      rule: [
        {
          status: 'Enabled',
          filter: {},
          delete_marker_replication: { status: 'Enabled' },
          source_selection_criteria: { sse_kms_encrypted_objects: { status: 'Enabled' } },
          destination: {
            bucket: '${aws_s3_bucket.to_bucket.arn}',
            encryption_configuration: { replica_kms_key_id: '${aws_kms_key.encryption_key.arn}' },
            metrics: { status: 'Enabled' },
          },
        },
      ],
    });
  });

  test('reads there and writes here, and may do nothing else', () => {
    expect(actions(plain)).toEqual([
      's3:GetReplicationConfiguration',
      's3:ListBucket',
      's3:GetObjectVersionAcl',
      's3:GetObjectVersionForReplication',
      's3:GetObjectVersionTagging',
      's3:ReplicateDelete',
      's3:ReplicateObject',
      's3:ReplicateTags',
      'kms:Decrypt',
      'kms:Encrypt',
      'kms:GenerateDataKey',
    ]);
  });

  test('needs no key where S3 encrypts under keys of its own', () => {
    const [rule] = only(build(false), 'aws_s3_bucket_replication_configuration').rule as [object];
    expect(rule).not.toHaveProperty('source_selection_criteria');
    expect(actions(build(false)).filter((action) => action.startsWith('kms:'))).toEqual([]);
  });
});
