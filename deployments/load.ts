import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { ConfigurationError } from '../lib/errors';
import type { Deployment } from './schema';
import { validate, type Candidate } from './validate';

const ENVIRONMENT_FILE = 'global.ts';
/** Folders that are synthesized by name only. */
const ON_REQUEST = ['ladder'];
/** Files beside the deployments that hold none. */
const CODE = ['checks.ts', 'load.ts', 'rules.ts', 'schema.ts', 'sizing.ts', 'validate.ts'];

/** Names of all deployments: `local`, `staging/us-east-1`; sorted. */
export function listDeployments(folder: string = __dirname): string[] {
  const entries = readdirSync(folder, { withFileTypes: true });
  const single = entries
    .filter((e) => e.isFile() && isData(e.name) && !CODE.includes(e.name))
    .map((e) => e.name);
  const grouped = entries
    .filter((entry) => entry.isDirectory())
    .flatMap((entry) =>
      readdirSync(join(folder, entry.name))
        .filter((name) => isData(name) && name !== ENVIRONMENT_FILE)
        .map((name) => `${entry.name}/${name}`),
    );
  return [...single, ...grouped].map((name) => name.replace(/\.ts$/, '')).sort();
}

/**
 * Loads the chosen deployments, all outside the ladder when none is named. A selector is an environment (`production`)
 * or one region of it (`production/us-east-1`). Throws a ConfigurationError with every fault found.
 */
export function loadDeployments(selectors: readonly string[], folder: string = __dirname): Deployment[] {
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
  const chosen = known.filter((name) =>
    selectors.length > 0 ? selectors.some((selector) => matches(name, selector)) : !isOnRequest(name),
  );
  return validate(chosen.map((name) => candidate(folder, name)));
}

function candidate(folder: string, name: string): Candidate {
  // Deployments are found by their place, so that adding a region is adding a file.
  // eslint-disable-next-line @typescript-eslint/no-require-imports
  const module = require(join(folder, name)) as { default?: unknown };
  return { file: `deployments/${name}.ts`, value: module.default };
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
