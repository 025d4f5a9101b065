import { childBlock, formatBlock, parseBlock, type Block } from '../../lib/cidr';
import { ConfigurationError } from '../../lib/errors';
import { APP_SUBNET_BITS } from '../../lib/limits';

/** The three tiers of subnets: what the internet reaches, what runs the service, what holds its data. */
export const SUBNET_TIERS = ['public', 'app', 'data'] as const;
export type SubnetTier = (typeof SUBNET_TIERS)[number];

export interface PlannedSubnet {
  readonly tier: SubnetTier;
  /** Availability zone, such as `us-east-1a`. */
  readonly zone: string;
  readonly cidr: string;
}

/** A plan fits up to four zones, and VPC blocks of these prefix lengths (bits). */
export const PLAN_LIMITS = { zones: 4, shortestPrefix: 16, longestPrefix: 22 } as const;

/**
 * Lays three tiers of subnets into a VPC's block. The block is cut into eighths and thirty-seconds of itself:
 *
 *     first half       app subnets, an eighth each (/19 of a /16)
 *     third quarter    public, then data subnets, a thirty-second each (/21 of a /16)
 *     fourth quarter   free, for tiers that are added later
 *
 * A subnet's place depends on its tier and on its zone's position only, so appending a zone moves nothing.
 */
export function planSubnets(cidr: string, zones: readonly string[]): readonly PlannedSubnet[] {
  const vpc = parseBlock(cidr);
  const { shortestPrefix, longestPrefix } = PLAN_LIMITS;
  if (!vpc || vpc.prefix < shortestPrefix || vpc.prefix > longestPrefix) {
    throw new ConfigurationError([
      {
        where: 'network.cidr',
        received: cidr,
        allowed: `an IPv4 block of /${shortestPrefix} to /${longestPrefix} without host bits`,
        fix: 'write for instance "10.0.0.0/16"',
      },
    ]);
  }
  if (zones.length < 1 || zones.length > PLAN_LIMITS.zones) {
    throw new ConfigurationError([
      {
        where: 'network.zones',
        received: zones,
        allowed: `1 to ${PLAN_LIMITS.zones} zones`,
        fix: 'list three zones of the region',
      },
    ]);
  }
  return SUBNET_TIERS.flatMap((tier) =>
    zones.map((zone, index) => ({ tier, zone, cidr: formatBlock(place(vpc, tier, index)) })),
  );
}

function place(vpc: Block, tier: SubnetTier, zone: number): Block {
  if (tier === 'app') return childBlock(vpc, vpc.prefix + APP_SUBNET_BITS, zone);
  const firstSmall = tier === 'public' ? 16 : 16 + PLAN_LIMITS.zones;
  return childBlock(vpc, vpc.prefix + 5, firstSmall + zone);
}
