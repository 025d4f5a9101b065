import { TopologyError } from './errors';
import { evaluate } from './evaluate';
import { resourcesOfType } from './lookup';
import { asList } from './json';
import type { Graph, Json, Resource } from './types';

/** Values of one attribute over all resources of a type, computed once per graph. */
const indexes = new WeakMap<Graph, Map<string, Map<Json, Resource[]>>>();

/**
 * The resource of a type whose attribute has the given (symbolic) value; undefined where none has.
 * This is how values that went through outputs, lists or functions are traced back. Where accounts share a name, the one that
 * `near` refers to is taken, then the one of its stack.
 */
export function resourceWith(
  graph: Graph,
  type: string,
  attribute: string,
  value: Json | undefined,
  near?: Resource,
): Resource | undefined {
  const candidates = value === undefined ? [] : (indexOf(graph, type, attribute).get(value) ?? []);
  if (!near || candidates.length < 2) return candidates[0];
  const referred = new Set(near.references.map((reference) => reference.target));
  return (
    candidates.find((candidate) => referred.has(candidate.globalAddress)) ??
    candidates.find((candidate) => candidate.stack === near.stack) ??
    candidates[0]
  );
}

function indexOf(graph: Graph, type: string, attribute: string): Map<Json, Resource[]> {
  const ofGraph = indexes.get(graph) ?? new Map<string, Map<Json, Resource[]>>();
  indexes.set(graph, ofGraph);
  const key = `${type}.${attribute}`;
  const known = ofGraph.get(key);
  if (known) return known;
  const index = new Map<Json, Resource[]>();
  for (const resource of resourcesOfType(graph, type)) {
    const value = attributeOf(graph, resource, attribute);
    if (value !== undefined) index.set(value, [...(index.get(value) ?? []), resource]);
  }
  ofGraph.set(key, index);
  return index;
}

/** A symbolic attribute of a resource, evaluated from its own stack; undefined where the type does not give it. */
export function attributeOf(graph: Graph, resource: Resource, attribute: string): Json | undefined {
  // The reference is evaluated as if the resource referred to itself.
  const text = `\${${resource.address}.${attribute}}`;
  try {
    return evaluate(graph, { ...resource, arguments: { probe: text } }, 'probe');
  } catch (error) {
    if (error instanceof TopologyError) return undefined;
    throw error;
  }
}

/** The resources of a type whose ids an argument lists. Throws TopologyError on an id that belongs to no resource of the graph. */
export function resourcesListed(
  graph: Graph,
  holder: Resource,
  argument: string,
  type: string,
  attribute = 'id',
): Resource[] {
  return asList(evaluate(graph, holder, argument)).map((value) => {
    const resource = resourceWith(graph, type, attribute, value, holder);
    if (resource) return resource;
    throw new TopologyError(
      { stack: holder.stack, address: holder.address, argument },
      `found ${JSON.stringify(value)}, which is the ${attribute} of no ${type} in the stacks that were read`,
      `Refer to an ${type} of these stacks, so that it can be checked`,
    );
  });
}
