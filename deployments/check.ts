import type { FaultDetails } from '../lib/errors';
import type { Deployment } from './schema';

/** What holds between several keys. A check runs when none of its keys has a fault of its own. */
export interface Check {
  readonly keys: readonly string[];
  /** `where` is the key that the reader should change. */
  readonly find: (deployment: Deployment) => FaultDetails | undefined;
}

/** A check of one key; `keys` are the others that it reads. */
export function check(
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

/** A tier that a deployment may leave out. */
type Tier = 'server' | 'web' | 'workers' | 'transcoders' | 'database' | 'cache';

/** A check of a tier's key; it says nothing where there is no such tier. */
export function within<Name extends Tier>(
  tier: Name,
  key: string,
  keys: readonly string[],
  broken: (tier: NonNullable<Deployment[Name]>, d: Deployment) => boolean,
  received: (tier: NonNullable<Deployment[Name]>, d: Deployment) => unknown,
  allowed: (tier: NonNullable<Deployment[Name]>, d: Deployment) => string,
  fix: (tier: NonNullable<Deployment[Name]>, d: Deployment) => string,
): Check {
  const where = `${tier}.${key}`;
  return {
    keys: [where, ...keys],
    find: (d) => {
      const found = d[tier];
      return found && broken(found, d)
        ? { where, received: received(found, d), allowed: allowed(found, d), fix: fix(found, d) }
        : undefined;
    },
  };
}
