import { AutoscalingPolicy } from '@cdktf/provider-aws/lib/autoscaling-policy';
import { Construct } from 'constructs';

export interface CpuScalingProps {
  readonly groupName: string;
  /** Average of the group's CPU, in percent. */
  readonly percent: number;
}

/** Keeps the CPU near a figure: catches requests that cost more than usual, where their number says nothing. */
export class CpuScaling extends Construct {
  constructor(scope: Construct, id: string, props: CpuScalingProps) {
    super(scope, id);
    new AutoscalingPolicy(this, 'policy', {
      name: 'cpu',
      autoscalingGroupName: props.groupName,
      policyType: 'TargetTrackingScaling',
      targetTrackingConfiguration: {
        predefinedMetricSpecification: { predefinedMetricType: 'ASGAverageCPUUtilization' },
        targetValue: props.percent,
      },
    });
  }
}
