import { freeNumber } from '../../deployments/datacenter';
import { loadDefaults } from '../../deployments/load';
import type { Deployment } from '../../deployments/schema';
import { validate } from '../../deployments/validate';
import { writersOf } from '../../deployments/writer';
import { formatBlock, overlaps, parseBlock } from '../../lib/cidr';
import { ConfigurationError, type FaultDetails } from '../../lib/errors';
import { freeBlock, rangeOf } from './address-plan';
import { DEPLOYMENTS, environmentOf, environments, fileOf, type Environment } from './environments';
import { fit, type Override } from './fit';
import type { Replacement } from './hardware';
import { factsOf, KNOWN_REGIONS, TABLE_DATE, type RegionFacts } from './table';

/** What was asked for on the command line. */
export interface AddRequest {
  readonly region: string;
  /** Name of the environment's folder. */
  readonly environment: string;
  /** IPv4 block of the VPC. Default: the first free one of the home region's size. */
  readonly cidr?: string;
  /** Zones by letter or by name. Default: three, or as many as the region has. */
  readonly zones?: readonly string[];
  /** Region that the database's backups are copied to. Default: see `backupCopiesOf`. */
  readonly backups?: string;
  /** Whether the account has enabled a region that is disabled by default. */
  readonly optedIn: boolean;
}

export interface PlannedRegion {
  /** Path below the repository. */
  readonly file: string;
  readonly facts: RegionFacts;
  readonly deployment: Deployment;
  readonly overrides: readonly Override[];
  readonly replaced: readonly Replacement[];
  /** Regions of other environments whose blocks overlap; possible with a block of the caller's choice only. */
  readonly overlapping: readonly string[];
}

/** Plans the file of a new region; writes nothing. @throws ConfigurationError */
export function planRegion(request: AddRequest, folder: string = DEPLOYMENTS): PlannedRegion {
  const all = environments(folder);
  const environment = environmentOf(request.environment, all);
  const facts = knownRegion(request, environment);
  const defaults = loadDefaults(environment.name, folder);
  const fitted = fit(facts.region, defaults);
  const place = {
    region: facts.region,
    zones: zonesOf(request, facts),
    cidr: request.cidr ?? freeCidr(environment, all),
    backupCopies: backupCopiesOf(request, environment, facts),
    timeZone: facts.timeZone,
    ...joined(environment),
    datacenter: freeDatacenter(environment),
  };
  const changed = Object.fromEntries(
    fitted.overrides.map(([group, keys]) => [group, { ...defaults[group], ...keys }]),
  );
  const file = fileOf(environment, facts.region);
  const legal = validate([
    ...environment.regions.map((value) => ({ file: fileOf(environment, value.region), value })),
    { file, value: { ...defaults, ...place, continent: facts.continent, ...changed } },
  ]);
  const deployment = legal.at(-1)!;
  const overlapping = all
    .filter(({ name }) => name !== environment.name)
    .flatMap(({ name, regions }) =>
      regions
        .filter(({ cidr }) => overlaps(parseBlock(cidr)!, parseBlock(deployment.cidr)!))
        .map(({ region, cidr }) => `${name}/${region} (${cidr})`),
    );
  return { file, facts, deployment, ...fitted, overlapping };
}

/** A region that is new after the writer has moved does not begin with databases of the time before. */
function joined({ regions }: Environment): Pick<Deployment, 'joinedAfter'> {
  const moves = writersOf(regions[0]!).length - 1;
  return moves > 0 ? { joinedAfter: moves } : {};
}

/** A number that a region had and that was removed is free again: its leases are over. */
function freeDatacenter({ name, regions }: Environment): number {
  const free = freeNumber(regions);
  if (free !== undefined) return free;
  throw new ConfigurationError([
    {
      where: 'region',
      received: regions.length,
      allowed: `32 regions at most in ${name}: the ids of its events have five bits for the region`,
      fix: 'remove a region first',
    },
  ]);
}

function knownRegion({ region, optedIn }: AddRequest, environment: Environment): RegionFacts {
  const refuse = (fault: Omit<FaultDetails, 'where' | 'received'>): never => {
    throw new ConfigurationError([{ where: 'region', received: region, ...fault }]);
  };
  const facts = factsOf(region);
  if (!facts) {
    return refuse({
      allowed: `${KNOWN_REGIONS.join(', ')} (tools/region/regions.json, lists of ${TABLE_DATE})`,
      fix: 'correct the name; a newer region is added to the table first, as docs/regions.md says',
    });
  }
  if (environment.regions.some((used) => used.region === region)) {
    return refuse({
      allowed: `a region that ${environment.name} does not have; ${fileOf(environment, region)} declares it`,
      fix: 'change that file, or choose another region',
    });
  }
  if (facts.optIn && !optedIn) {
    return refuse({
      allowed: `a region that every account has, or with --opted-in; ${facts.name} is disabled until an account enables it`,
      fix: `enable it (aws account enable-region --region-name ${region}), then give --opted-in`,
    });
  }
  return facts;
}

function zonesOf({ zones }: AddRequest, { region, zones: known }: RegionFacts): string[] {
  if (!zones) return known.slice(0, 3);
  const named = zones.map((zone) => (/^[a-z]$/.test(zone) ? region + zone : zone));
  const unknown = named.filter((zone) => !known.includes(zone));
  if (unknown.length === 0) return named;
  throw new ConfigurationError([
    {
      where: '--zones',
      received: unknown,
      allowed: `zones of ${region}: ${known.join(', ')}`,
      fix: `write for instance --zones ${known
        .slice(0, 3)
        .map((zone) => zone.slice(-1))
        .join(',')}`,
    },
  ]);
}

/**
 * Where the environment copies backups at all: to another of its regions on the same continent, to another region of that
 * continent which every account has, or to its home; so that data leaves a continent only where it must.
 */
function backupCopiesOf(
  { backups }: AddRequest,
  { regions }: Environment,
  facts: RegionFacts,
): Deployment['backupCopies'] {
  const home = regions[0]!;
  if (backups !== undefined) return { region: backups };
  if (!('region' in home.backupCopies)) return home.backupCopies;
  const near = [
    ...regions.filter(({ continent }) => continent === facts.continent).map(({ region }) => region),
    ...KNOWN_REGIONS.filter((region) => {
      const other = factsOf(region)!;
      return other.continent === facts.continent && !other.optIn;
    }),
  ];
  return { region: near.find((region) => region !== facts.region) ?? home.region };
}

/** Blocks are one plan for all environments, so that any two regions can be peered one day. */
function freeCidr({ name, regions }: Environment, all: readonly Environment[]): string {
  const home = parseBlock(regions[0]!.cidr)!;
  const taken = all.flatMap((each) => each.regions.map(({ cidr }) => parseBlock(cidr)!));
  const free = freeBlock(home, taken);
  if (free) return formatBlock(free);
  const range = formatBlock(rangeOf(home)!);
  throw new ConfigurationError([
    {
      where: '--cidr',
      received: undefined,
      allowed: `a free /${home.prefix} in ${range}, the private range of ${name}; its ${2 ** (home.prefix - rangeOf(home)!.prefix)} blocks are taken`,
      fix: 'give --cidr with a smaller block, or one of another private range (10.0.0.0/8, 172.16.0.0/12, 192.168.0.0/16)',
    },
  ]);
}
