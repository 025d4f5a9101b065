import { Ec2TransitGateway } from '@cdktf/provider-aws/lib/ec2-transit-gateway';
import { Ec2TransitGatewayPeeringAttachment } from '@cdktf/provider-aws/lib/ec2-transit-gateway-peering-attachment';
import { Ec2TransitGatewayPeeringAttachmentAccepter } from '@cdktf/provider-aws/lib/ec2-transit-gateway-peering-attachment-accepter';
import { Ec2TransitGatewayRoute } from '@cdktf/provider-aws/lib/ec2-transit-gateway-route';
import { Ec2TransitGatewayVpcAttachment } from '@cdktf/provider-aws/lib/ec2-transit-gateway-vpc-attachment';
import { Route } from '@cdktf/provider-aws/lib/route';
import { Construct } from 'constructs';
import { createHash } from 'node:crypto';
import { contains, formatBlock, parseBlock, PRIVATE_BLOCKS } from '../../lib/cidr';
import { regionIn } from '../../lib/place';
import type { Network } from '../network';

/** Amazon EC2 API Reference, "TransitGatewayRequestOptions": private numbers of 32 bits, 4200000000 to 4294967294. */
const FIRST_ASN = 4_200_000_000;

export interface TransitNetworkProps {
  /** All other networks are reached through the gateway of this one. */
  readonly hub: Network;
  readonly spokes: readonly Network[];
}

/**
 * A transit gateway in each region, peered with that of the hub: every network reaches every other one, and a further region adds
 * as many resources as the last one did. Routes of subnets and of spokes name the private blocks that the networks are in, not each
 * network, so that they stay as they are; what no network has is dropped at the hub. App and data subnets have the routes, public
 * ones do not. Security groups decide, by block.
 */
export class TransitNetwork extends Construct {
  constructor(scope: Construct, id: string, { hub, spokes }: TransitNetworkProps) {
    super(scope, id);
    const blocks = privateBlocks([hub, ...spokes]);
    const center = this.gateway(hub, blocks);
    for (const spoke of spokes) {
      const gateway = this.gateway(spoke, blocks);
      const there = regionIn(this, spoke.region);
      const tags = { Name: `${hub.region} to ${spoke.region}` };
      const peering = new Ec2TransitGatewayPeeringAttachment(this, `peering-${spoke.region}`, {
        ...regionIn(this, hub.region),
        transitGatewayId: center.id,
        peerTransitGatewayId: gateway.id,
        peerRegion: spoke.region,
        tags,
      });
      const accepted = new Ec2TransitGatewayPeeringAttachmentAccepter(this, `accepted-${spoke.region}`, {
        ...there,
        transitGatewayAttachmentId: peering.id,
        tags,
      });
      // Peered gateways exchange no routes (Amazon VPC Transit Gateways, "Transit gateway peering attachments").
      new Ec2TransitGatewayRoute(this, `hub-to-${spoke.region}`, {
        ...regionIn(this, hub.region),
        destinationCidrBlock: spoke.cidr,
        transitGatewayAttachmentId: accepted.id,
        transitGatewayRouteTableId: center.associationDefaultRouteTableId,
      });
      for (const block of blocks)
        new Ec2TransitGatewayRoute(this, `${spoke.region}-to-${nameOf(block)}`, {
          ...there,
          destinationCidrBlock: block,
          transitGatewayAttachmentId: accepted.id,
          transitGatewayRouteTableId: gateway.associationDefaultRouteTableId,
        });
    }
  }

  /** The gateway of a region with its network attached in every zone, and the routes of the network's subnets. */
  private gateway(network: Network, blocks: readonly string[]): Ec2TransitGateway {
    const { region } = network;
    const place = regionIn(this, region);
    const tags = { Name: `between regions, ${region}` };
    const gateway = new Ec2TransitGateway(this, `gateway-${region}`, {
      ...place,
      description: 'Between the regions of the environment',
      amazonSideAsn: asnOf(region),
      autoAcceptSharedAttachments: 'disable',
      defaultRouteTableAssociation: 'enable',
      defaultRouteTablePropagation: 'enable',
      dnsSupport: 'enable',
      tags,
    });
    const attachment = new Ec2TransitGatewayVpcAttachment(this, `attachment-${region}`, {
      ...place,
      transitGatewayId: gateway.id,
      vpcId: network.vpc.id,
      subnetIds: network.subnetIds('app'),
      dnsSupport: 'enable',
      tags,
    });
    for (const { key, id } of network.privateTables)
      for (const block of blocks)
        new Route(this, `${region}-${key}-to-${nameOf(block)}`, {
          ...place,
          routeTableId: id,
          destinationCidrBlock: block,
          transitGatewayId: gateway.id,
          // A route to a gateway that the network is not attached to is refused.
          dependsOn: [attachment],
        });
    return gateway;
  }
}

/** The private blocks (RFC 1918) that hold all networks: a network's own block is more specific, and stays local. */
function privateBlocks(networks: readonly Network[]): string[] {
  return PRIVATE_BLOCKS.filter((outer) =>
    networks.some(({ cidr }) => contains(outer, parseBlock(cidr)!)),
  ).map(formatBlock);
}

function nameOf(block: string): string {
  return block.replace(/[./]/g, '-');
}

/** One for each region, whichever others there are: peered gateways should differ (the same page). */
function asnOf(region: string): number {
  return FIRST_ASN + parseInt(createHash('sha256').update(region).digest('hex').slice(0, 6), 16);
}
