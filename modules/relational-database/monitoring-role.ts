import { IamRole } from '@cdktf/provider-aws/lib/iam-role';
import { IamRolePolicyAttachment } from '@cdktf/provider-aws/lib/iam-role-policy-attachment';
import { Construct } from 'constructs';
import { trustedBy } from '../../lib/grants';
import { Names } from '../../lib/naming';

/** Amazon RDS User Guide, "Setting up and enabling Enhanced Monitoring": the policy that AWS keeps for this role. */
const POLICY = 'arn:aws:iam::aws:policy/service-role/AmazonRDSEnhancedMonitoringRole';

/** Lets RDS write the operating system's figures of the instances to CloudWatch Logs. */
export class MonitoringRole extends Construct {
  readonly arn: string;
  /** What an instance that names the role depends on. */
  readonly attachment: IamRolePolicyAttachment;

  constructor(scope: Construct, id: string, props: { readonly component: string }) {
    super(scope, id);
    const role = new IamRole(this, 'role', {
      name: Names.of(this).account('role', `${props.component}-monitoring`),
      assumeRolePolicy: trustedBy('monitoring.rds.amazonaws.com'),
    });
    this.attachment = new IamRolePolicyAttachment(this, 'policy', { role: role.name, policyArn: POLICY });
    this.arn = role.arn;
  }
}
