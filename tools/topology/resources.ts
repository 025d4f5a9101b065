import { isObject } from './json';
import { awsProviders } from './read-stacks';
import type { Json, JsonObject, Mode, Output, Resource, Stack } from './types';

/** Arguments that Terraform itself reads, whatever the type (pages "Meta-Arguments" of its language documentation). */
const META_ARGUMENTS = new Set([
  'depends_on',
  'lifecycle',
  'provider',
  'count',
  'for_each',
  'dynamic',
  'provisioner',
  'connection',
]);

const BLOCKS: readonly (readonly [string, Mode])[] = [
  ['resource', 'managed'],
  ['data', 'data'],
  ['ephemeral', 'ephemeral'],
];

/** By the provider's convention the name of a write-only argument ends in `_wo`; its trigger ends in `_wo_version`. */
export function isWriteOnly(argument: string): boolean {
  return argument.endsWith('_wo');
}

/** The blocks of a stack, still without references. */
export function resourcesOf(stack: Stack): Resource[] {
  return BLOCKS.flatMap(([block, mode]) =>
    entriesOf(stack.document[block]).flatMap(([type, byName]) =>
      entriesOf(byName).map(([name, body]) => resource(stack, mode, type, name, isObject(body) ? body : {})),
    ),
  );
}

function resource(stack: Stack, mode: Mode, type: string, name: string, body: JsonObject): Resource {
  const address = `${mode === 'managed' ? '' : `${mode}.`}${type}.${name}`;
  const entries = Object.entries(body).filter(([key]) => key !== '//');
  const meta = Object.fromEntries(entries.filter(([key]) => META_ARGUMENTS.has(key)));
  const own = Object.fromEntries(entries.filter(([key]) => !META_ARGUMENTS.has(key)));
  return {
    stack: stack.name,
    address,
    globalAddress: `${stack.name}:${address}`,
    type,
    name,
    mode,
    region: regionOf(stack, own, meta.provider),
    account: stack.account,
    arguments: own,
    meta,
    writeOnly: Object.keys(own).filter(isWriteOnly),
    references: [],
  };
}

/** A resource's own `region` (AWS provider 6) goes before that of the provider configuration it names. */
function regionOf(stack: Stack, own: JsonObject, provider: Json | undefined): string {
  if (typeof own.region === 'string' && !own.region.includes('${')) return own.region;
  if (typeof provider !== 'string') return stack.region;
  const alias = provider.replace(/^\$\{|\}$/g, '').split('.')[1];
  const named = awsProviders(stack.document).find((candidate) => candidate.alias === alias);
  return typeof named?.region === 'string' ? named.region : stack.region;
}

export function outputsOf(stack: Stack): Output[] {
  return entriesOf(stack.document.output).map(([name, body]) => ({
    stack: stack.name,
    name,
    value: isObject(body) ? (body.value ?? null) : null,
  }));
}

function entriesOf(value: Json | undefined): [string, Json][] {
  return isObject(value) ? Object.entries(value).filter(([key]) => key !== '//') : [];
}
