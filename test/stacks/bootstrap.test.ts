import production from '../../deployments/production/us-east-1';
import type { Deployment } from '../../deployments/schema';
import { inventory, only } from '../support/synth';
import { parseAll, synthesizeAll } from './support';

const ROLE = 'arn:aws:iam::222222222222:role/tiers-production-deploy';
const BUCKET = 'tiers-production-us-east-1-states-222222222222';
const state: Deployment['state'] = {
  backend: 'own',
  region: 'us-east-1',
  replicaRegion: 'us-west-2',
  deployers: ['arn:aws:iam::444455556666:role/pipeline'],
};
const stacks = parseAll(
  synthesizeAll([{ environment: 'production', regions: [{ ...production, state }], chosen: ['us-east-1'] }]),
);
const bootstrap = stacks['production-bootstrap']!;
const replica = stacks['production-bootstrap-replica']!;
const others = Object.entries(stacks).filter(([name]) => !name.startsWith('production-bootstrap'));

test('the stacks are there only for states of the own', () => {
  const without = synthesizeAll([
    { environment: 'production', regions: [production], chosen: ['us-east-1'] },
  ]);
  expect(
    Object.keys(stacks)
      .filter((name) => !(name in without))
      .sort(),
  ).toEqual(['production-bootstrap', 'production-bootstrap-replica']);
});

test('the bucket is kept in versions, encrypted, and copied to another region', () => {
  const bucket = {
    aws_kms_alias: 1,
    aws_kms_key: 1,
    aws_s3_bucket: 1,
    aws_s3_bucket_lifecycle_configuration: 1,
    aws_s3_bucket_ownership_controls: 1,
    aws_s3_bucket_policy: 1,
    aws_s3_bucket_public_access_block: 1,
    aws_s3_bucket_server_side_encryption_configuration: 1,
    aws_s3_bucket_versioning: 1,
  };
  expect(inventory(replica)).toEqual(bucket);
  expect(inventory(bootstrap)).toEqual({
    ...bucket,
    aws_iam_role: 2,
    aws_iam_role_policy: 3,
    aws_iam_role_policy_attachment: 1,
    aws_s3_bucket_replication_configuration: 1,
  });
  expect(only(bootstrap, 'aws_s3_bucket')).toMatchObject({ bucket: BUCKET, force_destroy: false });
  expect(JSON.stringify(replica.provider)).toContain('"region":"us-west-2"');
});

test('bootstrap keeps its own state in a file, and works as whoever calls it', () => {
  for (const [name, { terraform, provider }] of Object.entries({ 'production-bootstrap': bootstrap })) {
    expect(terraform).toMatchObject({ backend: { local: { path: `../../../state/${name}.tfstate` } } });
    expect(JSON.stringify(provider)).not.toContain('assume_role');
  }
});

test('every other stack takes the role, for its state and for its resources, in the one account', () => {
  expect(others.length).toBeGreaterThan(6);
  for (const [name, { terraform, provider }] of others) {
    expect(terraform).toMatchObject({
      backend: {
        s3: {
          bucket: BUCKET,
          key: `tiers/production/${name}.tfstate`,
          use_lockfile: true,
          allowed_account_ids: ['222222222222'],
          assume_role: { role_arn: ROLE },
        },
      },
    });
    expect(provider).toMatchObject({
      aws: [{ allowed_account_ids: ['222222222222'], assume_role: [{ role_arn: ROLE }] }],
    });
  }
  expect(Object.values(bootstrap.resource.aws_iam_role!).map(({ name }) => name)).toContain(
    ROLE.slice(ROLE.lastIndexOf('/') + 1),
  );
});

test('a wrong account is refused by every provider, with any backend', () => {
  for (const { provider } of [bootstrap, replica])
    expect(provider).toMatchObject({ aws: [{ allowed_account_ids: ['222222222222'] }] });
});
