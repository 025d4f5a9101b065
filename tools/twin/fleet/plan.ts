import type { StartedUnit } from '../../topology';
import type { Balancer } from '../haproxy/balancer';
import type { TargetGroupPlan } from '../haproxy/plan';

/** An Auto Scaling group, ready to be run. */
export interface FleetPlan {
  /** Address of the aws_autoscaling_group. */
  readonly resource: string;
  /** Its name: letters, digits, `-`. */
  readonly name: string;
  readonly desired: number;
  /** `ELB`: an instance that fails its target group's health check is replaced; `EC2`: only one that has ended. */
  readonly healthType: 'EC2' | 'ELB';
  /** Seconds after launch in which a failing health check does not count. */
  readonly grace: number;
  readonly units: readonly StartedUnit[];
  /** /etc/tiers/service.env of the plan, its references resolved. */
  readonly environment: Readonly<Record<string, string>>;
  readonly targetGroups: readonly { readonly balancer: Balancer; readonly plan: TargetGroupPlan }[];
}

/** Units that run once and have to succeed before the next is started (`Type=oneshot` in the image). */
export const ONE_SHOT: ReadonlySet<string> = new Set(['migrate']);
