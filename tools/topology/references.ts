import { parseAddress, remoteOutput } from './addresses';
import { dotted, type Location, TopologyError } from './errors';
import { type Expression, ExpressionError } from './expression/ast';
import { parseTemplate } from './expression/parse';
import { isList, isObject } from './json';
import type { Graph, Json, Reference, Resource } from './types';

/** All references in the arguments of a resource, write-only ones and depends_on included. */
export function referencesOf(graph: Graph, resource: Resource): Reference[] {
  const location = { stack: resource.stack, address: resource.address, argument: '' };
  const dependencies = isList(resource.meta.depends_on) ? resource.meta.depends_on : [];
  return [
    ...referencesIn(graph, location, resource.arguments),
    ...dependencies.flatMap((address, index) =>
      typeof address === 'string'
        ? referencesIn(graph, location, `\${${address}}`, ['depends_on', index])
        : [],
    ),
  ];
}

/**
 * The references in a value that stands in a stack. One to another stack's output leads to the resource that the output
 * refers to; an output that joins several resources gives a reference to each.
 */
export function referencesIn(
  graph: Graph,
  location: Location,
  value: Json,
  argument: readonly (string | number)[] = [],
): Reference[] {
  if (typeof value === 'string') return inText(graph, location, value, argument);
  if (isList(value))
    return value.flatMap((item, index) => referencesIn(graph, location, item, [...argument, index]));
  if (!isObject(value)) return [];
  return Object.entries(value).flatMap(([key, item]) =>
    referencesIn(graph, location, item, [...argument, key]),
  );
}

function inText(
  graph: Graph,
  location: Location,
  text: string,
  argument: readonly (string | number)[],
): Reference[] {
  if (!text.includes('${')) return [];
  try {
    return inExpression(graph, location, parseTemplate(text), argument);
  } catch (error) {
    // Faults of expressions are collected by problems.ts, which evaluates every argument.
    if (error instanceof ExpressionError || error instanceof TopologyError) return [];
    throw error;
  }
}

function inExpression(
  graph: Graph,
  location: Location,
  expression: Expression,
  argument: readonly (string | number)[],
): Reference[] {
  const recurse = (inner: Expression): Reference[] => inExpression(graph, location, inner, argument);
  switch (expression.kind) {
    case 'literal':
      return [];
    case 'list':
      return expression.items.flatMap(recurse);
    case 'object':
      return expression.entries.flatMap(([, item]) => recurse(item));
    case 'call':
      return expression.args.flatMap(recurse);
    case 'access':
      return recurse(expression.of);
    case 'template':
      return expression.parts.flatMap((part) =>
        part.kind === 'interpolation' ? recurse(part.expression) : [],
      );
    case 'reference':
      return resolve(graph, location, expression.path, argument);
  }
}

function resolve(
  graph: Graph,
  location: Location,
  path: readonly [string, ...(string | number)[]],
  argument: readonly (string | number)[],
): Reference[] {
  const text = dotted(path);
  if (text === 'path.module' || text === 'terraform.workspace') return [];
  try {
    const remote = remoteOutput(graph, location, path);
    if (!remote) {
      const { resource, attribute } = parseAddress(graph, location, path);
      return [{ argument, text, target: resource.globalAddress, attribute }];
    }
    const { output } = remote;
    const there = { stack: output.stack, address: `output.${output.name}`, argument: 'value' };
    return referencesIn(graph, there, output.value).map((inner) => ({ ...inner, argument, text }));
  } catch (error) {
    if (!(error instanceof TopologyError)) throw error;
    return [{ argument, text, target: undefined, attribute: [] }];
  }
}
