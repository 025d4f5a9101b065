import type { FaultDetails } from '../lib/errors';
import { parseBlock, overlaps } from '../lib/cidr';
import type { Deployment } from './schema';

/** What holds between several keys. A check runs when none of its keys has a fault of its own. */
export interface Check {
  readonly keys: readonly string[];
  /** `where` is the key that the reader should change. */
  readonly find: (deployment: Deployment) => FaultDetails | undefined;
}

function check(
  where: string,
  keys: readonly string[],
  broken: (d: Deployment) => boolean,
  received: (d: Deployment) => unknown,
  allowed: (d: Deployment) => string,
  fix: (d: Deployment) => string,
): Check {
  return {
    keys: [where, ...keys],
    find: (d) => (broken(d) ? { where, received: received(d), allowed: allowed(d), fix: fix(d) } : undefined),
  };
}

const unique = (values: readonly string[]): boolean => new Set(values).size === values.length;
const outsideRegion = (d: Deployment): string[] => d.zones.filter((zone) => zone.slice(0, -1) !== d.region);

export const CHECKS: readonly Check[] = [
  check(
    'zones',
    ['region'],
    (d) => outsideRegion(d).length > 0,
    (d) => outsideRegion(d),
    (d) => `zones of ${d.region}`,
    (d) => `write for instance "${d.region}a"`,
  ),
  check(
    'zones',
    [],
    (d) => !unique(d.zones),
    (d) => d.zones,
    () => 'each zone once',
    () => 'remove the zone that is listed twice',
  ),
  check(
    'web.max',
    ['web.min'],
    (d) => d.web.max < d.web.min,
    (d) => d.web.max,
    (d) => `web.min (${d.web.min}) or more`,
    (d) => `write ${d.web.min} or more, or lower web.min`,
  ),
  check(
    'web.nightMin',
    ['web.min'],
    (d) => d.web.nightMin > d.web.min,
    (d) => d.web.nightMin,
    (d) => `web.min (${d.web.min}) or less`,
    (d) => `write ${d.web.min} or less: the quiet hours need no more than the day`,
  ),
  check(
    'web.min',
    ['environment'],
    (d) => d.environment === 'production' && d.web.min < d.zones.length,
    (d) => d.web.min,
    (d) => `${d.zones.length} or more in production, one in each zone`,
    (d) => `write ${d.zones.length} or more`,
  ),
  check(
    'workers.max',
    ['workers.min'],
    (d) => d.workers.max < d.workers.min,
    (d) => d.workers.max,
    (d) => `workers.min (${d.workers.min}) or more`,
    (d) => `write ${d.workers.min} or more, or lower workers.min`,
  ),
  check(
    'quietHours.to',
    ['quietHours.from'],
    // The daily backup and the weekly maintenance take one hour each.
    (d) => (d.quietHours.to - d.quietHours.from + 24) % 24 < 2,
    (d) => d.quietHours.to,
    (d) => `two hours or more after quietHours.from (${d.quietHours.from})`,
    () => 'write 7 for a night from 2 to 7',
  ),
  check(
    'database.maxStorage',
    ['database.storage'],
    // Amazon RDS User Guide, "Managing capacity automatically with storage autoscaling": the maximum storage
    // threshold has to be at least 26% above the allocated storage for changes that set both.
    (d) => d.database.maxStorage < Math.ceil(d.database.storage * 1.26),
    (d) => d.database.maxStorage,
    (d) => `at least 26% above database.storage (${d.database.storage})`,
    (d) => `write ${Math.ceil(d.database.storage * 1.26)} or more`,
  ),
  check(
    'database.multiAz',
    ['environment'],
    (d) => d.environment === 'production' && !d.database.multiAz.enabled,
    (d) => d.database.multiAz,
    () => '{ enabled: true } in production',
    () => 'write { enabled: true }',
  ),
  check(
    'database.replicas',
    ['environment'],
    (d) => d.environment === 'production' && d.database.replicas < 2,
    (d) => d.database.replicas,
    () => '2 or more in production, so that one may be lost',
    () => 'write 2 or more',
  ),
  check(
    'web.instanceTypes',
    [],
    (d) => architectures(d.web.instanceTypes).length > 1,
    (d) => d.web.instanceTypes,
    () => 'types of one processor architecture, as they share one image',
    () => 'keep the Graviton types (c7g, m7g...) or the others, not both',
  ),
  check(
    'workers.instanceTypes',
    ['web.instanceTypes'],
    (d) => architectures([...d.workers.instanceTypes, ...d.web.instanceTypes]).length > 1,
    (d) => d.workers.instanceTypes,
    (d) =>
      `types of the web fleet's processor architecture (${architectures(d.web.instanceTypes).join(', ')})`,
    () => 'choose types of the same architecture, as the fleets share one image',
  ),
  check(
    'workers.instanceTypes',
    [],
    (d) => !unique(d.workers.instanceTypes),
    (d) => d.workers.instanceTypes,
    () => 'each type once',
    () => 'remove the type that is listed twice',
  ),
];

/** A legal deployment and the file that it stands in. */
export interface Located {
  readonly file: string;
  readonly value: Deployment;
}

/** Faults between the regions of one run: blocks that overlap, a region declared twice, a home that is nowhere. */
export function checkTogether(deployments: readonly Located[]): FaultDetails[] {
  return [...betweenRegions(deployments), ...homeless(deployments)];
}

function homeless(deployments: readonly Located[]): FaultDetails[] {
  return deployments.flatMap(({ file, value: { environment, homeRegion } }) => {
    const regions = deployments.filter((d) => d.value.environment === environment).map((d) => d.value.region);
    if (regions.includes(homeRegion)) return [];
    const allowed = `a region that the environment has: ${regions.join(', ')}`;
    return [
      {
        where: `${file}: homeRegion`,
        received: homeRegion,
        allowed,
        fix: `write for instance '${regions[0]}'`,
      },
    ];
  });
}

function betweenRegions(deployments: readonly Located[]): FaultDetails[] {
  return deployments.flatMap(({ file, value }, index) =>
    deployments
      .slice(0, index)
      .filter((other) => other.value.environment === value.environment)
      .flatMap((other) => {
        if (other.value.region === value.region) {
          const allowed = `each region once in an environment; ${other.file} has it`;
          return [
            { where: `${file}: region`, received: value.region, allowed, fix: 'remove one of the two files' },
          ];
        }
        const [one, two] = [parseBlock(value.cidr), parseBlock(other.value.cidr)];
        if (!one || !two || !overlaps(one, two)) return [];
        const allowed = `a block that no other region uses; ${other.file} has ${other.value.cidr}`;
        return [{ where: `${file}: cidr`, received: value.cidr, allowed, fix: 'choose a free block' }];
      }),
  );
}

/** Graviton families carry a `g` behind the generation: c7g, m7gd, t4g, r8g (Amazon EC2 User Guide, "Instance type names"). */
export function architectureOf(instanceType: string): 'arm64' | 'x86_64' {
  return /^[a-z]+\d+g[a-z]*\./.test(instanceType) ? 'arm64' : 'x86_64';
}

function architectures(types: readonly string[]): string[] {
  return [...new Set(types.map(architectureOf))];
}
