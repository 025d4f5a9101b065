import { Lb } from '@cdktf/provider-aws/lib/lb';
import type { LbListener } from '@cdktf/provider-aws/lib/lb-listener';
import { SecurityGroup } from '@cdktf/provider-aws/lib/security-group';
import { Construct } from 'constructs';
import { Connections, type Connectable } from '../../lib/connections';
import { holds, type Safeguard } from '../../lib/decisions';
import { ConfigurationError, type FaultDetails } from '../../lib/errors';
import { Names } from '../../lib/naming';
import type { Certificate } from '../certificate';
import type { Network } from '../network';
import { Listeners } from './listeners';
import { Targets, type TargetGroup } from './targets';

export type { TargetGroup } from './targets';

export interface LoadBalancerProps {
  readonly network: Network;
  /** What the HTTPS listener presents. */
  readonly certificate: Certificate;
  /** Bucket, whose policy lets the balancer write, and prefix of the access, connection and health-check logs. */
  readonly accessLogs: { readonly bucketName: string; readonly prefix: string };
  /** The API refuses to delete the balancer. Default: on. */
  readonly deletionProtection?: Safeguard;
  /**
   * Seconds that a connection may be idle, 1 to 4000. Default: 60. The service keeps its side open for longer, or the
   * balancer sends a request into a connection that the service is closing.
   */
  readonly idleTimeout?: number;
  /** Seconds that the longest request takes: targets that leave may finish for so long, 0 to 3600. Default: 30. */
  readonly longestRequest?: number;
  /** Path of the health check; shallow, so that a failing database does not take every target out. Default: `/healthz`. */
  readonly healthCheckPath?: string;
  /** TCP port of the targets. Default: 8080. */
  readonly targetPort?: number;
}

/** An internet-facing Application Load Balancer over one group of instances, in the public subnets of all zones. */
export class LoadBalancer extends Construct implements Connectable {
  readonly connections: Connections;
  readonly targetGroup: TargetGroup;
  readonly arn: string;
  /** What CloudWatch knows the balancer by, `app/<name>/<id>`. */
  readonly arnSuffix: string;
  readonly dnsName: string;
  /** Hosted zone of `dnsName`, for alias records. */
  readonly zoneId: string;
  /** The HTTPS listener; what needs the targets to be in use depends on it. */
  readonly listener: LbListener;

  constructor(scope: Construct, id: string, props: LoadBalancerProps) {
    super(scope, id);
    const { network, accessLogs, idleTimeout = 60, longestRequest = 30 } = props;
    checkSeconds(this.node.path, { idleTimeout, longestRequest });
    const names = Names.of(this);
    const groupName = names.regional('securityGroup', 'load-balancer');
    const securityGroup = new SecurityGroup(this, 'security-group', {
      name: groupName,
      description: 'Load balancer: HTTPS from the internet, HTTP to the targets',
      vpcId: network.vpc.id,
      tags: { Name: groupName },
    });
    this.connections = new Connections(this, { label: 'load balancer', securityGroup, port: 443 });
    this.connections.allowFromInternet(443);
    this.connections.allowFromInternet(80);

    const logs = { bucket: accessLogs.bucketName, prefix: accessLogs.prefix, enabled: true };
    const balancer = new Lb(this, 'balancer', {
      name: names.regional('loadBalancer', 'web'),
      tags: { Component: 'load-balancer' },
      loadBalancerType: 'application',
      internal: false,
      subnets: network.subnetIds('public'),
      securityGroups: [securityGroup.id],
      idleTimeout,
      dropInvalidHeaderFields: true,
      desyncMitigationMode: 'defensive',
      enableDeletionProtection: holds(this, 'deletionProtection', props.deletionProtection),
      // Lets an operator, or AWS, move traffic out of a zone that is failing.
      enableZonalShift: true,
      accessLogs: logs,
      connectionLogs: logs,
      healthCheckLogs: logs,
    });
    this.arn = balancer.arn;
    this.arnSuffix = balancer.arnSuffix;
    this.dnsName = balancer.dnsName;
    this.zoneId = balancer.zoneId;

    const targets = new Targets(this, 'targets', {
      vpcId: network.vpc.id,
      port: props.targetPort ?? 8080,
      healthCheckPath: props.healthCheckPath ?? '/healthz',
      deregistrationDelay: longestRequest,
    });
    this.targetGroup = targets.group;
    this.listener = new Listeners(this, 'listeners', {
      loadBalancerArn: this.arn,
      certificateArn: props.certificate.arn,
      targetGroupArn: targets.group.arn,
    }).https;
  }
}

/** Elastic Load Balancing User Guide, "Application Load Balancers" and "Edit target group attributes": seconds. */
const SECONDS = { idleTimeout: [1, 4000], longestRequest: [0, 3600] } as const;

function checkSeconds(where: string, values: Readonly<Record<keyof typeof SECONDS, number>>): void {
  const faults: FaultDetails[] = [];
  for (const key of ['idleTimeout', 'longestRequest'] as const) {
    const [low, high] = SECONDS[key];
    if (Number.isInteger(values[key]) && values[key] >= low && values[key] <= high) continue;
    faults.push({
      where: `${where}.${key}`,
      received: values[key],
      allowed: `whole seconds from ${low} to ${high}`,
      fix: `write for instance ${key === 'idleTimeout' ? 60 : 30}`,
    });
  }
  if (faults.length > 0) throw new ConfigurationError(faults);
}
