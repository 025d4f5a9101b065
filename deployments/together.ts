import { isDeepStrictEqual } from 'node:util';
import { overlaps, parseBlock } from '../lib/cidr';
import { show, type FaultDetails } from '../lib/errors';
import { aloneOnly } from './between-tiers';
import { sharedNumbers } from './datacenter';
import { environmentSchema, type Deployment } from './schema';
import { writerFaults } from './writer';

/** A legal deployment and the file that it stands in. */
export interface Located {
  readonly file: string;
  readonly value: Deployment;
}

/**
 * Faults between the regions of one run: blocks that overlap, a region declared twice, a home that is nowhere. `faulty` are
 * the values with faults of their own: a region is there although its file needs mending.
 */
export function checkTogether(
  deployments: readonly Located[],
  faulty: readonly unknown[] = [],
): FaultDetails[] {
  return [
    ...betweenRegions(deployments),
    ...sharedNumbers(deployments),
    ...homeless(deployments, faulty),
    ...divided(deployments),
    ...unlinked(deployments, faulty),
    ...betweenEnvironments(deployments),
    ...single(deployments),
    ...(faulty.length ? [] : writers(deployments)),
  ];
}

/** Only where everything else is right: what they mean follows from the whole of an environment. */
function writers(deployments: readonly Located[]): FaultDetails[] {
  if (divided(deployments).length || homeless(deployments, []).length) return [];
  const environments = new Set(deployments.map(({ value }) => value.environment));
  return [...environments].flatMap((name) =>
    writerFaults(deployments.filter(({ value }) => value.environment === name)),
  );
}

/** What the stacks of a whole environment are made from: its global settings, and the CDN of its edge. */
const SHARED = [...Object.keys(environmentSchema.shape), 'cdn'].filter((key) => key !== 'environment');

/** Settings in which a region differs from its environment's home: the shared stacks could follow one only. */
function divided(deployments: readonly Located[]): FaultDetails[] {
  return deployments.flatMap(({ file, value }) => {
    const ofEnvironment = deployments.filter((d) => d.value.environment === value.environment);
    const first = ofEnvironment.find((d) => d.value.region === d.value.homeRegion) ?? ofEnvironment[0]!;
    return SHARED.filter(
      (key) => !isDeepStrictEqual(Reflect.get(value, key), Reflect.get(first.value, key)),
    ).map((key) => {
      const received: unknown = Reflect.get(value, key);
      const fix = `move it to the ${key in environmentSchema.shape ? 'global.ts' : 'defaults.ts'} beside the file`;
      const allowed = `the same in every region of ${value.environment}; ${first.file} has ${show(Reflect.get(first.value, key))}`;
      return { where: `${file}: ${key}`, received, allowed, fix };
    });
  });
}

/** A way between regions where there is one region only: it would lead nowhere. */
function unlinked(deployments: readonly Located[], faulty: readonly unknown[]): FaultDetails[] {
  return deployments.flatMap(({ file, value: { environment, interRegion } }) => {
    if (!interRegion || interRegion.kind === 'none') return [];
    const regions = [...deployments.map(({ value }) => value), ...faulty].filter(
      (value) =>
        typeof value === 'object' && value !== null && Reflect.get(value, 'environment') === environment,
    );
    if (regions.length > 1) return [];
    const allowed = `{ kind: 'none' } while ${environment} has one region`;
    const fix = `remove the key, or add a region: tiers region add <region> --environment ${environment}`;
    return [{ where: `${file}: interRegion`, received: interRegion, allowed, fix }];
  });
}

/** Two environments with one domain would write the same DNS records, each its own. */
function betweenEnvironments(deployments: readonly Located[]): FaultDetails[] {
  return deployments.flatMap(({ file, value }, index) => {
    const other = deployments
      .slice(0, index)
      .find(
        (earlier) => earlier.value.domain === value.domain && earlier.value.environment !== value.environment,
      );
    if (!other) return [];
    const allowed = `a domain of the environment's own; ${other.file} has it`;
    const fix = `write for instance '${value.environment}.example.com'`;
    return [{ where: `${file}: domain`, received: value.domain, allowed, fix }];
  });
}

function single(deployments: readonly Located[]): FaultDetails[] {
  const count = (environment: string): number =>
    deployments.filter(({ value }) => value.environment === environment).length;
  return deployments.flatMap(({ file, value }) =>
    count(value.environment) > 1 ? aloneOnly(file, value) : [],
  );
}

function homeless(deployments: readonly Located[], faulty: readonly unknown[]): FaultDetails[] {
  return deployments.flatMap(({ file, value: { environment, homeRegion } }) => {
    const regions = deployments.filter((d) => d.value.environment === environment).map((d) => d.value.region);
    if (regions.includes(homeRegion) || faulty.some((value) => isAt(value, homeRegion))) return [];
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

function isAt(value: unknown, region: string): boolean {
  return typeof value === 'object' && value !== null && Reflect.get(value, 'region') === region;
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
