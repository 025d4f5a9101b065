import { callFunction, toText } from './expression/functions';
import { type Expression, ExpressionError, type Traversal } from './expression/ast';
import { parseTemplate } from './expression/parse';
import { dotted, type Location, TopologyError } from './errors';
import { isList, isObject, step } from './json';
import { parseAddress, remoteOutput } from './addresses';
import { isWriteOnly } from './resources';
import { computedAttribute } from './symbolic';
import type { ArgumentPath, AttributeResolver, Graph, Json, JsonObject, Resource } from './types';

/** What an expression is evaluated in; `chain` holds the attributes being evaluated, to find circles. */
interface Scope {
  readonly graph: Graph;
  readonly location: Location;
  readonly attributes: AttributeResolver;
  readonly chain: readonly string[];
}

const NOTHING: AttributeResolver = () => undefined;

/**
 * The value of an argument, with every reference resolved: by `attributes` first, then from the arguments of the resource
 * referred to, then symbolically (consistent ARNs and addresses, opaque ids). Undefined where the argument is not set.
 * An empty path gives all arguments but the write-only ones.
 *
 * Throws TopologyError on expressions outside the subset, on attributes that nothing gives, and on write-only or ephemeral values.
 */
export function evaluate(
  graph: Graph,
  resource: Resource,
  path: ArgumentPath,
  attributes: AttributeResolver = NOTHING,
): Json | undefined {
  const parts = pathOf(path);
  const location = { stack: resource.stack, address: resource.address, argument: dotted(parts) };
  return argumentValue({ graph, location, attributes, chain: [] }, resource, parts);
}

/** An output of a stack, evaluated in that stack. */
export function evaluateOutput(
  graph: Graph,
  stack: string,
  name: string,
  attributes: AttributeResolver = NOTHING,
): Json | undefined {
  const output = graph.outputs.find((candidate) => candidate.stack === stack && candidate.name === name);
  if (!output) return undefined;
  const location = { stack, address: `output.${name}`, argument: 'value' };
  return deep({ graph, location, attributes, chain: [] }, output.value);
}

/** Evaluates a template string as if it stood in an argument of the resource. */
export function evaluateText(
  graph: Graph,
  resource: Resource,
  path: ArgumentPath,
  text: string,
  attributes: AttributeResolver = NOTHING,
): Json {
  const location = { stack: resource.stack, address: resource.address, argument: dotted(pathOf(path)) };
  return deep({ graph, location, attributes, chain: [] }, text);
}

export function pathOf(path: ArgumentPath): readonly (string | number)[] {
  if (typeof path !== 'string') return path;
  if (path === '') return [];
  return path.split('.').map((part) => (/^\d+$/.test(part) ? Number(part) : part));
}

/** Walks the unevaluated arguments as far as they go, so that only what is asked for is evaluated. */
function argumentValue(
  scope: Scope,
  resource: Resource,
  path: readonly (string | number)[],
): Json | undefined {
  let value: Json | undefined = resource.arguments;
  for (const key of path) {
    if (typeof key === 'string' && isWriteOnly(key)) throw writeOnly(scope, `the write-only argument ${key}`);
    if (typeof value === 'string') value = deep(scope, value);
    if (value === undefined || value === null) return undefined;
    value = step(value, key);
  }
  return value === undefined ? undefined : deep(scope, value);
}

function deep(scope: Scope, value: Json): Json {
  if (typeof value === 'string') return text(scope, value);
  if (isList(value)) return value.map((item, index) => deep(within(scope, index), item));
  if (!isObject(value)) return value;
  return evaluatedObject(scope, value);
}

function evaluatedObject(scope: Scope, value: JsonObject): JsonObject {
  const entries = Object.entries(value).filter(([key]) => !isWriteOnly(key));
  return Object.fromEntries(entries.map(([key, item]) => [key, deep(within(scope, key), item)]));
}

function within(scope: Scope, key: string | number): Scope {
  const { argument } = scope.location;
  return {
    ...scope,
    location: { ...scope.location, argument: argument === '' ? String(key) : `${argument}.${key}` },
  };
}

function text(scope: Scope, value: string): Json {
  if (!value.includes('${') && !value.includes('%{')) return value;
  try {
    return expressionValue(scope, parseTemplate(value));
  } catch (error) {
    if (error instanceof ExpressionError) throw new TopologyError(scope.location, error.found, error.allowed);
    throw error;
  }
}

function expressionValue(scope: Scope, expression: Expression): Json {
  switch (expression.kind) {
    case 'literal':
      return expression.value;
    case 'list':
      return expression.items.map((item) => expressionValue(scope, item));
    case 'object':
      return Object.fromEntries(expression.entries.map(([key, item]) => [key, expressionValue(scope, item)]));
    case 'call':
      return callFunction(
        expression.name,
        expression.args.map((item) => expressionValue(scope, item)),
      );
    case 'access':
      return traverse(scope, expressionValue(scope, expression.of), expression.path, 'the expression');
    case 'reference':
      return referenceValue(scope, expression.path);
    case 'template': {
      const [first] = expression.parts;
      // A lone ${...} keeps the type of its value.
      if (expression.parts.length === 1 && first?.kind === 'interpolation')
        return expressionValue(scope, first.expression);
      return expression.parts
        .map((part) =>
          part.kind === 'text' ? part.text : toText(expressionValue(scope, part.expression), part.source),
        )
        .join('');
    }
  }
}

function referenceValue(scope: Scope, path: readonly [string, ...(string | number)[]]): Json {
  const text = dotted(path);
  if (text === 'path.module') return '.';
  if (text === 'terraform.workspace') return 'default';
  const link = `${scope.location.stack}:${text}`;
  if (scope.chain.includes(link))
    throw new TopologyError(
      scope.location,
      `found a circle of references: ${[...scope.chain, link].join(' -> ')}`,
      'A value must not depend on itself',
    );
  const next = { ...scope, chain: [...scope.chain, link] };
  const remote = remoteOutput(scope.graph, scope.location, path);
  if (remote) {
    const location = {
      stack: remote.output.stack,
      address: `output.${remote.output.name}`,
      argument: 'value',
    };
    const value = deep({ ...next, location }, remote.output.value);
    return traverse(scope, value, remote.rest, text);
  }
  const address = parseAddress(scope.graph, scope.location, path);
  if (address.resource.mode === 'ephemeral') throw writeOnly(scope, `a reference to ${text}`);
  return attributeValue(next, address.resource, address.attribute, text);
}

function attributeValue(scope: Scope, resource: Resource, attribute: Traversal, text: string): Json {
  const [name] = attribute;
  if (name === undefined)
    throw new TopologyError(
      scope.location,
      `found ${text}, a whole resource`,
      'Refer to one of its attributes',
    );
  const given = scope.attributes(resource, attribute);
  if (given !== undefined) return given;
  const location = { stack: resource.stack, address: resource.address, argument: String(name) };
  const inner = { ...scope, location };
  const value =
    (attribute.length > 1 ? scope.attributes(resource, [name]) : undefined) ??
    argumentValue(inner, resource, [name]) ??
    computedAttribute(resource, String(name), (argument) => argumentValue(inner, resource, [argument]));
  if (value === undefined)
    throw new TopologyError(
      scope.location,
      `found ${text}, but neither the arguments of ${resource.globalAddress} nor KNOWN_TYPES give '${name}'`,
      `Refer to another attribute, or add '${name}' to the computed attributes of ${resource.type} in tools/topology/symbolic`,
    );
  return traverse(scope, value, attribute.slice(1), text);
}

function traverse(scope: Scope, value: Json, path: Traversal, text: string): Json {
  let current = value;
  for (const key of path) {
    const next = step(current, key);
    if (next === undefined)
      throw new TopologyError(
        scope.location,
        `found ${text}, but there is no '${key}' in its value`,
        'Refer to an attribute or index that the value has',
      );
    current = next;
  }
  return current;
}

function writeOnly(scope: Scope, what: string): TopologyError {
  return new TopologyError(
    scope.location,
    `found ${what}, whose value is kept nowhere and so is never evaluated`,
    'Ephemeral values may stand in write-only arguments (*_wo) alone; give a real value at run time',
  );
}
