import { evaluateEntry } from '../user-data';
import { attributeOf, resourceWith } from '../identifiers';
import { referencesIn } from '../references';
import { resourceAt } from '../lookup';
import type { Fleet, Graph, Resource } from '../types';

/** One value of an environment variable, and the resource that it names. */
export interface TracedEntry {
  readonly raw: string;
  /** The value with symbolic attributes. */
  readonly value: string;
  /** Undefined where the value leads to no resource, or to several. */
  readonly resource: Resource | undefined;
}

/** A loopback address, or the folder of a socket: no network is between, and no policy asks. */
export const isOnTheMachine = ({ value }: TracedEntry): boolean => /^(127\.\d|\/)/.test(value);

/** Where values that are written out, instead of referred to, are looked up: attributes that name a resource of each type. */
const NAMES: readonly (readonly [string, string])[] = [
  ['aws_dynamodb_table', 'name'],
  ['aws_ssm_parameter', 'name'],
  ['aws_s3_bucket', 'bucket'],
  ['aws_sqs_queue', 'url'],
  ['aws_secretsmanager_secret', 'arn'],
  ['aws_db_instance', 'address'],
  ['aws_elasticache_replication_group', 'primary_endpoint_address'],
];

/** Traces an environment variable of a fleet to the resources that it names; empty where it is unset or empty. */
export function traceVariable(graph: Graph, fleet: Fleet, variable: string, list: boolean): TracedEntry[] {
  const raw = fleet.raw.environment[variable] ?? '';
  const entries = list ? splitList(raw) : [raw];
  return entries
    .filter((entry) => entry.trim() !== '')
    .flatMap((entry) => traceEntry(graph, fleet.launchTemplate, variable, entry, list));
}

function traceEntry(
  graph: Graph,
  template: Resource,
  variable: string,
  raw: string,
  list: boolean,
): TracedEntry[] {
  const location = { stack: template.stack, address: template.address, argument: `user_data ${variable}` };
  const targets = [
    ...new Set(referencesIn(graph, location, raw).flatMap((reference) => reference.target ?? [])),
  ].map((address) => resourceAt(graph, address));
  const value = evaluateEntry(graph, template, variable, raw);
  if (targets.length === 1) return [{ raw, value, resource: targets[0] }];
  // A reference to an output or a join() that holds a whole list.
  if (list && targets.length > 1)
    return targets.map((resource) => ({ raw, value: String(attributeOf(graph, resource, 'id')), resource }));
  return [{ raw, value, resource: targets.length === 0 ? byName(graph, template, value) : undefined }];
}

function byName(graph: Graph, template: Resource, value: string): Resource | undefined {
  for (const [type, attribute] of NAMES) {
    const found = resourceWith(graph, type, attribute, value, template);
    if (found) return found;
  }
  return undefined;
}

/** Splits at the commas that stand outside `${...}`. */
function splitList(raw: string): string[] {
  const entries = raw.match(/(?:\$\{[^}]*\}|[^,\s])+/g) ?? [];
  // A shard of the database is writer/reader,reader; of an ARN a slash is a part.
  return entries.flatMap((entry) =>
    entry.startsWith('arn:') ? entry : (entry.match(/(?:\$\{[^}]*\}|[^/])+/g) ?? []),
  );
}
