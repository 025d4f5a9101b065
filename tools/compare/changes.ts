import { holderType } from './holders';
import { same, show } from './rules';
import type { Holder, Inventory } from './types';

/** What differs between two inventories, whether it matters or not. */
export interface Changes {
  /** Global addresses. */
  readonly added: readonly string[];
  readonly gone: readonly string[];
  readonly changed: readonly string[];
}

/** Addresses of everything that holds data, and arguments of what stays, as they differ between two releases. */
export function changesOf(before: Inventory, after: Inventory): Changes {
  const [was, is] = [before, after].map(byAddress) as [Map<string, Holder>, Map<string, Holder>];
  return {
    added: [...is.keys()].filter((address) => !was.has(address)).sort(),
    gone: [...was.keys()].filter((address) => !is.has(address)).sort(),
    changed: [...was]
      .flatMap(([address, one]) => {
        const other = is.get(address);
        return other ? differences(one, other, before).map((text) => `${address}: ${text}`) : [];
      })
      .sort(),
  };
}

function byAddress({ stacks }: Inventory): Map<string, Holder> {
  return new Map(
    Object.entries(stacks).flatMap(([stack, { holders }]) =>
      holders.map((holder) => [`${stack}:${holder.address}`, holder] as const),
    ),
  );
}

function differences(was: Holder, is: Holder, { compared }: Inventory): string[] {
  const names = (compared[is.type] ?? []).filter((name) => !same(was.arguments[name], is.arguments[name]));
  const kind = holderType(is.type)!;
  return names.map((name) => {
    const replaces = kind.forces.includes(name) || kind.forcesWhenSet.includes(name);
    const values = `${show(was.arguments[name])} -> ${show(is.arguments[name])}`;
    return `${name}: ${values}${replaces ? ' (of those that replace)' : ''}`;
  });
}
