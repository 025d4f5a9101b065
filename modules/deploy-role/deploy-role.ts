import { IamRole } from '@cdktf/provider-aws/lib/iam-role';
import { IamRolePolicy } from '@cdktf/provider-aws/lib/iam-role-policy';
import { IamRolePolicyAttachment } from '@cdktf/provider-aws/lib/iam-role-policy-attachment';
import { Construct } from 'constructs';
import { deployRoleName } from '../../lib/deploy-role';
import { policyDocument } from '../../lib/grants';
import { placeOf } from '../../lib/place';
import type { ObjectStorage } from '../object-storage';
import { ownRoles, stateStatements, trustedByPrincipals } from './statements';

export interface DeployRoleProps {
  /** ARNs of the roles or users that may take it: the one of the pipeline, those of people. */
  readonly principals: readonly string[];
  /** Bucket of the states. */
  readonly states: ObjectStorage;
}

/**
 * The role that Terraform works with in one environment's account: every service, and IAM only for names that begin with the
 * environment's own, so that a plan that nobody read cannot touch the account's other roles.
 */
export class DeployRole extends Construct {
  readonly arn: string;

  constructor(scope: Construct, id: string, { principals, states }: DeployRoleProps) {
    super(scope, id);
    const place = placeOf(this);
    const role = new IamRole(this, 'role', {
      name: deployRoleName(place),
      description: 'Terraform deploys with it',
      assumeRolePolicy: trustedByPrincipals(principals),
    });
    new IamRolePolicyAttachment(this, 'services', {
      role: role.name,
      policyArn: 'arn:aws:iam::aws:policy/PowerUserAccess',
    });
    for (const [name, statements] of Object.entries({
      'own-roles': ownRoles(place),
      states: stateStatements(states),
    }))
      new IamRolePolicy(this, name, { name, role: role.name, policy: policyDocument(statements) });
    this.arn = role.arn;
  }
}
