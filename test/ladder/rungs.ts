import { listDeployments, loadDeployments, type Selection } from '../../deployments/load';
import { linked, synthesizeDocuments } from '../safety/plan';
import type { Graph } from '../../tools/topology';

export interface Rung {
  /** Such as `ladder/05-cache`. */
  readonly name: string;
  readonly selection: Selection;
  readonly graph: Graph;
}

/** Every rung, synthesized, in the order in which it is climbed. */
export function rungs(): readonly Rung[] {
  return listDeployments()
    .filter((name) => name.startsWith('ladder/'))
    .map((name) => {
      const [selection] = loadDeployments([name]) as [Selection];
      return { name, selection, graph: linked(synthesizeDocuments(selection)) };
    });
}

/** Types of resources of the home region and of what all regions share. */
export function typesOf({ graph, selection }: Rung): ReadonlySet<string> {
  const [home, ...others] = selection.regions.map(({ region }) => region);
  const elsewhere = others.map((region) => `${selection.environment}-${region}-`);
  if (home === undefined) throw new Error(`${selection.environment} has no region`);
  return new Set(
    [...graph.resources.values()]
      .filter(
        ({ mode, stack }) => mode === 'managed' && !elsewhere.some((prefix) => stack.startsWith(prefix)),
      )
      .map(({ type }) => type),
  );
}
