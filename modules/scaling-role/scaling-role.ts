import { IamServiceLinkedRole } from '@cdktf/provider-aws/lib/iam-service-linked-role';
import { Construct } from 'constructs';
import { Names } from '../../lib/naming';

/**
 * A service-linked role of Auto Scaling for the fleets of one environment and region alone. The role that Auto Scaling
 * makes for a whole account appears with its first group, after the keys that would have to name it, and a key that names it
 * opens to every group of the account (Amazon EC2 Auto Scaling User Guide, "Service-linked roles": custom suffixes).
 */
export class ScalingRole extends Construct {
  readonly arn: string;

  constructor(scope: Construct, id: string) {
    super(scope, id);
    const suffix = Names.of(this).account('scalingRoleSuffix', 'fleets');
    this.arn = new IamServiceLinkedRole(this, 'role', {
      awsServiceName: 'autoscaling.amazonaws.com',
      customSuffix: suffix,
      description: `Fleets of ${suffix}`,
    }).arn;
  }
}
