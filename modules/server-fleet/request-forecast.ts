import { AutoscalingPolicy } from '@cdktf/provider-aws/lib/autoscaling-policy';
import { Construct } from 'constructs';
import type { RequestScalingProps } from './request-scaling';
import { requestMetric } from './request-scaling';

/** Seconds before the hour of a forecast at which its instances would be started: they boot and warm up in less. */
const AHEAD_SECONDS = '300';

/**
 * Forecasts the requests of the next two days by those of the last two weeks, and starts nothing: somebody compares the
 * forecast with what came before the mode is raised to ForecastAndScale (Amazon EC2 Auto Scaling User Guide, "Predictive
 * scaling for Amazon EC2 Auto Scaling"). The schedule holds the minimum of the day meanwhile.
 */
export class RequestForecast extends Construct {
  constructor(scope: Construct, id: string, props: RequestScalingProps) {
    super(scope, id);
    const { resourceLabel, targetValue } = requestMetric(props);
    new AutoscalingPolicy(this, 'policy', {
      name: 'requests-forecast',
      autoscalingGroupName: props.groupName,
      policyType: 'PredictiveScaling',
      predictiveScalingConfiguration: {
        mode: 'ForecastOnly',
        maxCapacityBreachBehavior: 'HonorMaxCapacity',
        schedulingBufferTime: AHEAD_SECONDS,
        metricSpecification: {
          targetValue,
          predefinedMetricPairSpecification: { predefinedMetricType: 'ALBRequestCount', resourceLabel },
        },
      },
      // The policy is refused for a target group that no listener forwards to.
      dependsOn: [props.loadBalancer.listener],
    });
  }
}
