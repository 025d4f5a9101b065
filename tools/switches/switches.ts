import {
  GetParameterCommand,
  paginateGetParameterHistory,
  PutParameterCommand,
  type Parameter,
  type SSMClient,
} from '@aws-sdk/client-ssm';
import { clientConfigSchema, FEATURES, type ClientConfig } from '../../service/aws/client-config';

/** AWS Systems Manager User Guide, "Managing parameter tiers": bytes that a parameter of the standard tier holds. */
const STANDARD_PARAMETER_BYTES = 4096;
/** Of a value that an error shows. */
const SHOWN = 80;

/** The rule of one switch, see docs/service.md. */
export type Rule = ClientConfig['features'][string];

/** A value of the parameter as it was found. */
export interface Held {
  readonly value: ClientConfig;
  /** Grows by one with each change. */
  readonly version: number;
  readonly changedAt: Date | undefined;
}

/** @throws Error for a value that the service would refuse */
export async function readSwitches(client: SSMClient, name: string): Promise<Held> {
  const { Parameter } = await client.send(new GetParameterCommand({ Name: name }));
  return held(name, Parameter ?? {});
}

/**
 * Stores a value. The parameter store knows no condition on a version, so whoever was overwritten is told of afterwards; nothing of theirs
 * is lost, as the store keeps the last 100 values (AWS Systems Manager User Guide, "Working with parameter versions").
 * @param before what the new value was made from
 * @returns the new version
 * @throws Error for a value that is not allowed, with nothing stored; for one that overwrote somebody else's
 */
export async function writeSwitches(
  client: SSMClient,
  name: string,
  before: Held,
  value: ClientConfig,
): Promise<number> {
  const text = JSON.stringify(parse(name, value));
  const bytes = Buffer.byteLength(text);
  if (bytes > STANDARD_PARAMETER_BYTES)
    refuse(
      name,
      `${bytes} bytes of JSON`,
      `${STANDARD_PARAMETER_BYTES} bytes`,
      'take rules out that are done',
    );
  if (text.includes('{{'))
    refuse(name, 'text with {{', 'text without it', 'write the message without {{, which names a parameter');
  const { Version = 0 } = await client.send(
    new PutParameterCommand({ Name: name, Value: text, Type: 'String', Overwrite: true }),
  );
  if (Version !== before.version + 1) {
    throw new Error(
      `${name}: stored as version ${Version}, but version ${Version - 1} was stored by somebody else after version ${before.version} was read. ` +
        'Look at both with `aws ssm get-parameter-history`, then set again what was theirs, or run `tiers switches undo`.',
    );
  }
  return Version;
}

/** The value before the current one. @throws Error when there is none, or when the service would refuse it */
export async function previousSwitches(client: SSMClient, name: string, current: Held): Promise<Held> {
  let found: Parameter | undefined;
  for await (const page of paginateGetParameterHistory({ client }, { Name: name })) {
    for (const one of page.Parameters ?? []) {
      const version = one.Version ?? 0;
      if (version < current.version && version > (found?.Version ?? 0)) found = one;
    }
  }
  if (found === undefined)
    throw new Error(`${name}: version ${current.version} is the first one; there is none before it.`);
  return held(name, found);
}

/**
 * A value with one switch changed.
 * @param isNew whether nobody is known to have the feature yet: a misspelled name would switch nothing
 */
export function withRule(
  name: string,
  value: ClientConfig,
  feature: string,
  rule: Rule,
  isNew: boolean,
): ClientConfig {
  const known: readonly string[] = [...new Set([...FEATURES, ...Object.keys(value.features)])];
  if (!known.includes(feature) && !isNew) {
    refuse(
      `${name}.features.${feature}`,
      'a feature that is not known',
      known.join(', '),
      'correct the name, or add --new for a feature that only clients have',
    );
  }
  return { ...value, features: { ...value.features, [feature]: rule } };
}

/** `on`, `off`, `25% of web, ios from 1.2.0`. */
export function describeRule(rule: Rule): string {
  if (typeof rule === 'boolean') return rule ? 'on' : 'off';
  const { percent = 100, platforms, minimumVersion } = rule;
  return [
    percent === 100 ? 'on' : `${percent}%`,
    platforms && `of ${platforms.join(', ')}`,
    minimumVersion !== undefined && `from ${minimumVersion}`,
  ]
    .filter(Boolean)
    .join(' ');
}

function held(name: string, { Value = '', Version = 0, LastModifiedDate }: Parameter): Held {
  let value: unknown;
  try {
    value = JSON.parse(Value);
  } catch {
    refuse(
      name,
      `version ${Version}, which is no JSON`,
      'JSON',
      'put the value before it back with the AWS console',
    );
  }
  return { value: parse(name, value), version: Version, changedAt: LastModifiedDate };
}

function parse(name: string, value: unknown): ClientConfig {
  const parsed = clientConfigSchema.safeParse(value);
  if (parsed.success) return parsed.data;
  const faults = parsed.error.issues.map(({ path, message }) => {
    const received = path.reduce<unknown>((at, key) => Reflect.get(Object(at) as object, key), value);
    return fault([name, ...path].join('.'), received, message, 'see "Switches" in docs/service.md');
  });
  throw new Error(faults.join('\n'));
}

const fault = (where: string, received: unknown, allowed: string, fix: string): string =>
  `${where}: received ${JSON.stringify(received)?.slice(0, SHOWN)}; allowed: ${allowed}; ${fix}`;

function refuse(where: string, received: string, allowed: string, fix: string): never {
  throw new Error(fault(where, received, allowed, fix));
}
