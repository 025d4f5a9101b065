import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { listDeployments, loadDeployments } from '../../deployments/load';
import type { Deployment } from '../../deployments/schema';
import { ConfigurationError } from '../../lib/errors';

export const DEPLOYMENTS = resolve(__dirname, '../../deployments');

/** One environment as it stands in `deployments/`, its home region first. */
export interface Environment {
  /** The folder's name; the file's, without its ending, for an environment of one file. */
  readonly name: string;
  /** Whether regions can be added: a folder with the defaults of its regions. */
  readonly open: boolean;
  readonly regions: readonly Deployment[];
}

/** Path of a region's file below the repository. */
export function fileOf({ name, open }: Pick<Environment, 'name' | 'open'>, region: string): string {
  return open ? `deployments/${name}/${region}.ts` : `deployments/${name}.ts`;
}

/** All environments but those that are synthesized by name only, sorted. @throws ConfigurationError */
export function environments(folder: string = DEPLOYMENTS): Environment[] {
  const listed = listDeployments(folder);
  const names = [...new Set(listed.map((name) => name.split('/')[0]!))];
  return names.flatMap((name) => {
    const open = existsSync(join(folder, name, 'defaults.ts'));
    if (!open && !listed.includes(name)) return [];
    return loadDeployments([name], folder).map(({ regions }) => ({ name, open, regions }));
  });
}

/** The environment of the name that regions can be added to. @throws ConfigurationError where there is none */
export function environmentOf(name: string, all: readonly Environment[]): Environment {
  const found = all.find((environment) => environment.name === name);
  if (found?.open) return found;
  const open = all.filter((environment) => environment.open).map((environment) => environment.name);
  const fix = found
    ? `name one of these: deployments/${name}.ts is a whole environment of one region`
    : 'name one of these, or make a folder in deployments/ with a global.ts, a defaults.ts and its first region';
  throw new ConfigurationError([{ where: '--environment', received: name, allowed: open.join(', '), fix }]);
}
