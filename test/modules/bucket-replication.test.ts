import type { App } from 'cdktf';
import { setPlace } from '../../lib/place';
import { BucketReplication } from '../../modules/bucket-replication';
import { ObjectStorage } from '../../modules/object-storage';
import { keyOf } from '../support/encryption';
import { inventory, only, synthesize, TestStack, type Synthesized } from '../support/synth';

/** Both buckets stand in one stack here; which region each is in is its stack's matter. */
function build(encrypted = true): Synthesized {
  return synthesize((stack) => {
    const off = { enabled: false, reason: 'a test of the other way' } as const;
    const encryptionKey = encrypted ? keyOf(stack) : off;
    const from = new ObjectStorage(stack, 'from', { component: 'from', encryptionKey });
    const to = new ObjectStorage(stack, 'to', { component: 'to', encryptionKey });
    new BucketReplication(stack, 'copies', { component: 'pictures', from, to: [to] });
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
            bucket: 'arn:aws:s3:::tiers-test-us-east-1-to-111122223333',
            encryption_configuration: { replica_kms_key_id: '${aws_kms_key.encryption_key.arn}' },
            metrics: { status: 'Enabled' },
          },
        },
      ],
    });
  });

  test('copies to every one, by a rule with a number of its own, in the region of what is copied', () => {
    const many = synthesize((stack) => {
      const bucketIn = (region: string, component: string): ObjectStorage => {
        const other = new TestStack(stack.node.root as App, region);
        setPlace(other, { project: 'tiers', environment: 'test', region, account: '111122223333' });
        return new ObjectStorage(other, 'bucket', { component, encryptionKey: keyOf(other) });
      };
      new BucketReplication(stack, 'copies', {
        component: 'pictures',
        from: bucketIn('eu-west-1', 'pictures'),
        to: [bucketIn('us-west-2', 'pictures'), bucketIn('sa-east-1', 'pictures')],
      });
    });
    const configuration = only(many, 'aws_s3_bucket_replication_configuration');
    expect(configuration).toMatchObject({
      region: 'eu-west-1',
      bucket: 'tiers-test-eu-west-1-pictures-111122223333',
    });
    expect(
      (configuration.rule as { id: string; priority: number; destination: { bucket: string } }[]).map(
        ({ id, priority, destination }) => [id, priority, destination.bucket],
      ),
    ).toEqual([
      ['pictures-to-us-west-2', 0, 'arn:aws:s3:::tiers-test-us-west-2-pictures-111122223333'],
      ['pictures-to-sa-east-1', 1, 'arn:aws:s3:::tiers-test-sa-east-1-pictures-111122223333'],
    ]);
    expect(only(many, 'aws_iam_role').name).toBe('tiers-test-eu-west-1-pictures-replication');
    const { policy } = only(many, 'aws_iam_role_policy');
    const used = (
      JSON.parse(String(policy)) as { Statement: { Action: string[]; Condition?: object }[] }
    ).Statement.filter(({ Condition }) => Condition).map(({ Action, Condition }) => [
      Action[0],
      JSON.stringify(Condition),
    ]);
    expect(used).toEqual([
      ['kms:Decrypt', '{"StringEquals":{"kms:ViaService":"s3.eu-west-1.amazonaws.com"}}'],
      ['kms:Encrypt', '{"StringEquals":{"kms:ViaService":"s3.us-west-2.amazonaws.com"}}'],
      ['kms:Encrypt', '{"StringEquals":{"kms:ViaService":"s3.sa-east-1.amazonaws.com"}}'],
    ]);
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
