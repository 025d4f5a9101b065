import { AutoscalingPolicy } from '@cdktf/provider-aws/lib/autoscaling-policy';
import { Construct } from 'constructs';
import type { LoadBalancer } from '../load-balancer';

export interface RequestScalingProps {
  readonly groupName: string;
  readonly loadBalancer: LoadBalancer;
  /** Requests per second that one instance takes. */
  readonly perSecondPerInstance: number;
}

/** The metric counts the requests of one minute. */
const SECONDS = 60;

/** What the requests per target are counted by, and the figure of a minute that they are kept near. */
export function requestMetric({ loadBalancer, perSecondPerInstance }: RequestScalingProps): {
  readonly resourceLabel: string;
  readonly targetValue: number;
} {
  return {
    resourceLabel: `${loadBalancer.arnSuffix}/${loadBalancer.targetGroup.arnSuffix}`,
    targetValue: perSecondPerInstance * SECONDS,
  };
}

/** Keeps the requests per target near a figure: the earliest sign of load, before CPU follows. */
export class RequestScaling extends Construct {
  constructor(scope: Construct, id: string, props: RequestScalingProps) {
    super(scope, id);
    const { resourceLabel, targetValue } = requestMetric(props);
    new AutoscalingPolicy(this, 'policy', {
      name: 'requests',
      autoscalingGroupName: props.groupName,
      policyType: 'TargetTrackingScaling',
      targetTrackingConfiguration: {
        predefinedMetricSpecification: {
          predefinedMetricType: 'ALBRequestCountPerTarget',
          resourceLabel,
        },
        targetValue,
      },
      // The policy is refused for a target group that no listener forwards to.
      dependsOn: [props.loadBalancer.listener],
    });
  }
}
