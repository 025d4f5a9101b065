import { Route53Zone } from '@cdktf/provider-aws/lib/route53-zone';
import { Construct } from 'constructs';
import { holds, type Safeguard } from '../../lib/decisions';
import { QueryLogs } from './query-logs';
import { Signing } from './signing';

export interface HostedZoneProps {
  /** The domain that the zone answers for, such as `tiers.example.com`. */
  readonly domain: string;
  /** Id of a public hosted zone that exists already. Default: none, and the zone is created. */
  readonly existingZoneId?: string;
  /** Answers of a created zone are signed (DNSSEC). Default: on. Off only once the parent has no DS record any more. */
  readonly signing?: Safeguard;
  /** Questions to a created zone are logged. Default: on. */
  readonly queryLogs?: Safeguard;
  /** Days that the log of a created zone is kept. */
  readonly logDays: number;
}

/**
 * The public hosted zone of a domain: one that exists already and stays as its owner has it, or a new one that its parent
 * must delegate to.
 */
export class HostedZone extends Construct {
  readonly zoneId: string;
  /** The four name servers of a created zone, for the NS record at the parent domain. None for an existing zone. */
  readonly nameServers?: string[];
  /** Of a zone that is signed here, for the DS record at the parent domain. */
  readonly dsRecord?: string;

  constructor(scope: Construct, id: string, props: HostedZoneProps) {
    super(scope, id);
    const { domain } = props;
    if (props.existingZoneId !== undefined) {
      this.zoneId = props.existingZoneId;
      return;
    }
    const zone = new Route53Zone(this, 'zone', {
      name: domain,
      comment: `Public names of ${domain}`,
      // A zone that still holds records of others is not deleted: a new zone would get other name servers.
      forceDestroy: false,
    });
    this.zoneId = zone.zoneId;
    this.nameServers = zone.nameServers;
    if (holds(this, 'signing', props.signing))
      this.dsRecord = new Signing(this, 'signing', { zone }).dsRecord;
    if (holds(this, 'queryLogs', props.queryLogs)) {
      new QueryLogs(this, 'query-logs', { zone, domain, days: props.logDays });
    }
  }
}
