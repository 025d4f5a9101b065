import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { ConfigurationError } from '../lib/errors';
import type { Deployment, RegionDefaults } from './schema';
import { validate, type Candidate } from './validate';

/** The one environment that is a file of its own; every other one is a folder. */
const SINGLE = 'local.ts';
/** What the regions of an environment share, in files beside theirs. */
const SHARED = ['global.ts', 'defaults.ts'];
/** Folders that are synthesized by name only; each of their files is a whole environment, all its regions in a list. */
const ON_REQUEST = ['ladder'];

/** Names of all deployments: `local`, `staging/us-east-1`; sorted. A region is there because its file is. */
export function listDeployments(folder: string = __dirname): string[] {
  const entries = readdirSync(folder, { withFileTypes: true });
  const single = entries.filter((entry) => entry.isFile() && entry.name === SINGLE).map(({ name }) => name);
  const grouped = entries
    .filter((entry) => entry.isDirectory())
    .flatMap((entry) =>
      readdirSync(join(folder, entry.name))
        .filter((name) => isData(name) && !SHARED.includes(name))
        .map((name) => `${entry.name}/${name}`),
    );
  return [...single, ...grouped].map((name) => name.replace(/\.ts$/, '')).sort();
}

/** One environment with all its regions, and which of them were asked for. */
export interface Selection {
  readonly environment: string;
  /**
   * Every region of the environment, its home first: they know of one another, so they are checked and composed together.
   * What is made of the first one, such as the origin that the CDN asks first, stays when a region is added.
   */
  readonly regions: readonly Deployment[];
  /** The regions to write; all of them unless some were named. */
  readonly chosen: readonly string[];
}

/**
 * Loads the environments of the chosen deployments, all outside the ladder when none is named. A selector is an
 * environment (`production`) or one region of it (`production/us-east-1`). Throws a ConfigurationError with every fault
 * found.
 */
export function loadDeployments(selectors: readonly string[], folder: string = __dirname): Selection[] {
  const known = listDeployments(folder);
  const unknown = selectors.filter((selector) => !known.some((name) => matches(name, selector)));
  if (unknown.length > 0) {
    throw new ConfigurationError(
      unknown.map((received) => ({
        where: 'deployment',
        received,
        allowed: known.join(', '),
        fix: 'name one of these, or an environment for all its regions',
      })),
    );
  }
  const wanted = known.filter((name) =>
    selectors.length > 0 ? selectors.some((selector) => matches(name, selector)) : !isOnRequest(name),
  );
  refuseSeveral(wanted.filter(isOnRequest));
  const groups = [...new Set(wanted.map(groupOf))];
  const candidates = known
    .filter((name) => groups.includes(groupOf(name)))
    .flatMap((name) => candidatesOf(folder, name));
  const deployments = validate(candidates);
  const named = candidates.map(({ name }, index): Named => ({ name, deployment: deployments[index]! }));
  refuseMisnamed(named);
  return groups.map((group) => {
    const members = named.filter(({ name }) => groupOf(name) === group);
    return {
      environment: members[0]!.deployment.environment,
      regions: homeFirst(members.map(({ deployment }) => deployment)),
      chosen: members.filter(({ name }) => wanted.includes(name)).map(({ deployment: { region } }) => region),
    };
  });
}

/** A deployment, and the file that it stands in. */
interface Named {
  readonly name: string;
  readonly deployment: Deployment;
}

/** What a region of the environment (its folder) is as far as its own file does not say otherwise. */
export function loadDefaults(environment: string, folder: string = __dirname): RegionDefaults {
  return required<{ defaults: RegionDefaults }>(join(folder, environment, 'defaults')).defaults;
}

/** A region is found by its file's name, so the two must not differ. */
function refuseMisnamed(named: readonly Named[]): void {
  const faults = named
    .map(({ name, deployment: { region } }) => ({ name, region }))
    .filter(({ name, region }) => groupOf(name) !== name && name !== `${groupOf(name)}/${region}`)
    .map(({ name, region }) => ({
      where: `deployments/${name}.ts: region`,
      received: region,
      allowed: `the region that the file is named after: ${name.slice(groupOf(name).length + 1)}`,
      fix: `write it here, or rename the file to ${region}.ts`,
    }));
  if (faults.length > 0) throw new ConfigurationError(faults);
}

/** The rungs of a ladder are one environment at different times: their stacks have the same names. */
function refuseSeveral(names: readonly string[]): void {
  if (names.length < 2) return;
  throw new ConfigurationError([
    {
      where: 'deployment',
      received: names.length,
      allowed: `one of these at a time: ${names.join(', ')}`,
      fix: `name one of them, such as ${names[0]}`,
    },
  ]);
}

function homeFirst(regions: readonly Deployment[]): Deployment[] {
  const isHome = ({ region, homeRegion }: Deployment): boolean => region === homeRegion;
  return [...regions.filter(isHome), ...regions.filter((deployment) => !isHome(deployment))];
}

/** Files of one folder are the regions of one environment; a file beside the folders is an environment of its own. */
function groupOf(name: string): string {
  const folder = name.slice(0, Math.max(name.indexOf('/'), 0));
  return folder && !ON_REQUEST.includes(folder) ? folder : name;
}

function candidatesOf(folder: string, name: string): (Candidate & { readonly name: string })[] {
  const file = `deployments/${name}.ts`;
  const value = required<{ default?: unknown }>(join(folder, name)).default;
  if (!isOnRequest(name) || !Array.isArray(value)) return [{ name, file, value }];
  return value.map((each: unknown, index) => ({ name, file: `${file}[${index}]`, value: each }));
}

function required<Module>(path: string): Module {
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- found by place: adding a region is adding a file
  return require(path) as Module;
}

function matches(name: string, selector: string): boolean {
  return name === selector || name.startsWith(`${selector}/`);
}

function isOnRequest(name: string): boolean {
  return ON_REQUEST.some((folder) => name.startsWith(`${folder}/`));
}

function isData(file: string): boolean {
  return file.endsWith('.ts') && !file.endsWith('.d.ts');
}
