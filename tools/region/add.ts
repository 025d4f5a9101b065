import { resolve } from 'node:path';
import pc from 'picocolors';
import { ConfigurationError } from '../../lib/errors';
import { ask, compare } from './check';
import { planRegion, type AddRequest, type PlannedRegion } from './plan';
import { TABLE_DATE } from './table';
import { textOf, writeNew } from './write';

const ROOT = resolve(__dirname, '../..');

/**
 * Writes the file of a new region; nothing where the region is refused. With `check` AWS is asked first. Returns what there
 * is to say. @throws ConfigurationError, CheckError
 */
export async function add(request: AddRequest & { readonly check: boolean }): Promise<string> {
  const planned = planRegion(request);
  if (request.check) {
    const faults = compare(planned.deployment, await ask(planned.deployment));
    if (faults.length > 0) throw new ConfigurationError(faults);
  }
  writeNew(ROOT, planned.file, await textOf(planned, ROOT));
  return report(planned, request);
}

function report(
  { file, facts, deployment, replaced, overlapping }: PlannedRegion,
  request: AddRequest & { readonly check: boolean },
): string {
  const { zones, cidr, timeZone, continent, region, backupCopies } = deployment;
  const { check, zones: chosen } = request;
  const letters = facts.zones.map((zone) => zone.slice(-1)).join(', ');
  const lines = [
    `${pc.green('written')} ${file}: ${facts.name}, ${cidr}, ${zones.join(', ')}, ${continent}, ${timeZone}`,
    ...replaced.map(({ key, missing, instead }) =>
      instead
        ? `${pc.yellow('replaced')} ${key}: ${missing} by ${instead}; ${region} has no ${missing}`
        : `${pc.yellow('left out')} ${key}: ${missing}; ${region} has none, and the other types remain`,
    ),
    ...('region' in backupCopies && request.backups === undefined
      ? [
          `${pc.yellow('note')} backups of its database are copied to ${backupCopies.region}; change backupCopies where data has to stay elsewhere`,
        ]
      : []),
    ...overlapping.map(
      (other) => `${pc.yellow('note')} ${cidr} overlaps ${other}: the two can never be peered`,
    ),
    ...(zones.length < 3
      ? [`${pc.yellow('note')} two zones: losing one takes half of everything, not a third`]
      : []),
    ...(!check && !chosen && facts.zones.length > 3
      ? [
          `${pc.yellow('note')} ${region} has the zones ${letters}, of which one account does not see all; --check asks yours`,
        ]
      : []),
    check
      ? 'AWS has the zones, the instance types and the database class; node types of the cache are from the table.'
      : `Zones and types are from lists of ${TABLE_DATE}; --check asks AWS.`,
    '',
    `Next: npm run synth -- ${request.environment}, then docs/regions.md for the order of deployment.`,
  ];
  return lines.join('\n');
}
