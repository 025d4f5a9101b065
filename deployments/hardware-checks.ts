import { check, within, type Check } from './check';
import { isGraviton, purposeOf, sizeOf, type Purpose } from './hardware';
import type { Deployment } from './schema';

/** One kind of server of a deployment. */
interface Role {
  /** Key of the deployment, and the key of its types below it. */
  readonly key: 'server' | 'web' | 'workers' | 'transcoders' | 'database' | 'cache';
  readonly types: string;
  readonly of: (d: Deployment) => { types: readonly string[]; unusual: boolean } | undefined;
  /** What its first type is made for; burstable ones only where it is not production. */
  readonly usual: Purpose;
  readonly example: string;
}

const ROLES: readonly Role[] = [
  {
    key: 'server',
    types: 'instanceType',
    of: ({ server }) => server && { types: [server.instanceType], unusual: server.hardware.unusual === true },
    usual: 'general purpose',
    example: 'm7g.large',
  },
  {
    key: 'web',
    types: 'instanceTypes',
    of: ({ web }) => web && { types: web.instanceTypes, unusual: web.hardware.unusual === true },
    usual: 'compute',
    example: 'c7g.large',
  },
  {
    key: 'workers',
    types: 'instanceTypes',
    of: ({ workers }) =>
      workers && { types: workers.instanceTypes, unusual: workers.hardware.unusual === true },
    usual: 'compute',
    example: 'c7g.large',
  },
  {
    key: 'transcoders',
    types: 'instanceTypes',
    of: ({ transcoders }) =>
      transcoders && { types: transcoders.instanceTypes, unusual: transcoders.hardware.unusual === true },
    usual: 'compute',
    example: 'c7g.xlarge',
  },
  {
    key: 'database',
    types: 'instanceClass',
    of: ({ database }) =>
      database && { types: [database.instanceClass], unusual: database.hardware.unusual === true },
    usual: 'memory',
    example: 'db.r7g.large',
  },
  {
    key: 'cache',
    types: 'nodeType',
    of: ({ cache }) => cache && { types: [cache.nodeType], unusual: cache.hardware.unusual === true },
    usual: 'memory',
    example: 'cache.r7g.large',
  },
];

function isUsual({ environment }: Deployment, type: string, usual: Purpose): boolean {
  const purpose = purposeOf(type);
  const fits = purpose === usual || (purpose === 'burstable' && environment !== 'production');
  return fits && isGraviton(type);
}

function usualFor({ environment }: Deployment, usual: Purpose): string {
  const purposes = environment === 'production' ? usual : `${usual} or burstable`;
  return `Graviton types made for ${purposes}`;
}

/** The first type decides, as the others stand in for it. */
function roleChecks({ key, types, of, usual, example }: Role): Check[] {
  const where = `${key}.${types}`;
  const chosen = (d: Deployment): string | undefined => of(d)?.types[0];
  return [
    check(
      where,
      [`${key}.hardware`, 'environment'],
      (d) => {
        const type = chosen(d);
        return type !== undefined && !of(d)?.unusual && !isUsual(d, type, usual);
      },
      (d) => chosen(d),
      (d) => usualFor(d, usual),
      () => `write for instance '${example}', or hardware: { unusual: true, reason: 'why' }`,
    ),
    check(
      `${key}.hardware`,
      [where, 'environment'],
      (d) => {
        const type = chosen(d);
        return type !== undefined && of(d)?.unusual === true && isUsual(d, type, usual);
      },
      () => ({ unusual: true }),
      (d) => `no unusual beside ${chosen(d)}, which is usual for the role`,
      () => 'remove unusual: true',
    ),
  ];
}

/** One target of CPU or of requests means the same on each instance only where they are alike. */
function alike(key: 'web' | 'workers' | 'transcoders'): Check {
  const odd = ([first, ...others]: readonly string[]): string[] => {
    const size = sizeOf(first!);
    return others.filter((type) => {
      const { vcpus, memory } = sizeOf(type);
      const burst = (purposeOf(type) === 'burstable') !== (purposeOf(first!) === 'burstable');
      return burst || vcpus !== size.vcpus || memory < size.memory;
    });
  };
  return within(
    key,
    'instanceTypes',
    [],
    ({ instanceTypes }) => odd(instanceTypes).length > 0,
    ({ instanceTypes }) => odd(instanceTypes),
    ({ instanceTypes: [first] }) => {
      const { vcpus, memory } = sizeOf(first!);
      const kind = purposeOf(first!) === 'burstable' ? 'burstable types' : 'types that are not burstable';
      return `${kind} with the ${vcpus} vCPUs of ${first} and ${memory} GiB or more, as one target is for all of them`;
    },
    () => 'remove the types that differ, or put the smallest first',
  );
}

export const HARDWARE_CHECKS: readonly Check[] = [
  ...ROLES.flatMap(roleChecks),
  alike('web'),
  alike('workers'),
  alike('transcoders'),
];
