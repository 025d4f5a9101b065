import { DefaultSecurityGroup } from '@cdktf/provider-aws/lib/default-security-group';
import { InternetGateway } from '@cdktf/provider-aws/lib/internet-gateway';
import { Subnet } from '@cdktf/provider-aws/lib/subnet';
import { Vpc } from '@cdktf/provider-aws/lib/vpc';
import { Construct } from 'constructs';
import type { Connectable } from '../../lib/connections';
import type { Safeguard } from '../../lib/decisions';
import { Names } from '../../lib/naming';
import { placeOf } from '../../lib/place';
import type { EncryptionKey } from '../encryption-key';
import { Endpoints } from './endpoints';
import { FlowLogs } from './flow-logs';
import { Routing, type NatGatewayOfZone } from './routing';
import { planSubnets, type SubnetTier } from './subnets';

export interface NetworkProps {
  /** IPv4 block of the VPC, /16 to /22. */
  readonly cidr: string;
  /** Availability zones; their order fixes the subnets' blocks and never changes. */
  readonly zones: readonly string[];
  /** NAT gateways at all. Leave them out only where nothing runs in the app subnets. Default: true. */
  readonly nat?: boolean;
  /** A NAT gateway in each zone. Default: on; off leaves one for all zones. */
  readonly natPerZone?: Safeguard;
  /** Interface endpoints of the AWS services that instances call. Default: on; off sends that traffic through NAT. */
  readonly interfaceEndpoints?: Safeguard;
  /** Under which flow logs are kept. */
  readonly encryptionKey: EncryptionKey;
  /** Days that flow logs are kept. */
  readonly logDays: number;
}

/** One region's VPC: three tiers of subnets over its zones, their routes, endpoints and flow logs. */
export class Network extends Construct {
  readonly vpc: Vpc;
  readonly zones: readonly string[];
  readonly region: string;
  readonly cidr: string;
  /** Route tables of the app and data subnets, each with what it is called here. */
  readonly privateTables: readonly { readonly key: string; readonly id: string }[];
  /** One for each zone, or one for all of them; none without NAT. */
  readonly natGateways: readonly NatGatewayOfZone[];
  private readonly subnets: Readonly<Record<SubnetTier, readonly Subnet[]>>;
  private readonly endpoints: Endpoints;

  constructor(scope: Construct, id: string, props: NetworkProps) {
    super(scope, id);
    this.zones = props.zones;
    this.region = placeOf(this).region;
    this.cidr = props.cidr;
    const name = Names.of(this).regional('securityGroup', 'network');
    this.vpc = new Vpc(this, 'vpc', {
      cidrBlock: props.cidr,
      enableDnsHostnames: true,
      enableDnsSupport: true,
      tags: { Name: name },
    });
    // A group without rules: whatever is launched without a group of its own can talk to nobody.
    new DefaultSecurityGroup(this, 'default-security-group', { vpcId: this.vpc.id });

    const planned = planSubnets(props.cidr, props.zones);
    const declare = (tier: SubnetTier): Subnet[] =>
      planned
        .filter((subnet) => subnet.tier === tier)
        .map(
          ({ zone, cidr }) =>
            new Subnet(this, `${tier}-${zone}`, {
              vpcId: this.vpc.id,
              availabilityZone: zone,
              cidrBlock: cidr,
              mapPublicIpOnLaunch: false,
              tags: { Name: `${name}-${tier}-${zone}`, Tier: tier },
            }),
        );
    this.subnets = { public: declare('public'), app: declare('app'), data: declare('data') };

    const gateway = new InternetGateway(this, 'internet-gateway', {
      vpcId: this.vpc.id,
      tags: { Name: name },
    });
    const routing = new Routing(this, 'routing', {
      vpc: this.vpc,
      gateway,
      subnets: this.subnets,
      zones: props.zones,
      nat: props.nat ?? true,
      natPerZone: props.natPerZone,
    });
    this.natGateways = routing.natGateways;
    this.privateTables = routing.privateTables.map(({ node, id: tableId }) => ({
      key: node.id,
      id: tableId,
    }));
    this.endpoints = new Endpoints(this, 'endpoints', {
      vpc: this.vpc,
      subnets: this.subnets.app,
      routeTables: routing.privateTables,
      interfaceEndpoints: props.interfaceEndpoints,
    });
    new FlowLogs(this, 'flow-logs', {
      vpc: this.vpc,
      days: props.logDays,
      encryptionKey: props.encryptionKey,
    });
  }

  /** Ids of a tier's subnets, in the order of the zones. */
  subnetIds(tier: SubnetTier): string[] {
    return this.subnets[tier].map((subnet) => subnet.id);
  }

  /** Lets a construct call the AWS services that instances need, privately where endpoints exist. */
  allowAwsApis(client: Connectable): void {
    this.endpoints.allowFrom(client);
  }
}
