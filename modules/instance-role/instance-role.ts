import { IamInstanceProfile } from '@cdktf/provider-aws/lib/iam-instance-profile';
import { IamRole } from '@cdktf/provider-aws/lib/iam-role';
import { IamRolePolicy } from '@cdktf/provider-aws/lib/iam-role-policy';
import { IamRolePolicyAttachment } from '@cdktf/provider-aws/lib/iam-role-policy-attachment';
import { Construct } from 'constructs';
import { policyDocument, trustedBy, type Grantable, type Statement } from '../../lib/grants';
import { Names } from '../../lib/naming';
import { placeOf } from '../../lib/place';

export interface InstanceRoleProps {
  /** What the instances are, such as `web`; part of the role's name. */
  readonly component: string;
  /** AWS managed policies beside the standard ones, by name with their path, such as `EC2InstanceProfileForImageBuilder`. */
  readonly managedPolicies?: readonly string[];
}

/** Send logs and metrics with the CloudWatch agent. */
const STANDARD_POLICIES = ['CloudWatchAgentServerPolicy'] as const;

/**
 * Be reached by Session Manager in place of SSH (AWS Systems Manager User Guide, "Add Session Manager permissions to an existing IAM
 * role"). AmazonSSMManagedInstanceCore would let an instance read every parameter of the account, too.
 */
const SESSION_ACTIONS = [
  'ssm:UpdateInstanceInformation',
  'ssmmessages:CreateControlChannel',
  'ssmmessages:CreateDataChannel',
  'ssmmessages:OpenControlChannel',
  'ssmmessages:OpenDataChannel',
];

/** The role of instances: every one may be reached by Session Manager, and sends logs and metrics. All else that they may do is granted by the constructs that they use. */
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
    const { region, account } = placeOf(this);
    this.grant('sessions', [
      {
        actions: SESSION_ACTIONS,
        resources: ['*'],
        // Credentials that left their instance are good for no session.
        conditions: {
          ArnLike: { 'ec2:SourceInstanceARN': `arn:aws:ec2:${region}:${account}:instance/*` },
        },
      },
    ]);
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
