import { Route } from '@cdktf/provider-aws/lib/route';
import { VpcPeeringConnection } from '@cdktf/provider-aws/lib/vpc-peering-connection';
import { VpcPeeringConnectionAccepterA } from '@cdktf/provider-aws/lib/vpc-peering-connection-accepter';
import { VpcPeeringConnectionOptions } from '@cdktf/provider-aws/lib/vpc-peering-connection-options';
import { Construct } from 'constructs';
import { regionIn } from '../../lib/place';
import type { Network } from '../network';

export interface NetworkPeeringProps {
  /** Asks for the connection. */
  readonly hub: Network;
  /** Accepts it: a network of another region of the account, whose block does not overlap. */
  readonly spoke: Network;
}

/**
 * A private way between the networks of two regions: app and data subnets of each have a route to the block of the other, public
 * subnets have none. It opens nothing by itself: security groups decide, by block, as those of another region cannot be named
 * (Amazon VPC Peering Guide, "Update your security groups to reference peer security groups"). It does not lead on to a third
 * network.
 */
export class NetworkPeering extends Construct {
  constructor(scope: Construct, id: string, { hub, spoke }: NetworkPeeringProps) {
    super(scope, id);
    const [here, there] = [regionIn(this, hub.region), regionIn(this, spoke.region)];
    const tags = { Name: `${hub.region} to ${spoke.region}` };
    const connection = new VpcPeeringConnection(this, 'connection', {
      ...here,
      vpcId: hub.vpc.id,
      peerVpcId: spoke.vpc.id,
      peerRegion: spoke.region,
      autoAccept: false,
      tags,
    });
    const accepted = new VpcPeeringConnectionAccepterA(this, 'accepted', {
      ...there,
      vpcPeeringConnectionId: connection.id,
      autoAccept: true,
      tags,
    });
    // Options are refused until the connection is accepted (provider documentation of aws_vpc_peering_connection_options).
    new VpcPeeringConnectionOptions(this, 'names-of-hub', {
      ...here,
      vpcPeeringConnectionId: accepted.id,
      requester: { allowRemoteVpcDnsResolution: true },
    });
    new VpcPeeringConnectionOptions(this, 'names-of-spoke', {
      ...there,
      vpcPeeringConnectionId: accepted.id,
      accepter: { allowRemoteVpcDnsResolution: true },
    });
    for (const [from, to] of [
      [hub, spoke],
      [spoke, hub],
    ] as const)
      for (const { key, id: routeTableId } of from.privateTables)
        new Route(this, `${from.region}-${key}`, {
          ...regionIn(this, from.region),
          routeTableId,
          destinationCidrBlock: to.cidr,
          vpcPeeringConnectionId: accepted.id,
        });
  }
}
