import {
  AutoscalingGroup,
  type AutoscalingGroupConfig,
  type AutoscalingGroupMixedInstancesPolicy,
} from '@cdktf/provider-aws/lib/autoscaling-group';
import { AutoscalingLifecycleHook } from '@cdktf/provider-aws/lib/autoscaling-lifecycle-hook';
import type { LaunchTemplate } from '@cdktf/provider-aws/lib/launch-template';
import type { ITerraformDependable } from 'cdktf';
import { Construct } from 'constructs';
import { Names } from '../../lib/naming';
import type { SpotPlan } from './spot';

export interface FleetGroupProps {
  readonly component: string;
  readonly template: LaunchTemplate;
  /** The first one is preferred on demand; more than one makes a mixed group. */
  readonly instanceTypes: readonly string[];
  readonly subnetIds: string[];
  readonly capacity: { readonly min: number; readonly max: number };
  readonly scalingRoleArn: string;
  readonly targetGroupArn?: string;
  /** What must exist before the first instance: what it writes to, what makes it healthy. */
  readonly prerequisites: readonly ITerraformDependable[];
  readonly spot?: SpotPlan;
  /** Seconds from launch until the health check counts. */
  readonly healthGrace: number;
  /** Seconds from launch until an instance carries its share, and counts in the scaling metrics. */
  readonly warmup: number;
  /** Seconds after which an instance is replaced. */
  readonly maxInstanceLifetime?: number;
  readonly tags: Readonly<Record<string, string>>;
}

/** Amazon EC2 Auto Scaling User Guide, "Amazon CloudWatch metrics for Amazon EC2 Auto Scaling": the group's metrics. */
const GROUP_METRICS = [
  'GroupMinSize',
  'GroupMaxSize',
  'GroupDesiredCapacity',
  'GroupInServiceInstances',
  'GroupPendingInstances',
  'GroupStandbyInstances',
  'GroupTerminatingInstances',
  'GroupTotalInstances',
];

/**
 * What belongs to the running system and is ignored by plans: the desired capacity, which scaling moves, and the version
 * of the launch template, which releases move.
 */
const OWNED_AT_RUN_TIME = ['desired_capacity'];
const SINGLE_VERSION = 'launch_template[0].version';
const MIXED_VERSION = 'mixed_instances_policy[0].launch_template[0].launch_template_specification[0].version';

/** The Auto Scaling group of a fleet, spread over the app subnets of all zones. */
export class FleetGroup extends Construct {
  readonly group: AutoscalingGroup;
  private readonly ignored: string[];

  constructor(scope: Construct, id: string, props: FleetGroupProps) {
    super(scope, id);
    const mixed = props.instanceTypes.length > 1 || props.spot !== undefined;
    this.ignored = [...OWNED_AT_RUN_TIME, mixed ? MIXED_VERSION : SINGLE_VERSION];
    this.group = new AutoscalingGroup(this, 'group', {
      name: Names.of(this).regional('autoScalingGroup', props.component),
      minSize: props.capacity.min,
      maxSize: props.capacity.max,
      vpcZoneIdentifier: props.subnetIds,
      serviceLinkedRoleArn: props.scalingRoleArn,
      ...(mixed ? { mixedInstancesPolicy: mixedPolicy(props) } : { launchTemplate: version(props.template) }),
      ...(props.targetGroupArn ? { targetGroupArns: [props.targetGroupArn] } : {}),
      healthCheckType: props.targetGroupArn ? 'ELB' : 'EC2',
      healthCheckGracePeriod: props.healthGrace,
      defaultInstanceWarmup: props.warmup,
      // A replacement is in service before what it replaces goes, whoever starts the replacing.
      instanceMaintenancePolicy: { minHealthyPercentage: 100, maxHealthyPercentage: 120 },
      capacityRebalance: props.spot !== undefined,
      maxInstanceLifetime: props.maxInstanceLifetime,
      enabledMetrics: GROUP_METRICS,
      metricsGranularity: '1Minute',
      // Scaling owns the count: alarms watch it, and an apply does not fail half-way for an instance that boots slowly.
      waitForCapacityTimeout: '0',
      tag: Object.entries(props.tags).map(([key, value]) => ({ key, value, propagateAtLaunch: true })),
      lifecycle: { ignoreChanges: this.ignored },
      ...(props.prerequisites.length > 0 ? { dependsOn: [...props.prerequisites] } : {}),
    });
    if (props.spot) this.drainOnTermination(props.spot);
  }

  /** Leaves the minimum to scheduled actions, so that a plan made at night does not wake the fleet. */
  ignoreMinimum(): void {
    this.ignored.push('min_size');
  }

  /** An instance that is to end stays for the drain; the image's drain unit stops the service meanwhile. */
  private drainOnTermination(spot: SpotPlan): void {
    new AutoscalingLifecycleHook(this, 'drain', {
      name: 'drain',
      autoscalingGroupName: this.group.name,
      lifecycleTransition: 'autoscaling:EC2_INSTANCE_TERMINATING',
      heartbeatTimeout: spot.drain,
      defaultResult: 'CONTINUE',
    });
  }
}

function version(template: LaunchTemplate): NonNullable<AutoscalingGroupConfig['launchTemplate']> {
  // A number in the plan: EC2 refuses to roll a refresh back for `$Latest`.
  return { id: template.id, version: template.getStringAttribute('latest_version') };
}

function mixedPolicy(props: FleetGroupProps): AutoscalingGroupMixedInstancesPolicy {
  const { spot, template } = props;
  const { id, version: number } = version(template);
  return {
    instancesDistribution: {
      onDemandAllocationStrategy: 'prioritized',
      onDemandBaseCapacity: spot?.onDemandBase ?? 0,
      onDemandPercentageAboveBaseCapacity: spot ? 0 : 100,
      // Recommended by the Amazon EC2 Auto Scaling User Guide, "Allocation strategies for multiple instance types".
      ...(spot ? { spotAllocationStrategy: 'price-capacity-optimized' } : {}),
    },
    launchTemplate: {
      launchTemplateSpecification: { launchTemplateId: id, version: number },
      override: props.instanceTypes.map((instanceType) => ({ instanceType })),
    },
  };
}
