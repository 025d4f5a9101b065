import { IamInstanceProfile } from '@cdktf/provider-aws/lib/iam-instance-profile';
import { IamRole } from '@cdktf/provider-aws/lib/iam-role';
import { IamRolePolicy } from '@cdktf/provider-aws/lib/iam-role-policy';
import { IamRolePolicyAttachment } from '@cdktf/provider-aws/lib/iam-role-policy-attachment';
import { Construct } from 'constructs';
import { policyDocument, trustedBy, type Grantable, type Statement } from '../../lib/grants';
import { Names } from '../../lib/naming';

export interface InstanceRoleProps {
  /** What the instances are, such as `web`; part of the role's name. */
  readonly component: string;
  /** AWS managed policies beside the standard ones, by name with their path, such as `EC2InstanceProfileForImageBuilder`. */
  readonly managedPolicies?: readonly string[];
}

/**
 * What every instance may do: be reached by Session Manager in place of SSH ("AmazonSSMManagedInstanceCore"), and send
 * logs and metrics with the CloudWatch agent ("CloudWatchAgentServerPolicy").
 */
const STANDARD_POLICIES = ['AmazonSSMManagedInstanceCore', 'CloudWatchAgentServerPolicy'] as const;

/** The role of a fleet's instances. All else that they may do is granted by the constructs that they use. */
export class InstanceRole extends Construct implements Grantable {
  readonly role: IamRole;
  readonly instanceProfile: IamInstanceProfile;

  constructor(scope: Construct, id: string, props: InstanceRoleProps) {
    super(scope, id);
    const names = Names.of(this);
    this.role = new IamRole(this, 'role', {
      name: names.account('role', props.component),
      description: `Instances: ${props.component}`,
      assumeRolePolicy: trustedBy('ec2.amazonaws.com'),
    });
    for (const policy of [...STANDARD_POLICIES, ...(props.managedPolicies ?? [])]) {
      new IamRolePolicyAttachment(this, policy, {
        role: this.role.name,
        policyArn: `arn:aws:iam::aws:policy/${policy}`,
      });
    }
    this.instanceProfile = new IamInstanceProfile(this, 'profile', {
      name: names.account('instanceProfile', props.component),
      role: this.role.name,
    });
  }

  /** Adds an inline policy of that name to the role. Each name once: a second one is refused by cdktf. */
  grant(id: string, statements: readonly Statement[]): void {
    new IamRolePolicy(this, id, { name: id, role: this.role.name, policy: policyDocument(statements) });
  }
}
