import { TopologyError } from './errors';
import { evaluate, evaluateOutput } from './evaluate';
import { knownTypeName } from './lookup';
import { isWriteOnly } from './resources';
import { KNOWN_TYPES } from './symbolic';
import type { Graph, Problem, Resource } from './types';

const REFUSED_META = ['count', 'for_each', 'dynamic', 'provisioner', 'connection'] as const;

/** Blocks of a document that hold what is read here, or that say nothing about resources. */
const READ_BLOCKS = new Set([
  '//',
  'terraform',
  'provider',
  'resource',
  'data',
  'ephemeral',
  'output',
  // These say where state comes from and goes to, not what there is.
  'moved',
  'removed',
  'import',
]);

/** Everything in the stacks that is unknown or refused: every argument and output is evaluated once to find it. */
export function problemsOf(graph: Graph): Problem[] {
  return [
    ...graph.stacks.flatMap((stack) =>
      Object.keys(stack.document)
        .filter((block) => !READ_BLOCKS.has(block))
        .map((block) => problem(stack.name, block, `found a ${block} block. It is not read: ${ADVICE}`)),
    ),
    ...[...graph.resources.values()].flatMap((resource) => resourceProblems(graph, resource)),
    ...graph.outputs.flatMap((output) =>
      attempt(`${output.stack}:output.${output.name}`, 'value', () =>
        evaluateOutput(graph, output.stack, output.name),
      ),
    ),
  ];
}

const ADVICE = 'write resources with literal values and direct references';

function resourceProblems(graph: Graph, resource: Resource): Problem[] {
  const type = knownTypeName(resource);
  const problems: Problem[] = [];
  if (!KNOWN_TYPES[type])
    problems.push({
      ...problem(
        resource.globalAddress,
        '',
        `${type} is not among KNOWN_TYPES: nothing here understands it. Add it in tools/topology/symbolic`,
      ),
      severity: 'warning',
    });
  for (const meta of REFUSED_META)
    if (resource.meta[meta] !== undefined)
      problems.push(
        problem(resource.globalAddress, meta, `found ${meta}. It is not evaluated here: ${ADVICE}`),
      );
  if (resource.type === 'terraform_remote_state') return problems;
  for (const argument of Object.keys(resource.arguments).filter((name) => !isWriteOnly(name)))
    problems.push(...attempt(resource.globalAddress, argument, () => evaluate(graph, resource, [argument])));
  return problems;
}

function attempt(address: string, argument: string, run: () => void): Problem[] {
  try {
    run();
    return [];
  } catch (error) {
    if (!(error instanceof TopologyError)) throw error;
    return [problem(address, argument, error.message)];
  }
}

function problem(address: string, argument: string, message: string): Problem {
  return { severity: 'error', address, argument, message };
}
