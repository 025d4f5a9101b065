import { backendFrom } from './backend';
import { dotted, type Location, TopologyError } from './errors';
import { isObject } from './json';
import type { Traversal } from './expression/ast';
import type { Graph, Output, Resource } from './types';

type ReferencePath = readonly [string, ...(string | number)[]];

/** Roots of references that are no resources, and that modules must not emit. */
const REFUSED_ROOTS = new Set(['var', 'local', 'module', 'each', 'count', 'self', 'path', 'terraform']);

export interface ResourceAttribute {
  readonly resource: Resource;
  readonly attribute: Traversal;
}

/** The resource of the same stack that a reference names, and the rest as its attribute. */
export function parseAddress(graph: Graph, location: Location, path: ReferencePath): ResourceAttribute {
  const [root] = path;
  if (REFUSED_ROOTS.has(root))
    throw new TopologyError(
      location,
      `found the reference ${dotted(path)}`,
      'Allowed are references to resources, data sources and ephemeral blocks, path.module and terraform.workspace; write the value itself',
    );
  const length = root === 'data' || root === 'ephemeral' ? 3 : 2;
  const resource = graph.resources.get(`${location.stack}:${dotted(path.slice(0, length))}`);
  if (!resource)
    throw new TopologyError(
      location,
      `found the reference ${dotted(path)}, but the stack holds no ${dotted(path.slice(0, length))}`,
      `Refer to a resource of ${location.stack}, or to another stack's through its remote state`,
    );
  return { resource, attribute: path.slice(length) };
}

export interface RemoteOutput {
  readonly output: Output;
  readonly rest: Traversal;
}

/**
 * The output of another stack that `data.terraform_remote_state.<id>.outputs.<name>` reads; the stack is the one whose backend
 * keeps that state. Undefined for references of other forms.
 */
export function remoteOutput(
  graph: Graph,
  location: Location,
  path: ReferencePath,
): RemoteOutput | undefined {
  if (path[0] !== 'data' || path[1] !== 'terraform_remote_state') return undefined;
  const { resource, attribute } = parseAddress(graph, location, path);
  const [block, name, ...rest] = attribute;
  if (block !== 'outputs' || name === undefined)
    throw new TopologyError(location, `found ${dotted(path)}`, 'A remote state is read as outputs.<name>');
  const folder = graph.stacks.find((stack) => stack.name === resource.stack)?.folder ?? '.';
  const { backend, config } = resource.arguments;
  const { identity } = backendFrom(String(backend), isObject(config) ? config : {}, folder);
  const stack = graph.stacks.find((candidate) => candidate.backend?.identity === identity);
  if (!stack)
    throw new TopologyError(
      location,
      `found ${dotted(path)}, but no stack that was read keeps its state in ${identity}`,
      `Read the stack it belongs to as well; read were ${graph.stacks.map((each) => each.name).join(', ')}`,
    );
  const output = graph.outputs.find((each) => each.stack === stack.name && each.name === name);
  if (!output)
    throw new TopologyError(
      location,
      `found ${dotted(path)}, but ${stack.name} has no output '${name}'`,
      'Synthesize both stacks together, so that the output is written',
    );
  return { output, rest };
}
