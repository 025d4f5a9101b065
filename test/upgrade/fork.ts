import { resolve } from 'node:path';
import { loadDeployments } from '../../deployments/load';
import type { Inventory } from '../../tools/compare';
import { inventoryFrom } from '../compare/support';
import { synthesizeDocuments, type Documents } from '../safety/plan';

const FOLDER = resolve(__dirname, 'fork/deployments');

/** The stacks of the fork, as the code of this checkout synthesizes them. */
export function forkDocuments(): Documents {
  return Object.assign({}, ...loadDeployments([], FOLDER).map(synthesizeDocuments)) as Documents;
}

export function forkInventory(): Inventory {
  return inventoryFrom(forkDocuments());
}
