import { problemsOf } from './problems';
import { readStacks } from './read-stacks';
import { referencesOf } from './references';
import { outputsOf, resourcesOf } from './resources';
import { unevaluated } from './unevaluated';
import type { Graph, Resource, Stack } from './types';

/** Reads the synthesized stacks below `outdir` and links them: `buildGraph(readStacks(outdir, filter))`. */
export function readGraph(outdir: string, filter?: (stackName: string) => boolean): Graph {
  return buildGraph(readStacks(outdir, filter));
}

/** The resources of all stacks with the references between them. What is not understood is in `problems`; nothing is thrown. */
export function buildGraph(stacks: readonly Stack[]): Graph {
  const outputs = stacks.flatMap(outputsOf);
  const bare = graphOf(stacks.flatMap(resourcesOf));
  const linked = graphOf(
    [...bare.resources.values()].map((resource) => ({
      ...resource,
      references: referencesOf(bare, resource),
    })),
  );
  return { ...linked, problems: [...problemsOf(linked), ...unevaluated(linked)] };

  function graphOf(resources: readonly Resource[]): Graph {
    const byAddress = new Map(resources.map((resource) => [resource.globalAddress, resource]));
    return { stacks, outputs, resources: byAddress, problems: [] };
  }
}
