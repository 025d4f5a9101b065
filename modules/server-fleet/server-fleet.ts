import type { AutoscalingGroup } from '@cdktf/provider-aws/lib/autoscaling-group';
import type { LaunchTemplate } from '@cdktf/provider-aws/lib/launch-template';
import { SecurityGroup } from '@cdktf/provider-aws/lib/security-group';
import type { ITerraformDependable } from 'cdktf';
import { Construct } from 'constructs';
import { Connections, type Connectable } from '../../lib/connections';
import { ConfigurationError, type FaultDetails } from '../../lib/errors';
import type { Grantable, Statement } from '../../lib/grants';
import { Names } from '../../lib/naming';
import { costTags } from '../../lib/tags';
import type { UserData } from '../../lib/user-data';
import type { InstanceRole } from '../instance-role';
import type { LoadBalancer, TargetGroup } from '../load-balancer';
import type { Network } from '../network';
import { BacklogScaling } from './backlog-scaling';
import { CpuScaling } from './cpu-scaling';
import { FleetGroup } from './group';
import { FleetTemplate } from './launch-template';
import { RequestForecast } from './request-forecast';
import { RequestScaling } from './request-scaling';
import { ScheduledMinimum, type DailySchedule } from './schedule';
import { planSpot, type SpotOptions } from './spot';

/** Where a fleet takes its requests from. */
export interface FleetTarget {
  readonly targetGroup: TargetGroup;
  readonly loadBalancer: LoadBalancer;
}

export interface ServerFleetProps {
  /** What the fleet is, such as `web` or `worker`; part of every name. */
  readonly component: string;
  readonly network: Network;
  /** Image of the first instances. Releases replace it, and plans leave it alone from then on. */
  readonly imageId: string;
  /** Service-linked role of Auto Scaling that may use the image's key. */
  readonly scalingRoleArn: string;
  /** In order of preference, all of the image's architecture. More than one makes a mixed group. */
  readonly instanceTypes: readonly string[];
  readonly userData: UserData;
  /** Fewest and most instances. */
  readonly capacity: { readonly min: number; readonly max: number };
  readonly role: InstanceRole;
  /** TCP port that the instances listen on. Default: that of the target, otherwise none. */
  readonly port?: number;
  /** Default: none; the fleet takes no requests and is checked by EC2 alone. */
  readonly target?: FleetTarget;
  /** Runs on Spot instances. Default: on demand. */
  readonly spot?: SpotOptions;
  /** Seconds from launch until a failed health check replaces an instance. Default: 120. */
  readonly healthGrace?: number;
  /** Seconds from launch until an instance carries its share of the load. Default: 60. */
  readonly warmup?: number;
  /** Days after which an instance is replaced, 1 to 365. Default: none. */
  readonly maxInstanceDays?: number;
  /** What must exist before the first instance starts. Default: nothing beside the target's listener. */
  readonly prerequisites?: readonly ITerraformDependable[];
  /** Size of the root volume in gibibytes, not below that of the image. Default: 20. */
  readonly volumeSize?: number;
}

const SECONDS_PER_DAY = 86_400;

/**
 * Interchangeable servers of one kind: what they are launched from, how many there are, and what makes that change. The
 * stack opens their connections: from the balancer, to the AWS endpoints, and to the data that they use.
 */
export class ServerFleet extends Construct implements Connectable, Grantable {
  readonly connections: Connections;
  readonly launchTemplate: LaunchTemplate;
  readonly autoScalingGroup: AutoscalingGroup;
  readonly autoScalingGroupName: string;
  private readonly role: InstanceRole;
  private readonly fleet: FleetGroup;
  private readonly maxSize: number;

  constructor(scope: Construct, id: string, props: ServerFleetProps) {
    super(scope, id);
    const { component, network, target, role } = props;
    checkCapacity(this.node.path, props);
    this.role = role;
    this.maxSize = props.capacity.max;
    const name = Names.of(this).regional('securityGroup', component);
    // The provider's default tags reach neither instances nor what is launched with them.
    const tags = { Name: name, ...costTags(this, component) };

    const securityGroup = new SecurityGroup(this, 'security-group', {
      name,
      description: `Instances of the ${component} fleet`,
      vpcId: network.vpc.id,
      tags: { Name: name },
    });
    const port = props.port ?? target?.targetGroup.port;
    this.connections = new Connections(this, { label: `${component} fleet`, securityGroup, port });

    this.launchTemplate = new FleetTemplate(this, 'launch', {
      component,
      imageId: props.imageId,
      instanceType: props.instanceTypes[0]!,
      userData: props.userData,
      instanceProfileArn: role.instanceProfile.arn,
      securityGroupId: securityGroup.id,
      volumeSize: props.volumeSize ?? 20,
      tags,
    }).template;
    this.fleet = new FleetGroup(this, 'servers', {
      component,
      template: this.launchTemplate,
      instanceTypes: props.instanceTypes,
      subnetIds: network.subnetIds('app'),
      capacity: props.capacity,
      scalingRoleArn: props.scalingRoleArn,
      targetGroupArn: target?.targetGroup.arn,
      prerequisites: [...(target ? [target.loadBalancer.listener] : []), ...(props.prerequisites ?? [])],
      spot: props.spot && planSpot(this.node.path, props.spot, target?.targetGroup.deregistrationDelay ?? 0),
      healthGrace: props.healthGrace ?? 120,
      warmup: props.warmup ?? 60,
      maxInstanceLifetime: props.maxInstanceDays && props.maxInstanceDays * SECONDS_PER_DAY,
      tags,
    });
    this.autoScalingGroup = this.fleet.group;
    this.autoScalingGroupName = this.autoScalingGroup.name;
  }

  /** Gives the permissions to the role of the instances. */
  grant(id: string, statements: readonly Statement[]): void {
    this.role.grant(id, statements);
  }

  /** Adds and removes instances so that each takes about so many requests per second. */
  scaleOnRequests(loadBalancer: LoadBalancer, perSecondPerInstance: number): void {
    const groupName = this.autoScalingGroupName;
    new RequestScaling(this, 'scale-on-requests', { groupName, loadBalancer, perSecondPerInstance });
  }

  /** Forecasts the load by its last two weeks, for people to look at; it starts no instance. */
  forecastRequests(loadBalancer: LoadBalancer, perSecondPerInstance: number): void {
    const groupName = this.autoScalingGroupName;
    new RequestForecast(this, 'forecast-requests', { groupName, loadBalancer, perSecondPerInstance });
  }

  /** Adds and removes instances so that their average CPU stays near so many percent. */
  scaleOnCpu(percent: number): void {
    new CpuScaling(this, 'scale-on-cpu', { groupName: this.autoScalingGroupName, percent });
  }

  /** Adds and removes instances so that about so many messages wait for each of them. */
  scaleOnBacklog(queue: { readonly queueName: string; readonly messagesPerInstance: number }): void {
    new BacklogScaling(this, 'scale-on-backlog', { groupName: this.autoScalingGroupName, ...queue });
  }

  /** Changes the minimum at two hours of the day. From then on plans leave the group's minimum to the schedule. */
  scaleOnSchedule(schedule: DailySchedule): void {
    this.fleet.ignoreMinimum();
    new ScheduledMinimum(this, 'schedule', {
      groupName: this.autoScalingGroupName,
      maxSize: this.maxSize,
      schedule,
    });
  }
}

function checkCapacity(where: string, { capacity, instanceTypes }: ServerFleetProps): void {
  const { min, max } = capacity;
  const faults: FaultDetails[] = [];
  if (!Number.isInteger(min) || !Number.isInteger(max) || min < 0 || max < Math.max(min, 1)) {
    faults.push({
      where: `${where}.capacity`,
      received: capacity,
      allowed: 'whole numbers, min from 0 and max not below it',
      fix: 'write for instance { min: 2, max: 6 }',
    });
  }
  if (instanceTypes.length === 0) {
    faults.push({
      where: `${where}.instanceTypes`,
      received: instanceTypes,
      allowed: 'at least one instance type',
      fix: "write for instance ['m7g.large', 'm6g.large']",
    });
  }
  if (faults.length > 0) throw new ConfigurationError(faults);
}
