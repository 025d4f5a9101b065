import type { Continent, PlannedRecord } from '../../modules/geo-dns';

/** Who asks, and what is down. */
export interface World {
  /** Regions whose balancers have no healthy target. */
  readonly down: readonly string[];
  /** All regions, the one with the lowest latency for the client first. */
  readonly near: readonly string[];
  /** Where the client is; undefined for an address that Route 53 cannot locate. */
  readonly client: Continent | undefined;
  readonly cdnDown: boolean;
}

/**
 * The answer of Route 53 to an A query, as a region or `cdn`, by the rules of its developer guide: "How Amazon Route 53
 * chooses records when health checking is configured" and "Values specific for geolocation alias records".
 */
export function resolve(records: readonly PlannedRecord[], name: string, world: World): string {
  const sets = records.filter((record) => record.type === 'A');
  const set = (wanted: string): PlannedRecord[] => sets.filter((record) => record.name === wanted);

  const healthy = ({ checkedBy, evaluateTargetHealth, target }: PlannedRecord): boolean => {
    if (checkedBy?.kind === 'cdn' && world.cdnDown) return false;
    if (checkedBy?.kind === 'region' && world.down.includes(checkedBy.region)) return false;
    if (!evaluateTargetHealth) return true;
    if (target.kind === 'name') return set(target.name).some(healthy);
    if (target.kind === 'balancer') return !world.down.includes(target.region);
    throw new Error('Route 53 refuses to evaluate the health of a CloudFront distribution');
  };

  const pick = (members: readonly PlannedRecord[]): PlannedRecord => {
    // In the order of preference of the set's policy.
    const ordered = preferred(members, world);
    const chosen = ordered.find(healthy) ?? ordered[0];
    if (!chosen) throw new Error('no record answers');
    return chosen;
  };

  const { target } = pick(set(name));
  if (target.kind === 'name') return resolve(records, target.name, world);
  return target.kind === 'cdn' ? 'cdn' : target.region;
}

function preferred(members: readonly PlannedRecord[], { near, client }: World): PlannedRecord[] {
  const rank = ({ routing }: PlannedRecord): number => {
    switch (routing.policy) {
      case 'simple':
        return 0;
      case 'latency':
        return near.indexOf(routing.region);
      case 'failover':
        return routing.role === 'PRIMARY' ? 0 : 1;
      case 'geolocation':
        if (routing.location === client) return 0;
        return routing.location === '*' ? 1 : Infinity;
    }
  };
  return members
    .map((member) => ({ member, rank: rank(member) }))
    .filter((entry) => entry.rank !== Infinity)
    .sort((one, other) => one.rank - other.rank)
    .map(({ member }) => member);
}
