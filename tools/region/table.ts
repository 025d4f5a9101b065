import table from './regions.json';

/** What a machine is rented for; each service has families and sizes of its own. */
export type Kind = 'instances' | 'databases' | 'caches';

/** What the table knows of a region. docs/regions.md says where each column comes from. */
export interface RegionFacts {
  readonly region: string;
  /** The name that AWS gives it, such as `Asia Pacific (Seoul)`. */
  readonly name: string;
  /** Whether an account has to enable it first. */
  readonly optIn: boolean;
  /** Continent of its geolocation record, as Route 53 writes it. */
  readonly continent: string;
  /** Time zone of the place that it is named after, of the IANA database. */
  readonly timeZone: string;
  /** Its availability zones by name, those that most accounts see first. */
  readonly zones: readonly string[];
}

interface Row {
  readonly name: string;
  readonly optIn: boolean;
  readonly continent: string;
  readonly timeZone: string;
  readonly zones: string;
  readonly instances: string;
  readonly databases: string;
  readonly caches: string;
  /** Sizes that the region lacks of families that it has. */
  readonly without?: string;
}

const rows: Readonly<Record<string, Row>> = table.regions;
const families: Readonly<Record<Kind, Readonly<Record<string, string>>>> = table.families;

/** Day of the newest of the lists that the table was made from, as `2026-08-13`. */
export const TABLE_DATE: string = [
  table.sources.zones,
  table.sources.instances,
  table.sources.databases,
  table.sources.caches,
]
  .map(({ date }) => date)
  .sort()
  .at(-1)!;

/** The regions of the table, sorted. */
export const KNOWN_REGIONS: readonly string[] = Object.keys(rows).sort();

export function factsOf(region: string): RegionFacts | undefined {
  const row = Object.hasOwn(rows, region) ? rows[region] : undefined;
  if (!row) return undefined;
  const { name, optIn, continent, timeZone, zones } = row;
  return { region, name, optIn, continent, timeZone, zones: [...zones].map((letter) => region + letter) };
}

/** Every type of a kind that a region of the table has, such as `c7g.large` or `db.r7g.xlarge`. */
export function typesIn(region: string, kind: Kind): ReadonlySet<string> {
  const row = rows[region]!;
  const without = new Set(row.without?.split(' '));
  return new Set(
    row[kind]
      .split(' ')
      .flatMap((family) => families[kind][family]!.split(' ').map((size) => `${family}.${size}`))
      .filter((type) => !without.has(type)),
  );
}
