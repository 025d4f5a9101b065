import type { Json, Resource } from '../types';
import { knownTypeName } from '../lookup';
import { AUTOMATION } from './automation';
import { COMPUTE } from './compute';
import { DATA_SOURCES } from './data-sources';
import { DATA_STORES } from './data-stores';
import { EDGE } from './edge';
import { IDENTITY } from './identity';
import type { Facts, KnownTypes } from './known-type';
import { NETWORK } from './network';

export type { KnownType, KnownTypes } from './known-type';

/** Every type that is understood, by name (`aws_lb`, `data.aws_region`, `ephemeral.random_password`). Others are reported. */
export const KNOWN_TYPES: KnownTypes = {
  ...NETWORK,
  ...COMPUTE,
  ...DATA_STORES,
  ...IDENTITY,
  ...EDGE,
  ...AUTOMATION,
  ...DATA_SOURCES,
};

/**
 * The symbolic value of a computed attribute: consistent ARNs and names, opaque ids. Undefined where the table has none.
 *
 * @param argument gives the evaluated arguments of the resource
 */
export function computedAttribute(
  resource: Resource,
  attribute: string,
  argument: (name: string) => Json | undefined,
): Json | undefined {
  const facts = factsOf(resource, argument);
  const { computed = {} } = KNOWN_TYPES[knownTypeName(resource)] ?? {};
  if (Object.hasOwn(computed, attribute)) return computed[attribute]?.(facts);
  // The AWS provider gives these two for every resource that has them at all.
  if (attribute === 'region') return resource.region;
  if (attribute === 'tags_all') return argument('tags') ?? {};
  return undefined;
}

function factsOf(resource: Resource, argument: (name: string) => Json | undefined): Facts {
  const unique = `${resource.stack}.${resource.name}`;
  return {
    resource,
    argument,
    unique,
    text: (name) => {
      const value = argument(name);
      if (value !== undefined && value !== null) return String(value);
      const prefix = argument(`${name}_prefix`);
      return typeof prefix === 'string' ? prefix + unique : unique;
    },
    arn: (service, rest) => `arn:aws:${service}:${resource.region}:${resource.account}:${rest}`,
    globalArn: (service, rest) => `arn:aws:${service}::${resource.account}:${rest}`,
  };
}
