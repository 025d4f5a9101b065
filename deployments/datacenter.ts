import type { FaultDetails } from '../lib/errors';
import { WORKER_NUMBERS } from '../lib/limits';
import { within, type Check } from './check';
import { whole } from './rules';
import type { Deployment } from './schema';
import type { Located } from './together';

/** Who makes time-ordered ids: docs/decisions/0019-time-ordered-ids.md. */

/** Number of the region in the ids that it makes. `tiers region add` writes it. Default: 0, that of the first region. */
export const datacenter = whole(
  0,
  31,
  '1',
  'five bits of an id, and another number for each region of the environment',
).optional();

export const datacenterOf = (deployment: Deployment): number => deployment.datacenter ?? 0;

/** A refresh runs a fifth more instances than the group has (`instanceMaintenancePolicy` of the fleets). */
export const REFRESH_SHARE = 1.2;

const numbersFor = (max: number): number => Math.ceil(REFRESH_SHARE * max);
const most = Math.floor(WORKER_NUMBERS / REFRESH_SHARE);

function enough(tier: 'web' | 'workers', why: string, fix: string): Check {
  return within(
    tier,
    'max',
    ['workers'],
    ({ max }, { workers }) => (tier === 'workers' || !workers) && numbersFor(max) > WORKER_NUMBERS,
    ({ max }) => max,
    ({ max }) =>
      `at most ${most}: ${why}, and ${max} with a fifth more during a refresh are ${numbersFor(max)} processes for the ${WORKER_NUMBERS} worker numbers of a datacenter`,
    () => `${fix}, or write ${most}`,
  );
}

/** Each process that makes ids needs a worker number of its own. */
export const NUMBER_CHECKS: readonly Check[] = [
  enough('workers', 'each worker makes ids', 'choose larger instances'),
  enough('web', 'without workers each web server makes ids', 'write workers, which then make them'),
];

/** Two regions with one number would make the same ids. */
export function sharedNumbers(deployments: readonly Located[]): FaultDetails[] {
  const atHome = ({ value }: Located): boolean => value.region === value.homeRegion;
  // The home region was there first, and its number stays.
  const all = [...deployments.filter(atHome), ...deployments.filter((each) => !atHome(each))];
  return all.flatMap(({ file, value }, index) => {
    const beside = all.filter((each) => each.value.environment === value.environment);
    const other = all
      .slice(0, index)
      .find((each) => beside.includes(each) && datacenterOf(each.value) === datacenterOf(value));
    // One region in two files is refused as that.
    if (!other || other.value.region === value.region) return [];
    return [
      {
        where: `${file}: datacenter`,
        received: value.datacenter,
        allowed: `a number from 0 to 31 that no other region of ${value.environment} has; ${other.file} has ${datacenterOf(other.value)}`,
        fix: `write ${freeNumber(beside.map((each) => each.value))}`,
      },
    ];
  });
}

/** The lowest number that no region has; undefined when all are taken. */
export function freeNumber(regions: readonly Deployment[]): number | undefined {
  const taken = new Set(regions.map(datacenterOf));
  return Array.from({ length: 32 }, (_, number) => number).find((number) => !taken.has(number));
}
