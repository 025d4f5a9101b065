import { AutoscalingPolicy } from '@cdktf/provider-aws/lib/autoscaling-policy';
import { Construct } from 'constructs';

export interface BacklogScalingProps {
  readonly groupName: string;
  readonly queueName: string;
  /** Waiting messages for each instance in service. */
  readonly messagesPerInstance: number;
}

/**
 * Waiting messages for each instance in service. Metric math divides by one where no instance runs, and by one where the
 * group reports nothing, so that an empty fleet sees the whole queue instead of a division by zero or missing data.
 */
export const BACKLOG_PER_INSTANCE = 'FILL(visible, 0) / IF(FILL(instances, 0) > 0, FILL(instances, 0), 1)';

/**
 * Keeps the backlog per instance near a figure, from metrics that AWS publishes already: see the Amazon EC2 Auto Scaling
 * User Guide, "Create a target tracking scaling policy using metric math".
 */
export class BacklogScaling extends Construct {
  constructor(scope: Construct, id: string, props: BacklogScalingProps) {
    super(scope, id);
    new AutoscalingPolicy(this, 'policy', {
      name: 'backlog',
      autoscalingGroupName: props.groupName,
      policyType: 'TargetTrackingScaling',
      targetTrackingConfiguration: {
        customizedMetricSpecification: {
          metrics: [
            {
              id: 'visible',
              label: 'Messages waiting in the queue',
              metricStat: {
                metric: {
                  namespace: 'AWS/SQS',
                  metricName: 'ApproximateNumberOfMessagesVisible',
                  dimensions: [{ name: 'QueueName', value: props.queueName }],
                },
                stat: 'Sum',
              },
              returnData: false,
            },
            {
              id: 'instances',
              label: 'Instances in service',
              metricStat: {
                metric: {
                  namespace: 'AWS/AutoScaling',
                  metricName: 'GroupInServiceInstances',
                  dimensions: [{ name: 'AutoScalingGroupName', value: props.groupName }],
                },
                stat: 'Average',
              },
              returnData: false,
            },
            {
              id: 'backlog',
              label: 'Backlog per instance',
              expression: BACKLOG_PER_INSTANCE,
              returnData: true,
            },
          ],
        },
        targetValue: props.messagesPerInstance,
      },
    });
  }
}
