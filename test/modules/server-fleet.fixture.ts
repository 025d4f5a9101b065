import { Certificate } from '../../modules/certificate';
import { InstanceRole } from '../../modules/instance-role';
import { LoadBalancer } from '../../modules/load-balancer';
import { Network } from '../../modules/network';
import { ServerFleet, type ServerFleetProps } from '../../modules/server-fleet';
import { keyOf } from '../support/encryption';
import { only, synthesize, type Synthesized } from '../support/synth';

export type Choices = Partial<ServerFleetProps>;
/** What starts the instances. */
const SCALING_ROLE =
  'arn:aws:iam::111122223333:role/aws-service-role/autoscaling.amazonaws.com/AWSServiceRoleForAutoScaling_tests';

type Use = (fleet: ServerFleet, balancer: LoadBalancer) => void;

/** A fleet with a network and a balancer, behind that balancer unless told otherwise. */
export function declare(
  choices: Choices = {},
  use: Use = () => undefined,
  behindBalancer = true,
): Synthesized {
  return synthesize((stack) => {
    const zones = ['us-east-1a', 'us-east-1b', 'us-east-1c'];
    const network = new Network(stack, 'network', {
      encryptionKey: keyOf(stack),
      cidr: '10.0.0.0/16',
      zones,
      logDays: 30,
    });
    const loadBalancer = new LoadBalancer(stack, 'load-balancer', {
      network,
      certificate: new Certificate(stack, 'certificate', { domain: 'example.com' }),
      accessLogs: { bucketName: 'logs', prefix: 'load-balancer' },
    });
    const { targetGroup } = loadBalancer;
    const fleet = new ServerFleet(stack, 'web', {
      scalingRoleArn: SCALING_ROLE,
      component: 'web',
      network,
      imageId: 'ami-0123456789abcdef0',
      instanceTypes: ['m7g.large'],
      capacity: { min: 2, max: 6 },
      role: new InstanceRole(stack, 'role', { component: 'web' }),
      userData: {
        environment: { API_BASE_URL: 'https://api.example.com', BALANCER: loadBalancer.dnsName },
        units: ['tiers-api.service'],
      },
      ...(behindBalancer ? { target: { targetGroup, loadBalancer } } : {}),
      ...choices,
    });
    use(fleet, loadBalancer);
  });
}

/** What the plans of the fleet's group ignore. */
export const ignoredOf = (fleet: Synthesized): unknown =>
  (only(fleet, 'aws_autoscaling_group').lifecycle as { ignore_changes: unknown }).ignore_changes;
