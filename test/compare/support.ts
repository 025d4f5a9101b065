import type { Selection } from '../../deployments/load';
import type { Deployment } from '../../deployments/schema';
import { validate } from '../../deployments/validate';
import { compare, inventoryOf, type Finding, type Inventory } from '../../tools/compare';
import { stackOf } from '../../tools/topology';
import { synthesizeDocuments, type Documents } from '../safety/plan';

/** What holds data in parsed stacks, by name. */
export function inventoryFrom(documents: Documents): Inventory {
  return inventoryOf(
    Object.entries(documents).map(([name, document]) => stackOf(name, `/plan/stacks/${name}`, [], document)),
  );
}

/** The stacks of an environment with these regions, all legal. */
export function inventoryFor(...regions: readonly Deployment[]): Inventory {
  validate(regions.map((value) => ({ file: `${value.region}.ts`, value })));
  const selection: Selection = {
    environment: regions[0]!.environment,
    regions,
    chosen: regions.map(({ region }) => region),
  };
  return inventoryFrom(synthesizeDocuments(selection));
}

/** The findings of one way, `<severity> <address>: <message>`. */
export function told(before: Inventory, after: Inventory): string[] {
  return compare(before, after).map(line);
}

export const line = ({ severity, address, message }: Finding): string => `${severity} ${address}: ${message}`;

/** Those that keep a change from being applied. */
export function bad(before: Inventory, after: Inventory): string[] {
  return compare(before, after)
    .filter(({ severity }) => severity !== 'step')
    .map(line);
}
