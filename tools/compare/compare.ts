import { defaultOf, holderType } from './holders';
import { leaving } from './leaving';
import { isIgnored, RULES, same, show } from './rules';
import type { Finding, Holder, Inventory, Severity, StackInventory } from './types';

/**
 * What applying `after` to what stands as `before` does to everything that holds data. Only what is wrong or takes somebody's
 * time is returned: in order of stacks and addresses.
 */
export function compare(before: Inventory, after: Inventory): Finding[] {
  const findings = Object.entries(before.stacks).flatMap(([name, was]) => {
    const is = after.stacks[name];
    return is ? compareStack(name, was, is, before) : was.holders.flatMap((one) => leaving(name, one, was));
  });
  return [...findings, ...unknownTypes(after)];
}

function compareStack(name: string, was: StackInventory, is: StackInventory, before: Inventory): Finding[] {
  if (was.account !== is.account)
    return [
      finding(
        'loss',
        name,
        `its account changes from ${was.account} to ${is.account}: everything is made again there, and what is here stays behind; ` +
          'an environment stays in its account',
      ),
    ];
  const elsewhere = same(was.backend, is.backend)
    ? []
    : [
        finding(
          'step',
          name,
          'its state is kept elsewhere: run terraform init -migrate-state in its folder before anything else, or all of it is made again',
        ),
      ];
  const held = new Map(is.holders.map((holder) => [holder.address, holder]));
  const renamed = new Map(is.moved);
  const findings = was.holders.flatMap((one) => {
    const address = follow(one.address, renamed);
    const other = held.get(address);
    if (other) return compareHolder(`${name}:${address}`, rename(one, renamed), other, before);
    if (is.forgotten.includes(one.address))
      return [finding('step', `${name}:${one.address}`, 'stays, and is managed by nobody from now on')];
    return leaving(name, one, was);
  });
  return [...elsewhere, ...findings];
}

function compareHolder(address: string, was: Holder, is: Holder, { compared }: Inventory): Finding[] {
  const { file, forces, forcesWhenSet } = holderType(is.type)!;
  const inRecord = (argument: string): boolean => compared[is.type]?.includes(argument) ?? false;
  const moved =
    was.region === is.region
      ? []
      : [
          finding(
            'loss',
            address,
            `its region changes from ${was.region} to ${is.region}, which replaces it; keep it`,
          ),
        ];
  const replaced = [...forces, ...forcesWhenSet]
    .filter((argument) => inRecord(argument) && !isIgnored(is, argument))
    .filter((argument) => {
      const kept = forcesWhenSet.includes(argument) && is.arguments[argument] === undefined;
      const value = (one: Holder) => one.arguments[argument] ?? defaultOf(is.type, argument);
      return !kept && !same(value(was), value(is));
    })
    .map((argument) =>
      finding(
        'loss',
        address,
        `${argument} changes from ${show(was.arguments[argument])} to ${show(is.arguments[argument])}, which replaces it ` +
          `(${file}); keep the value, or bring the data to a new address first`,
      ),
    );
  const judged = RULES.filter(({ type, reads }) => type === is.type && reads.every(inRecord)).flatMap(
    (rule) => {
      const judgement = rule.judge({ before: was, after: is });
      return judgement ? [finding(judgement.severity, address, judgement.message)] : [];
    },
  );
  return [...moved, ...replaced, ...judged];
}

/** Where a chain of `moved` blocks ends. */
function follow(address: string, renamed: ReadonlyMap<string, string>): string {
  const seen = new Set<string>();
  for (let at = address; ;) {
    const next = renamed.get(at);
    if (next === undefined || seen.has(at)) return at;
    seen.add(at);
    at = next;
  }
}

/** References to what was renamed, as they are written from now on. */
function rename(holder: Holder, renamed: ReadonlyMap<string, string>): Holder {
  if (renamed.size === 0) return holder;
  const text = JSON.stringify(holder.arguments).replace(
    /\$\{([a-z0-9_]+\.[A-Za-z0-9_-]+)/g,
    (_all, address: string) => `\${${follow(address, renamed)}`,
  );
  return { ...holder, arguments: JSON.parse(text) as Holder['arguments'] };
}

function unknownTypes({ stacks }: Inventory): Finding[] {
  return Object.entries(stacks).flatMap(([name, { unknown }]) =>
    unknown.map((address) =>
      finding(
        'refused',
        `${name}:${address}`,
        'it is not known whether its type holds data; add it to tools/topology, and to tools/compare/replacement.json if it does',
      ),
    ),
  );
}

function finding(severity: Severity, address: string, message: string): Finding {
  return { severity, address, message };
}
