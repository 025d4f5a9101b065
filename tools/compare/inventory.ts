import { asList, isList, isObject, KNOWN_TYPES, readStacks, type Json, type Stack } from '../topology';
import { comparedArguments, holderType, TABLE } from './holders';
import type { Holder, Inventory, LetGo, StackInventory } from './types';

/** What holds data in the stacks synthesized below a folder (cdktf's output directory). */
export function readInventory(synthesized: string, environment?: string): Inventory {
  const stacks = readStacks(synthesized, (name) => !environment || name.startsWith(`${environment}-`));
  if (stacks.length === 0)
    throw new Error(`${synthesized}: no stack of the environment ${environment ?? ''} is synthesized here`);
  return inventoryOf(stacks);
}

export function inventoryOf(stacks: readonly Stack[]): Inventory {
  return {
    stacks: Object.fromEntries(stacks.map((stack) => [stack.name, stackInventory(stack)])),
    compared: Object.fromEntries(Object.keys(TABLE.types).map((type) => [type, comparedArguments(type)])),
  };
}

/** Settings of modules that keep what holds data from deletion, and the one that names what is retired. */
const LET_GO = ['deletionProtection', 'keepObjects', 'retire'];

function stackInventory(stack: Stack): StackInventory {
  const { document } = stack;
  const resources = entriesOf(document.resource).flatMap(([type, named]) =>
    entriesOf(named).map(([name, body]) => ({
      type,
      address: `${type}.${name}`,
      body: isObject(body) ? body : {},
    })),
  );
  const terraform = isObject(document.terraform) ? document.terraform : {};
  return {
    account: stack.account,
    backend: terraform.backend ?? null,
    holders: resources
      .filter(({ type }) => holderType(type) !== undefined)
      .map(({ type, address, body }): Holder => {
        const compared = comparedArguments(type).filter((argument) => body[argument] !== undefined);
        return {
          address,
          type,
          region: typeof body.region === 'string' ? body.region : stack.region,
          arguments: Object.fromEntries(compared.map((argument) => [argument, body[argument]!])),
          ignores: ignoredOf(body.lifecycle),
        };
      }),
    letGo: letGoOf(document.output),
    moved: blocks(document.moved).map(({ from, to }) => [String(from), String(to)] as const),
    forgotten: blocks(document.removed)
      .filter(({ lifecycle }) => asList(lifecycle).some((one) => isObject(one) && one.destroy === false))
      .map(({ from }) => String(from)),
    unknown: resources
      .filter(({ type }) => !Object.hasOwn(KNOWN_TYPES, type) && holderType(type) === undefined)
      .map(({ address }) => address),
  };
}

function letGoOf(outputs: Json | undefined): LetGo[] {
  const output = isObject(outputs) ? outputs.tiers_decisions : undefined;
  const decisions = isObject(output) && isList(output.value) ? output.value.filter(isObject) : [];
  return decisions
    .filter(({ setting, reason }) => LET_GO.includes(String(setting)) && String(reason ?? '').trim() !== '')
    .map(({ where, setting, reason }) => ({
      where: String(where),
      setting: String(setting),
      reason: String(reason),
    }));
}

/** Names in `ignore_changes`; Terraform's keyword `all` stands alone. */
function ignoredOf(lifecycle: Json | undefined): string[] {
  const [only] = asList(lifecycle);
  return isObject(only) ? asList(only.ignore_changes).map((name) => String(name).split(/[.[]/)[0]!) : [];
}

function blocks(value: Json | undefined): { readonly [key: string]: Json }[] {
  return asList(value).filter(isObject);
}

function entriesOf(value: Json | undefined): [string, Json][] {
  return isObject(value) ? Object.entries(value).filter(([key]) => key !== '//') : [];
}
