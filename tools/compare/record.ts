import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { json } from '../topology';
import type { Inventory, StackInventory } from './types';

const recordSchema = z.object({
  /** Version of the release, as package.json has it. */
  version: z.string(),
  /** Provider whose plans the arguments below decide. */
  provider: z.string(),
  compared: z.record(z.string(), z.array(z.string())),
  stacks: z.record(
    z.string(),
    z.object({
      region: z.string(),
      account: z.string(),
      backend: json,
      letGo: z.array(z.object({ where: z.string(), setting: z.string(), reason: z.string() })).default([]),
      /** By address: the arguments that are looked at, `region` where it is not that of the stack, `ignores`. */
      holders: z.record(
        z.string(),
        z.object({
          region: z.string().optional(),
          ignores: z.array(z.string()).default([]),
          arguments: z.record(z.string(), json),
        }),
      ),
    }),
  ),
});

type ReleaseRecord = z.input<typeof recordSchema>;

/** What a release says of everything that holds data, as compact as it can be read. */
export function recordOf(inventory: Inventory, version: string, provider: string): ReleaseRecord {
  const stacks = Object.entries(inventory.stacks).map(([name, stack]) => [name, stackRecord(stack)] as const);
  const used = new Set(
    Object.values(inventory.stacks).flatMap(({ holders }) => holders.map(({ type }) => type)),
  );
  return {
    version,
    provider,
    compared: Object.fromEntries(
      Object.entries(inventory.compared)
        .filter(([type]) => used.has(type))
        .map(([type, names]) => [type, [...names]]),
    ),
    stacks: Object.fromEntries(stacks),
  };
}

function stackRecord({ account, backend, holders, letGo }: StackInventory): ReleaseRecord['stacks'][string] {
  const region = mostCommon(holders.map((holder) => holder.region));
  return {
    region,
    account,
    backend,
    ...(letGo.length > 0 ? { letGo: [...letGo] } : {}),
    holders: Object.fromEntries(
      holders.map((holder) => [
        holder.address,
        {
          ...(holder.region === region ? {} : { region: holder.region }),
          ...(holder.ignores.length > 0 ? { ignores: [...holder.ignores] } : {}),
          arguments: holder.arguments,
        },
      ]),
    ),
  };
}

function mostCommon(regions: readonly string[]): string {
  const counts = new Map<string, number>();
  for (const region of regions) counts.set(region, (counts.get(region) ?? 0) + 1);
  return [...counts].sort(([, one], [, other]) => other - one)[0]?.[0] ?? '';
}

/** Reads a record back. @throws where it is none */
export function readRecord(file: string, environment?: string): Inventory {
  const parsed = recordSchema.safeParse(JSON.parse(readFileSync(file, 'utf8')));
  if (!parsed.success)
    throw new Error(`${file}: not a record of a release: ${z.prettifyError(parsed.error)}`);
  const stacks = Object.entries(parsed.data.stacks).filter(
    ([name]) => !environment || name.startsWith(`${environment}-`),
  );
  return {
    compared: parsed.data.compared,
    stacks: Object.fromEntries(
      stacks.map(([name, { region, account, backend, letGo, holders }]) => [
        name,
        {
          account,
          backend,
          letGo,
          holders: Object.entries(holders).map(([address, holder]) => ({
            address,
            type: address.split('.')[0]!,
            region: holder.region ?? region,
            arguments: holder.arguments,
            ignores: holder.ignores,
          })),
          moved: [],
          forgotten: [],
          unknown: [],
        },
      ]),
    ),
  };
}
