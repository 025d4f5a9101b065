import type { Graph, Resource } from './types';

/** The managed resources of a type (`aws_lb`), or those of another mode by its prefix (`data.aws_region`), in a stable order. */
export function resourcesOfType(graph: Graph, type: string): Resource[] {
  return [...graph.resources.values()].filter((resource) => knownTypeName(resource) === type);
}

/** The name of a resource's type as KNOWN_TYPES has it: with the mode before it, where that is not `managed`. */
export function knownTypeName(resource: Resource): string {
  return resource.mode === 'managed' ? resource.type : `${resource.mode}.${resource.type}`;
}

/** Throws where the graph has no such resource. */
export function resourceAt(graph: Graph, globalAddress: string): Resource {
  const resource = graph.resources.get(globalAddress);
  if (!resource) throw new Error(`${globalAddress}: no such resource in the stacks that were read`);
  return resource;
}

/** The resources that an argument (or anything below it) refers to, in order, each once. */
export function targetsOf(
  graph: Graph,
  resource: Resource,
  ...argument: readonly (string | number)[]
): Resource[] {
  const addresses = resource.references
    .filter((reference) => argument.every((part, depth) => reference.argument[depth] === part))
    .flatMap((reference) => reference.target ?? []);
  return [...new Set(addresses)].map((address) => resourceAt(graph, address));
}
