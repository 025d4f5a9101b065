import { ConfigurationError, type FaultDetails } from '../../lib/errors';

/** Route 53 API Reference, "GeoLocation": ContinentCode. */
export type Continent = 'AF' | 'AN' | 'AS' | 'EU' | 'NA' | 'OC' | 'SA';

export interface DnsPlanInput {
  /** The environment's domain in lower case, without a trailing dot. */
  readonly domain: string;
  readonly regions: readonly {
    readonly region: string;
    readonly continent: Continent;
    /** Whether the region's balancer also listens on IPv6. */
    readonly ipv6?: boolean;
  }[];
  /** Whether a CDN serves `www`. */
  readonly cdn: boolean;
}

/** What a record leads to: a region's load balancer, the CDN, or another name of the plan. */
export type Target =
  | { readonly kind: 'balancer'; readonly region: string }
  | { readonly kind: 'cdn' }
  | { readonly kind: 'name'; readonly name: string };

/** How Route 53 picks among the records of a name; all records of a name share one policy. */
export type Routing =
  | { readonly policy: 'simple' }
  | { readonly policy: 'latency'; readonly region: string }
  | { readonly policy: 'geolocation'; readonly location: Continent | '*' }
  | { readonly policy: 'failover'; readonly role: 'PRIMARY' | 'SECONDARY' };

/** The health check that takes a record out: a region's balancer, or the CDN. */
export type CheckedBy = { readonly kind: 'region'; readonly region: string } | { readonly kind: 'cdn' };

/** One alias record. Aliases have no TTL of their own: clients keep the answer for 60 s at most. */
export interface PlannedRecord {
  /** Path below the construct, unique in the plan. */
  readonly id: string;
  readonly name: string;
  readonly type: 'A' | 'AAAA';
  readonly routing: Routing;
  /** Tells the records of one name apart; absent for a name with one record. */
  readonly setIdentifier?: string;
  readonly target: Target;
  readonly evaluateTargetHealth: boolean;
  readonly checkedBy?: CheckedBy;
}

/** Amazon Route 53 Developer Guide, "DNS domain name format"; API Reference, "ResourceRecordSet": SetIdentifier. */
export const DNS_LIMITS = { name: 255, label: 63, setIdentifier: 128 } as const;

/**
 * Name that answers for one region only: its health check asks it, and other regions call it. One label below the domain, as
 * that is what the certificate's `*.<domain>` covers.
 */
export const regionName = (domain: string, region: string): string => `api-${region}.${domain}`;
export const apiName = (domain: string): string => `api.${domain}`;
export const pageName = (domain: string): string => `www.${domain}`;
/** Name that answers with the nearest healthy region of all. */
export const worldName = (domain: string): string => `world.api.${domain}`;
const continentName = (domain: string, continent: Continent): string =>
  `${continent.toLowerCase()}.api.${domain}`;

/**
 * The records of an environment, as plain data.
 *
 *     api-us-east-1   simple        one region's balancer
 *     na.api          latency       the regions of a continent, each with its health check
 *     world.api       latency       all regions
 *     api             geolocation   each continent to its set, everybody else to world.api
 *     www             failover      the CDN, then api
 *
 * A continent falls back to all regions without a record for it: where the record of a location is unhealthy, Route 53
 * goes on to the next larger location, the default last, and with all of them unhealthy answers with the smallest one
 * (Amazon Route 53 Developer Guide, "Values specific for geolocation alias records"). An alias of a set is healthy while
 * one record of the set is.
 */
export function planRecords(input: DnsPlanInput): readonly PlannedRecord[] {
  refuse(input);
  const { domain, regions } = input;
  const continents = [...new Set(regions.map(({ continent }) => continent))].sort();
  // An AAAA answer that cannot be taken back would leave clients with a dead address, so a name has one only where
  // everything that it may fall back to has one.
  const types = regions.every(({ ipv6 }) => ipv6) ? (['A', 'AAAA'] as const) : (['A'] as const);
  return types.flatMap((type) => {
    const record = (draft: Omit<PlannedRecord, 'id' | 'type'>): PlannedRecord => ({
      id: [draft.name.slice(0, -domain.length - 1), draft.setIdentifier, type === 'AAAA' ? 'ipv6' : undefined]
        .filter((part) => part !== undefined)
        .join('-')
        .replaceAll('.', '-'),
      type,
      ...draft,
    });
    const latencySet = (name: string, members: DnsPlanInput['regions']): PlannedRecord[] =>
      members.map(({ region }) =>
        record({
          name,
          setIdentifier: region,
          routing: { policy: 'latency', region },
          target: { kind: 'balancer', region },
          evaluateTargetHealth: true,
          checkedBy: { kind: 'region', region },
        }),
      );
    return [
      ...regions.map(({ region }) =>
        record({
          name: regionName(domain, region),
          routing: { policy: 'simple' },
          target: { kind: 'balancer', region },
          // The only answer of its name; the health check that asks it must reach the balancer in any case.
          evaluateTargetHealth: false,
        }),
      ),
      ...continents.flatMap((continent) =>
        latencySet(
          continentName(domain, continent),
          regions.filter((region) => region.continent === continent),
        ),
      ),
      ...latencySet(worldName(domain), regions),
      ...continents.map((continent) =>
        record({
          name: apiName(domain),
          setIdentifier: continent.toLowerCase(),
          routing: { policy: 'geolocation', location: continent },
          target: { kind: 'name', name: continentName(domain, continent) },
          evaluateTargetHealth: true,
        }),
      ),
      record({
        name: apiName(domain),
        setIdentifier: 'default',
        routing: { policy: 'geolocation', location: '*' },
        target: { kind: 'name', name: worldName(domain) },
        evaluateTargetHealth: true,
      }),
      ...pageRecords(input).map(record),
    ];
  });
}

function pageRecords({ domain, cdn }: DnsPlanInput): Omit<PlannedRecord, 'id' | 'type'>[] {
  const name = pageName(domain);
  const balancers = {
    name,
    target: { kind: 'name', name: apiName(domain) },
    evaluateTargetHealth: true,
  } as const;
  if (!cdn) return [{ ...balancers, routing: { policy: 'simple' } }];
  return [
    {
      name,
      setIdentifier: 'cdn',
      routing: { policy: 'failover', role: 'PRIMARY' },
      target: { kind: 'cdn' },
      // Route 53 refuses to evaluate the health of a CloudFront distribution; a health check of its own does it.
      evaluateTargetHealth: false,
      checkedBy: { kind: 'cdn' },
    },
    { ...balancers, setIdentifier: 'balancers', routing: { policy: 'failover', role: 'SECONDARY' } },
  ];
}

function refuse({ domain, regions }: DnsPlanInput): void {
  const faults: FaultDetails[] = [];
  if (regions.length === 0) {
    faults.push({
      where: 'dns.regions',
      received: regions,
      allowed: 'one region at least',
      fix: 'pass every region of the environment',
    });
  }
  const names = regions.map(({ region }) => region);
  const twice = names.find((region, index) => names.indexOf(region) !== index);
  if (twice !== undefined) {
    faults.push({
      where: 'dns.regions',
      received: twice,
      allowed: 'each region once',
      fix: `pass ${twice} once`,
    });
  }
  const longest = Math.max(0, ...names.map((region) => regionName(domain, region).length));
  if (longest > DNS_LIMITS.name) {
    faults.push({
      where: 'dns.domain',
      received: domain,
      allowed: `names of up to ${DNS_LIMITS.name} characters; the longest has ${longest}`,
      fix: 'choose a shorter domain',
    });
  }
  if (faults.length > 0) throw new ConfigurationError(faults);
}
