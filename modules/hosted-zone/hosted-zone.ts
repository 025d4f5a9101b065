import { Route53Zone } from '@cdktf/provider-aws/lib/route53-zone';
import { Construct } from 'constructs';

export interface HostedZoneProps {
  /** The domain that the zone answers for, such as `tiers.example.com`. */
  readonly domain: string;
  /** Id of a public hosted zone that exists already. Default: none, and the zone is created. */
  readonly existingZoneId?: string;
}

/** The public hosted zone of a domain: one that exists already, or a new one that its parent must delegate to. */
export class HostedZone extends Construct {
  readonly zoneId: string;
  /** The four name servers of a created zone, for the NS record at the parent domain. None for an existing zone. */
  readonly nameServers?: string[];

  constructor(scope: Construct, id: string, props: HostedZoneProps) {
    super(scope, id);
    if (props.existingZoneId !== undefined) {
      this.zoneId = props.existingZoneId;
      return;
    }
    const zone = new Route53Zone(this, 'zone', {
      name: props.domain,
      comment: `Public names of ${props.domain}`,
      // A zone that still holds records of others is not deleted: a new zone would get other name servers.
      forceDestroy: false,
    });
    this.zoneId = zone.zoneId;
    this.nameServers = zone.nameServers;
  }
}
