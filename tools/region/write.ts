import { linkSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { ConfigurationError } from '../../lib/errors';
import type { PlannedRegion } from './plan';
import { TABLE_DATE } from './table';

/** The file's text, formatted with the settings of the repository. */
export async function textOf(planned: PlannedRegion, root: string): Promise<string> {
  const { format, resolveConfig } = await import('prettier');
  const filepath = resolve(root, planned.file);
  return format(draft(planned), { ...(await resolveConfig(filepath, { editorconfig: true })), filepath });
}

function draft({ facts, deployment, overrides, replaced }: PlannedRegion): string {
  const { region, zones, cidr, continent, backupCopies, timeZone, joinedAfter, datacenter } = deployment;
  const place = Object.entries({
    region,
    zones,
    cidr,
    continent,
    backupCopies,
    timeZone,
    joinedAfter,
    datacenter,
  })
    .filter(([, value]) => value !== undefined)
    .map(([key, value]) => `${key}: ${JSON.stringify(value)},`);
  const changes = overrides.flatMap(([group, changed]) => {
    const missing = replaced.filter(({ key }) => key.startsWith(`${group}.`)).map((each) => each.missing);
    const keys = Object.entries(changed).map(([key, value]) => `${key}: ${JSON.stringify(value)}`);
    return [
      `// Without ${missing.join(', ')}: not in the region's lists of ${TABLE_DATE}.`,
      `${group}: { ...defaults.${group}, ${keys.join(', ')} },`,
    ];
  });
  return [
    "import type { Deployment } from '../schema';",
    "import { defaults } from './defaults';",
    '',
    `/** ${facts.name}. */`,
    'const deployment: Deployment = {',
    '...defaults,',
    ...place,
    ...changes,
    '};',
    '',
    'export default deployment;',
    '',
  ].join('\n');
}

/** Writes a file whole or not at all, and never over another. @throws ConfigurationError where it is there already */
export function writeNew(root: string, file: string, text: string): void {
  const path = resolve(root, file);
  // Neither a deployment by its name, nor left behind.
  const unfinished = join(dirname(path), `.region.${process.pid}`);
  writeFileSync(unfinished, text, { flag: 'wx' });
  try {
    // Unlike a rename, a link fails where the name is taken.
    linkSync(unfinished, path);
  } catch (error) {
    if (!(typeof error === 'object' && error && 'code' in error && error.code === 'EEXIST')) throw error;
    const fix = 'look at that file; remove it first if it is not what you want';
    throw new ConfigurationError([
      { where: file, received: 'a file that is there already', allowed: 'a new file', fix },
    ]);
  } finally {
    rmSync(unfinished, { force: true });
  }
}
