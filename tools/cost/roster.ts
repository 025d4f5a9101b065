import {
  evaluate,
  evaluateOutput,
  isObject,
  resourcesOfType,
  type Graph,
  type JsonObject,
  type Resource,
} from '../topology';
import { fleetSizes } from './fleet-sizes';
import { componentOf, instanceTypesOf, onDemandShare, sourceOf } from './servers';

/** Servers that are there for one thing. */
export interface Servers {
  /** What they are for: `web`, `database shard-00`. */
  readonly role: string;
  /** How many, as a person says it. */
  readonly count: string;
  readonly types: readonly string[];
  /** Why they are of these types, as the deployment says. */
  readonly why: string;
}

/** Output of a stack that says why each role has its hardware, by role. */
const REASONS = 'tiers_hardware';

/** What every server of these stacks is for. */
export function rosterOf(graph: Graph, stacks: ReadonlySet<string>): Servers[] {
  const of = (type: string): Resource[] =>
    resourcesOfType(graph, type).filter(({ stack }) => stacks.has(stack));
  const why = reasonsOf(graph, stacks);
  return [
    ...of('aws_autoscaling_group').map((group) => fleetServers(graph, group, why)),
    ...databaseServers(graph, of('aws_db_instance'), why),
    ...of('aws_elasticache_replication_group').map((group) => cacheServers(graph, group, why)),
  ];
}

type Why = (role: string) => string;

function reasonsOf(graph: Graph, stacks: ReadonlySet<string>): Why {
  const all = [...stacks]
    .filter((stack) => graph.outputs.some((output) => output.stack === stack && output.name === REASONS))
    .map((stack) => evaluateOutput(graph, stack, REASONS))
    .filter(isObject)
    .reduce<JsonObject>((known, more) => ({ ...known, ...more }), {});
  return (role) => String(all[role] ?? '');
}

function fleetServers(graph: Graph, resource: Resource, why: Why): Servers {
  const group = { graph, resource };
  const role = componentOf(group);
  const { smallest, normal } = fleetSizes(graph, resource);
  const most = evaluate(graph, resource, 'max_size');
  const night = smallest < normal ? `, ${smallest} at night` : '';
  const kind = onDemandShare(group) === 0 ? ' on Spot' : '';
  return {
    role,
    count: `${normal} to ${String(most)}${night}${kind}`,
    types: instanceTypesOf(group),
    why: why(role),
  };
}

function databaseServers(graph: Graph, instances: readonly Resource[], why: Why): Servers[] {
  return instances
    .filter((resource) => sourceOf({ graph, resource }) === undefined)
    .map((primary) => {
      const replicas = instances.filter(
        (resource) => sourceOf({ graph, resource })?.globalAddress === primary.globalAddress,
      );
      const standby = evaluate(graph, primary, 'multi_az') === true ? ', a standby' : '';
      const readers = replicas.length === 0 ? '' : `, ${replicas.length} to read from`;
      return {
        role: 'database',
        count: `a primary${standby}${readers}`,
        types: [
          ...new Set([primary, ...replicas].map((one) => String(evaluate(graph, one, 'instance_class')))),
        ],
        why: why('database'),
      };
    });
}

function cacheServers(graph: Graph, resource: Resource, why: Why): Servers {
  const nodes = Number(evaluate(graph, resource, 'num_cache_clusters'));
  return {
    role: 'cache',
    count: `a primary, ${nodes - 1} to take its place`,
    types: [String(evaluate(graph, resource, 'node_type'))],
    why: why('cache'),
  };
}
