import { DeployRole } from '../../modules/deploy-role';
import { ObjectStorage } from '../../modules/object-storage';
import { KEY_INVENTORY, keyOf } from '../support/encryption';
import { inventory, only, resourcesOf, synthesize } from '../support/synth';

const PIPELINE = 'arn:aws:iam::444455556666:role/pipeline';
const synthesized = synthesize((stack) => {
  const states = new ObjectStorage(stack, 'states', { component: 'states', encryptionKey: keyOf(stack) });
  new DeployRole(stack, 'deploy', { principals: [PIPELINE], states });
});

interface Statement {
  readonly Effect: string;
  readonly Action: readonly string[];
  readonly Resource: readonly string[];
}

function statements(policy: string): Statement[] {
  const { policy: text } = resourcesOf(synthesized, 'aws_iam_role_policy')[policy]!;
  return (JSON.parse(String(text)) as { Statement: Statement[] }).Statement;
}

describe('DeployRole', () => {
  test('declares exactly these resources beside the bucket and its key', () => {
    expect(inventory(synthesized)).toEqual({
      ...KEY_INVENTORY,
      aws_iam_role: 1,
      aws_iam_role_policy: 2,
      aws_iam_role_policy_attachment: 1,
      aws_s3_bucket: 1,
      aws_s3_bucket_lifecycle_configuration: 1,
      aws_s3_bucket_ownership_controls: 1,
      aws_s3_bucket_policy: 1,
      aws_s3_bucket_public_access_block: 1,
      aws_s3_bucket_server_side_encryption_configuration: 1,
      aws_s3_bucket_versioning: 1,
    });
  });

  test('is taken by those who are named, and nobody else', () => {
    const { assume_role_policy: trust, name } = only(synthesized, 'aws_iam_role');
    expect(name).toBe('tiers-test-deploy');
    expect(JSON.parse(String(trust))).toMatchObject({
      Statement: [{ Effect: 'Allow', Principal: { AWS: [PIPELINE] } }],
    });
  });

  test('is no administrator: its roles begin with the names of the environment, and it cannot make users or keys', () => {
    expect(only(synthesized, 'aws_iam_role_policy_attachment').policy_arn).toBe(
      'arn:aws:iam::aws:policy/PowerUserAccess',
    );
    const own = statements('deploy_own_roles');
    expect(own.flatMap(({ Resource }) => Resource)).toEqual([
      'arn:aws:iam::111122223333:role/tiers-test-*',
      'arn:aws:iam::111122223333:instance-profile/tiers-test-*',
      'arn:aws:iam::111122223333:role/aws-service-role/*',
    ]);
    const actions = own.flatMap(({ Action }) => Action);
    expect(
      actions.filter((action) => /\*|User|AccessKey|Group|Policies?Version|CreatePolicy/.test(action)),
    ).toEqual([]);
    // What each stack with instances needs, by the provider's documentation of these types.
    for (const needed of [
      'iam:CreateRole',
      'iam:PassRole',
      'iam:PutRolePolicy',
      'iam:CreateServiceLinkedRole',
    ])
      expect(actions).toContain(needed);
  });

  test('writes states and never deletes them; locks come and go', () => {
    const states = statements('deploy_states');
    const deleting = states.filter(({ Action }) => Action.includes('s3:DeleteObject'));
    expect(deleting.flatMap(({ Resource }) => Resource)).toEqual([
      '${aws_s3_bucket.states_bucket.arn}/*.tfstate.tflock',
    ]);
    expect(states.flatMap(({ Action }) => Action)).toContain('kms:GenerateDataKey');
  });
});
