import type { Deployment } from '../../deployments/schema';
import { writerOf } from '../../deployments/writer';
import { environments, type Environment } from './environments';

/** One region, as `tiers region list --json` gives it. */
export interface Listed {
  readonly environment: string;
  readonly region: string;
  readonly roles: readonly string[];
  readonly cidr: string;
  readonly zones: readonly string[];
  readonly continent: string;
  readonly timeZone: string;
  readonly web?: { readonly min: number; readonly max: number; readonly instanceTypes: readonly string[] };
  readonly workers?: { readonly min: number; readonly max: number };
  readonly database?: { readonly instanceClass: string; readonly replicas: number };
  readonly cache?: { readonly nodeType: string; readonly nodes: number };
}

/** The regions of every environment, the home of each first. @throws ConfigurationError */
export function listRegions(all: readonly Environment[] = environments()): Listed[] {
  return all.flatMap(({ name, regions }) => regions.map((deployment) => listed(name, deployment)));
}

/** What a region is to the others of its environment. */
export function rolesOf(deployment: Deployment): string[] {
  const { region, homeRegion } = deployment;
  return [...(region === homeRegion ? ['home'] : []), region === writerOf(deployment) ? 'writer' : 'reader'];
}

function listed(environment: string, deployment: Deployment): Listed {
  const { region, cidr, zones, continent, timeZone, web, workers, database, cache } = deployment;
  return {
    environment,
    region,
    roles: rolesOf(deployment),
    cidr,
    zones,
    continent,
    timeZone,
    ...(web ? { web: { min: web.min, max: web.max, instanceTypes: web.instanceTypes } } : {}),
    ...(workers ? { workers: { min: workers.min, max: workers.max } } : {}),
    ...(database ? { database: { instanceClass: database.instanceClass, replicas: database.replicas } } : {}),
    ...(cache ? { cache: { nodeType: cache.nodeType, nodes: cache.nodes } } : {}),
  };
}

const HEADINGS = 'environment,region,role,cidr,zones,web,workers,database,cache,continent,time zone'.split(
  ',',
);

/** An aligned table, one line for each region. */
export function table(regions: readonly Listed[]): string {
  const rows = regions.map(({ web, workers, database, cache, ...rest }) => [
    rest.environment,
    rest.region,
    rest.roles.join(', '),
    rest.cidr,
    rest.zones.map((zone) => zone.slice(rest.region.length)).join(' '),
    web ? `${web.min}-${web.max} ${web.instanceTypes[0]}` : 'one server',
    workers ? `${workers.min}-${workers.max}` : 'none',
    database ? `${database.instanceClass} + ${database.replicas}` : 'on the server',
    cache ? `${cache.nodes} x ${cache.nodeType}` : 'none',
    rest.continent,
    rest.timeZone,
  ]);
  const lines = [HEADINGS, ...rows];
  const widths = HEADINGS.map((_, column) => Math.max(...lines.map((row) => row[column]!.length)));
  return lines
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column]!))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}
