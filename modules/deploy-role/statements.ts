import type { Statement } from '../../lib/grants';
import type { Place } from '../../lib/place';
import type { ObjectStorage } from '../object-storage';

/** The trust policy for roles and users of any account, each named. */
export function trustedByPrincipals(principals: readonly string[]): string {
  return JSON.stringify({
    Version: '2012-10-17',
    Statement: [
      {
        Effect: 'Allow',
        Principal: { AWS: principals },
        Action: ['sts:AssumeRole', 'sts:TagSession'],
      },
    ],
  });
}

/**
 * What PowerUserAccess leaves out and the stacks need: roles and instance profiles whose names begin with the environment's, and
 * roles that AWS keeps for its services.
 */
export function ownRoles({ account, project, environment }: Place): Statement[] {
  const own = `${project}-${environment}-*`;
  return [
    {
      actions: [
        'iam:AddRoleToInstanceProfile',
        'iam:AttachRolePolicy',
        'iam:CreateInstanceProfile',
        'iam:CreateRole',
        'iam:DeleteInstanceProfile',
        'iam:DeleteRole',
        'iam:DeleteRolePolicy',
        'iam:DetachRolePolicy',
        'iam:GetInstanceProfile',
        'iam:GetRole',
        'iam:GetRolePolicy',
        'iam:ListAttachedRolePolicies',
        'iam:ListInstanceProfilesForRole',
        'iam:ListRolePolicies',
        'iam:ListRoleTags',
        'iam:PassRole',
        'iam:PutRolePolicy',
        'iam:RemoveRoleFromInstanceProfile',
        'iam:TagInstanceProfile',
        'iam:TagRole',
        'iam:UntagInstanceProfile',
        'iam:UntagRole',
        'iam:UpdateAssumeRolePolicy',
        'iam:UpdateRole',
        'iam:UpdateRoleDescription',
      ],
      resources: [`arn:aws:iam::${account}:role/${own}`, `arn:aws:iam::${account}:instance-profile/${own}`],
    },
    {
      actions: [
        'iam:CreateServiceLinkedRole',
        'iam:DeleteServiceLinkedRole',
        'iam:GetRole',
        'iam:GetServiceLinkedRoleDeletionStatus',
        'iam:ListRoleTags',
        'iam:TagRole',
        'iam:UpdateRoleDescription',
      ],
      resources: [`arn:aws:iam::${account}:role/aws-service-role/*`],
    },
  ];
}

/** Terraform documentation, "Backend Type: s3": states are never deleted, lock files come and go. */
export function stateStatements(states: ObjectStorage): Statement[] {
  return [
    { actions: ['s3:ListBucket'], resources: [states.arn] },
    { actions: ['s3:GetObject', 's3:PutObject'], resources: [`${states.arn}/*.tfstate`] },
    {
      actions: ['s3:DeleteObject', 's3:GetObject', 's3:PutObject'],
      resources: [`${states.arn}/*.tfstate.tflock`],
    },
    ...states.keyStatements('both'),
  ];
}
