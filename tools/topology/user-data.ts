import { parse as parseYaml, YAMLParseError } from 'yaml';
import { z } from 'zod';
import { TopologyError, type Location } from './errors';
import { type Expression, ExpressionError } from './expression/ast';
import { escapeTemplate } from './expression/escapes';
import { parseTemplate } from './expression/parse';
import { evaluate, evaluateText } from './evaluate';
import type { AttributeResolver, Graph, InstanceConfiguration, Resource, StartedUnit } from './types';

/** The file that the units of the service take their environment from. */
export const ENVIRONMENT_FILE = '/etc/tiers/service.env';

/** A unit whose name carries the role: tiers-<role>.service. */
const UNIT = /^tiers-([a-z][a-z0-9-]*)\.service$/;

const cloudConfig = z.strictObject({
  write_files: z.array(
    z.strictObject({ path: z.string(), permissions: z.string().optional(), content: z.string() }),
  ),
  runcmd: z.array(z.union([z.array(z.string()), z.string()])),
});

/** Where a type keeps the document: what launches machines from an image, or one machine by itself. */
const ARGUMENTS: Readonly<Record<string, string>> = { aws_instance: 'user_data_base64' };
const argumentOf = ({ type }: Resource): string => ARGUMENTS[type] ?? 'user_data';

const ALLOWED =
  'Allowed is a #cloud-config document with write_files ' +
  `(${ENVIRONMENT_FILE}, one KEY=value per line) and runcmd entries [systemctl, enable, --now, tiers-<role>.service]`;

/**
 * What the user data of a launch template configures, with its references evaluated (`attributes` go first).
 * Throws TopologyError on any other form of user data.
 */
export function instanceConfiguration(
  graph: Graph,
  launchTemplate: Resource,
  attributes?: AttributeResolver,
): InstanceConfiguration {
  const location = locationOf(launchTemplate);
  const encoded = evaluate(graph, launchTemplate, argumentOf(launchTemplate), attributes);
  if (typeof encoded !== 'string')
    throw new TopologyError(location, 'found no user data, so that nothing would start', ALLOWED);
  const text = Buffer.from(encoded, 'base64').toString('utf8');
  return parseUserData(text, location, launchTemplate.type === 'aws_instance');
}

/**
 * The same with references left as they are written (`${aws_sqs_queue.jobs.url}`), so that a value can be traced to its resource.
 * Only user data that is base64encode() of one string can be read this way.
 */
export function rawInstanceConfiguration(launchTemplate: Resource): InstanceConfiguration {
  const location = locationOf(launchTemplate);
  const written = launchTemplate.arguments[argumentOf(launchTemplate)];
  if (typeof written !== 'string')
    throw new TopologyError(location, 'found no user data, so that nothing would start', ALLOWED);
  try {
    const source = sourceOf(encodedString(parseTemplate(written)));
    return parseUserData(source, location, launchTemplate.type === 'aws_instance');
  } catch (error) {
    if (error instanceof ExpressionError) throw new TopologyError(location, error.found, error.allowed);
    throw error;
  }
}

/** The value of one raw environment entry, evaluated where the launch template stands. */
export function evaluateEntry(
  graph: Graph,
  launchTemplate: Resource,
  key: string,
  raw: string,
  attributes?: AttributeResolver,
): string {
  return String(evaluateText(graph, launchTemplate, ['user_data', key], raw, attributes));
}

/**
 * A cloud-config document (decoded). `location` is named in errors.
 * @param scripts whether the machine may set itself up by shell scripts; what they do is not looked at
 */
export function parseUserData(text: string, location: Location, scripts = false): InstanceConfiguration {
  if (!text.startsWith('#cloud-config\n'))
    throw new TopologyError(location, `found user data that begins '${text.slice(0, 20)}'`, ALLOWED);
  const document = cloudConfig.safeParse(yaml(text, location));
  if (!document.success)
    throw new TopologyError(
      location,
      `found another cloud-config: ${z.prettifyError(document.error)}`,
      ALLOWED,
    );
  const { write_files: files, runcmd } = document.data;
  const unknown = files.find((file) => file.path !== ENVIRONMENT_FILE);
  if (unknown) throw new TopologyError(location, `found write_files for ${unknown.path}`, ALLOWED);
  return {
    environment: Object.fromEntries(files.flatMap((file) => environmentLines(file.content, location))),
    units: runcmd
      .filter((command) => !scripts || typeof command !== 'string')
      .map((command) => startedUnit([command].flat(), location)),
  };
}

function yaml(text: string, location: Location): unknown {
  try {
    return parseYaml(text);
  } catch (error) {
    if (!(error instanceof YAMLParseError)) throw error;
    throw new TopologyError(location, `found user data that is no YAML: ${error.message}`, ALLOWED);
  }
}

function environmentLines(content: string, location: Location): [string, string][] {
  const lines = content.split('\n').filter((line) => line.trim() !== '' && !line.startsWith('#'));
  const keys = new Set<string>();
  return lines.map((line) => {
    const match = /^([A-Z][A-Z0-9_]*)=(.*)$/.exec(line);
    const key = match?.[1];
    if (key === undefined)
      throw new TopologyError(location, `found the line '${line}' in ${ENVIRONMENT_FILE}`, ALLOWED);
    if (keys.has(key))
      throw new TopologyError(location, `found ${key} twice in ${ENVIRONMENT_FILE}`, ALLOWED);
    keys.add(key);
    return [key, match?.[2] ?? ''];
  });
}

function startedUnit(command: readonly string[], location: Location): StartedUnit {
  const [program, verb, now, unit = '', ...rest] = command;
  const role = UNIT.exec(unit)?.[1];
  const starts = program === 'systemctl' && verb === 'enable' && now === '--now' && rest.length === 0;
  if (!starts || role === undefined)
    throw new TopologyError(location, `found runcmd [${command.join(', ')}]`, ALLOWED);
  return { role, unit };
}

function encodedString(expression: Expression): Expression {
  const [only] = expression.kind === 'template' ? expression.parts : [];
  const inner = only?.kind === 'interpolation' ? only.expression : expression;
  const [argument] = inner.kind === 'call' && inner.name === 'base64encode' ? inner.args : [];
  if (!argument)
    throw new ExpressionError('found user data that is not base64encode() of one string', ALLOWED);
  return argument;
}

/** A template as source text: what is between interpolations stays escaped, so that a value can be parsed again. */
function sourceOf(expression: Expression): string {
  if (expression.kind === 'literal') return escapeTemplate(String(expression.value));
  if (expression.kind !== 'template')
    throw new ExpressionError('found user data that is composed by functions', ALLOWED);
  return expression.parts
    .map((part) => (part.kind === 'text' ? escapeTemplate(part.text) : part.source))
    .join('');
}

function locationOf(resource: Resource): Location {
  return { stack: resource.stack, address: resource.address, argument: argumentOf(resource) };
}
