import type { Selection } from '../../deployments/load';
import { buildGraph, stackOf, type Graph, type JsonObject, type Resource } from '../../tools/topology';
import { synthesizeAll } from '../stacks/support';

/** A resource that breaks a rule, by its global address, and how. */
export interface Violation {
  readonly address: string;
  readonly message: string;
}

/** What holds for every plan; `find` answers with what breaks it. */
export interface Rule {
  readonly name: string;
  readonly find: (graph: Graph) => readonly Violation[];
}

/** The stacks of an environment as parsed documents, by name. */
export type Documents = Record<string, JsonObject>;

export function synthesizeDocuments(selection: Selection): Documents {
  return Object.fromEntries(
    Object.entries(synthesizeAll([selection])).map(([name, text]) => [name, JSON.parse(text) as JsonObject]),
  );
}

/** Links the stacks as they would be linked at apply, without a folder: states are told apart by their paths alone. */
export function linked(documents: Documents): Graph {
  return buildGraph(
    Object.entries(documents).map(([name, document]) =>
      stackOf(name, `/plan/cdktf.out/stacks/${name}`, [], document),
    ),
  );
}

export function managed(graph: Graph, ...types: readonly string[]): Resource[] {
  return [...graph.resources.values()].filter(({ mode, type }) => mode === 'managed' && types.includes(type));
}

/** A value below a resource's arguments, by a dotted path; single blocks written as lists of one are entered. */
export function at(resource: Resource, path: string): unknown {
  return path.split('.').reduce<unknown>((value, key) => {
    const inner: unknown = Array.isArray(value) && !/^\d+$/.test(key) ? value[0] : value;
    return typeof inner === 'object' && inner !== null ? Reflect.get(inner, key) : undefined;
  }, resource.arguments);
}

/** All values under a key, at whatever depth. */
export function valuesOf(value: unknown, key: string): unknown[] {
  if (Array.isArray(value)) return value.flatMap((item) => valuesOf(item, key));
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, inner]: [string, unknown]) =>
    name === key ? [inner] : valuesOf(inner, key),
  );
}

/** Whether a resource refers to another one from an argument, or from anything below it. */
export function refersTo(resource: Resource, target: Resource, argument?: string): boolean {
  return resource.references.some(
    (reference) =>
      reference.target === target.globalAddress &&
      (argument === undefined || reference.argument[0] === argument),
  );
}

export function violation(resource: Resource, message: string): Violation {
  return { address: resource.globalAddress, message };
}
