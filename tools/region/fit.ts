import { isGraviton } from '../../deployments/hardware';
import type { Deployment } from '../../deployments/schema';
import { ConfigurationError } from '../../lib/errors';
import { fitFleet, fitOne, type Replacement } from './hardware';
import { TABLE_DATE } from './table';

type Hardware = Pick<Deployment, 'web' | 'workers' | 'transcoders' | 'database' | 'cache'>;
type Cause = NonNullable<Deployment['database']>['hardware'];

/** What the region's file changes of a group of its defaults. */
export type Override = readonly [group: keyof Hardware, changed: Readonly<Record<string, unknown>>];

interface Fitted {
  readonly override: Override;
  readonly replaced: readonly Replacement[];
  /** Whether nothing that the region has is like what was asked for. */
  readonly none: boolean;
}

/** What a region's file has to change of its defaults, because the region lacks it. @throws ConfigurationError */
export function fit(
  region: string,
  { web, workers, transcoders, database, cache }: Hardware,
): { overrides: Override[]; replaced: Replacement[] } {
  const fleet = (group: 'web' | 'workers' | 'transcoders', asked: readonly string[]): Fitted => {
    const { types, replaced } = fitFleet(region, `${group}.instanceTypes`, asked);
    return { override: [group, { instanceTypes: types }], replaced, none: types.length === 0 };
  };
  const databaseFitted =
    database && fitOne(region, 'databases', 'database.instanceClass', database.instanceClass);
  const cacheFitted = cache && fitOne(region, 'caches', 'cache.nodeType', cache.nodeType);
  const all: Fitted[] = [
    ...(web ? [fleet('web', web.instanceTypes)] : []),
    ...(workers ? [fleet('workers', workers.instanceTypes)] : []),
    ...(transcoders ? [fleet('transcoders', transcoders.instanceTypes)] : []),
    ...(database && databaseFitted
      ? [
          {
            override: [
              'database',
              {
                instanceClass: databaseFitted.type,
                ...unusual(region, database.hardware, database.instanceClass, databaseFitted.type),
              },
            ] as const,
            replaced: databaseFitted.replaced,
            none: databaseFitted.type === undefined,
          },
        ]
      : []),
    ...(cache && cacheFitted
      ? [
          {
            override: [
              'cache',
              {
                nodeType: cacheFitted.type,
                ...unusual(region, cache.hardware, cache.nodeType, cacheFitted.type),
              },
            ] as const,
            replaced: cacheFitted.replaced,
            none: cacheFitted.type === undefined,
          },
        ]
      : []),
  ];
  const changed = all.filter(({ replaced }) => replaced.length > 0);
  const lost = changed.filter(({ none }) => none);
  if (lost.length > 0) {
    throw new ConfigurationError(
      lost.map(({ replaced }) => ({
        where: replaced[0]!.key,
        received: replaced.map(({ missing }) => missing),
        allowed: `types that ${region} has; it has none of these, and none of their class and size (lists of ${TABLE_DATE})`,
        fix: 'choose others in defaults.ts, or write the file by hand from another region of the environment',
      })),
    );
  }
  return {
    overrides: changed.map(({ override }) => override),
    replaced: changed.flatMap(({ replaced }) => replaced),
  };
}

/** The reason that a stand-in without Graviton needs, where its group has none yet. */
function unusual(
  region: string,
  given: Cause,
  missing: string,
  instead: string | undefined,
): { hardware?: Cause } {
  if (given.unusual || instead === undefined || instead === missing || isGraviton(instead)) return {};
  const reason = `in place of ${missing}, which ${region} did not have in the lists of ${TABLE_DATE}`;
  return { hardware: { reason, unusual: true } };
}
