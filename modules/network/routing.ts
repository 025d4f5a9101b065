import { Eip } from '@cdktf/provider-aws/lib/eip';
import type { InternetGateway } from '@cdktf/provider-aws/lib/internet-gateway';
import { NatGateway } from '@cdktf/provider-aws/lib/nat-gateway';
import { Route } from '@cdktf/provider-aws/lib/route';
import { RouteTable } from '@cdktf/provider-aws/lib/route-table';
import { RouteTableAssociation } from '@cdktf/provider-aws/lib/route-table-association';
import type { Subnet } from '@cdktf/provider-aws/lib/subnet';
import type { Vpc } from '@cdktf/provider-aws/lib/vpc';
import { Construct } from 'constructs';
import { holds, type Safeguard } from '../../lib/decisions';
import { Names } from '../../lib/naming';
import type { SubnetTier } from './subnets';

export interface RoutingProps {
  readonly vpc: Vpc;
  readonly gateway: InternetGateway;
  /** Each tier's subnets, in the order of the zones. */
  readonly subnets: Readonly<Record<SubnetTier, readonly Subnet[]>>;
  readonly zones: readonly string[];
  readonly nat: boolean;
  readonly natPerZone?: Safeguard;
}

export interface NatGatewayOfZone {
  readonly zone: string;
  readonly gatewayId: string;
}

const ANYWHERE = '0.0.0.0/0';

/** Public subnets reach the internet directly, app subnets through NAT, data subnets not at all. */
export class Routing extends Construct {
  /** Route tables of the app and data subnets, which gateway endpoints add their routes to. */
  readonly privateTables: readonly RouteTable[];
  readonly natGateways: readonly NatGatewayOfZone[];

  constructor(scope: Construct, id: string, props: RoutingProps) {
    super(scope, id);
    const { vpc, subnets, zones } = props;
    const name = Names.of(this).regional('securityGroup', 'network');
    const table = (key: string): RouteTable =>
      new RouteTable(this, key, { vpcId: vpc.id, tags: { Name: `${name}-${key}` } });
    const attach = (key: string, to: RouteTable, members: readonly Subnet[]): void =>
      members.forEach((subnet, zone) => {
        new RouteTableAssociation(this, `${key}-${zones[zone]}`, {
          subnetId: subnet.id,
          routeTableId: to.id,
        });
      });

    const publicTable = table('public');
    new Route(this, 'public-to-internet', {
      routeTableId: publicTable.id,
      destinationCidrBlock: ANYWHERE,
      gatewayId: props.gateway.id,
    });
    attach('public', publicTable, subnets.public);

    const perZone = holds(this, 'natPerZone', props.natPerZone);
    const natZones = props.nat ? (perZone ? zones : zones.slice(0, 1)) : [];
    const gateways = natZones.map((zone, index) => {
      const address = new Eip(this, `nat-address-${zone}`, {
        domain: 'vpc',
        tags: { Name: `${name}-nat-${zone}` },
        dependsOn: [props.gateway],
      });
      return new NatGateway(this, `nat-${zone}`, {
        allocationId: address.id,
        subnetId: subnets.public[index]!.id,
        tags: { Name: `${name}-nat-${zone}` },
        dependsOn: [props.gateway],
      });
    });

    this.natGateways = gateways.map(({ id: gatewayId }, index) => ({ zone: natZones[index]!, gatewayId }));

    const appTables = zones.map((zone, index) => {
      const appTable = table(`app-${zone}`);
      const nat = gateways[index] ?? gateways[0];
      if (nat) {
        new Route(this, `app-${zone}-to-internet`, {
          routeTableId: appTable.id,
          destinationCidrBlock: ANYWHERE,
          natGatewayId: nat.id,
        });
      }
      new RouteTableAssociation(this, `app-association-${zone}`, {
        subnetId: subnets.app[index]!.id,
        routeTableId: appTable.id,
      });
      return appTable;
    });

    const dataTable = table('data');
    attach('data', dataTable, subnets.data);
    this.privateTables = [...appTables, dataTable];
  }
}
