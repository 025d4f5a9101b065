import { LbTargetGroup } from '@cdktf/provider-aws/lib/lb-target-group';
import { Construct } from 'constructs';
import { Names } from '../../lib/naming';

/** What a fleet and its scaling policies need of a target group. */
export interface TargetGroup {
  readonly arn: string;
  /** What CloudWatch knows the group by, `targetgroup/<name>/<id>`. */
  readonly arnSuffix: string;
  /** TCP port of the targets. */
  readonly port: number;
  /** Seconds that a target which leaves may finish its requests. */
  readonly deregistrationDelay: number;
}

export interface TargetsProps {
  readonly vpcId: string;
  readonly port: number;
  readonly healthCheckPath: string;
  /** Seconds, 0 to 3600. */
  readonly deregistrationDelay: number;
}

/** Seconds between checks and checks in a row: a target that fails is out after 10 s, against 60 s by default. */
const CHECK = { interval: 5, timeout: 3, threshold: 2 } as const;

/** The instances behind the balancer, and when one of them is healthy. */
export class Targets extends Construct {
  readonly group: TargetGroup;

  constructor(scope: Construct, id: string, props: TargetsProps) {
    super(scope, id);
    const group = new LbTargetGroup(this, 'group', {
      name: Names.of(this).regional('targetGroup', 'web'),
      targetType: 'instance',
      vpcId: props.vpcId,
      protocol: 'HTTP',
      protocolVersion: 'HTTP1',
      port: props.port,
      deregistrationDelay: String(props.deregistrationDelay),
      loadBalancingAlgorithmType: 'least_outstanding_requests',
      healthCheck: {
        enabled: true,
        protocol: 'HTTP',
        port: 'traffic-port',
        path: props.healthCheckPath,
        matcher: '200',
        interval: CHECK.interval,
        timeout: CHECK.timeout,
        healthyThreshold: CHECK.threshold,
        unhealthyThreshold: CHECK.threshold,
      },
      stickiness: { enabled: false, type: 'lb_cookie' },
      targetGroupHealth: {
        // A zone without a healthy target leaves DNS; with no healthy target anywhere, all of them get requests.
        dnsFailover: { minimumHealthyTargetsCount: '1', minimumHealthyTargetsPercentage: 'off' },
        unhealthyStateRouting: { minimumHealthyTargetsCount: 1, minimumHealthyTargetsPercentage: 'off' },
      },
    });
    this.group = {
      arn: group.arn,
      arnSuffix: group.arnSuffix,
      port: props.port,
      deregistrationDelay: props.deregistrationDelay,
    };
  }
}
