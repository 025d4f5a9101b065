import { readFileSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import type { Json } from '../topology';
import { RULES } from './rules';

const literal = z.union([z.string(), z.number(), z.boolean()]);

const tableSchema = z.object({
  provider: z.string(),
  source: z.string(),
  date: z.string(),
  types: z.record(
    z.string(),
    z.object({
      /** File of the provider's source, below internal/service. */
      file: z.string(),
      holds: z.string(),
      /** Why it may leave unannounced, and what to think of. */
      mayLeave: z.string().optional(),
      /** Setting, changing and dropping it replaces the resource. */
      forces: z.array(z.string()),
      /** The same, but dropped it stays as it is: the provider reads what AWS says (Optional and Computed). */
      forcesWhenSet: z.array(z.string()),
      /** What an argument is where nothing is said. */
      defaults: z.record(z.string(), literal).default({}),
    }),
  ),
});

export type HolderType = z.infer<typeof tableSchema>['types'][string];

/**
 * Every type that holds data, and the arguments whose change makes the pinned provider replace it: `ForceNew` of its schema,
 * `RequiresReplace`, and the conditions of `CustomizeDiff` that always hold. Conditions of other kinds are rules/.
 */
export const TABLE = tableSchema.parse(
  JSON.parse(readFileSync(path.join(__dirname, 'replacement.json'), 'utf8')),
);

/** Arguments by which AWS itself refuses a deletion. */
export const PROTECTIONS: Readonly<Record<string, string>> = {
  aws_cloudwatch_log_group: 'deletion_protection_enabled',
  aws_db_instance: 'deletion_protection',
  aws_dynamodb_table: 'deletion_protection_enabled',
};

/** Undefined for types that hold no data. */
export function holderType(type: string): HolderType | undefined {
  return Object.hasOwn(TABLE.types, type) ? TABLE.types[type] : undefined;
}

/** Arguments of a type that the comparison looks at. */
export function comparedArguments(type: string): readonly string[] {
  const known = holderType(type);
  if (!known) return [];
  const read = RULES.filter((rule) => rule.type === type).flatMap(({ reads }) => reads);
  const protection = PROTECTIONS[type];
  return [
    ...new Set([...known.forces, ...known.forcesWhenSet, ...read, ...(protection ? [protection] : [])]),
  ].sort();
}

/** What the argument is in AWS where the plan says nothing, as far as it is known. */
export function defaultOf(type: string, argument: string): Json | undefined {
  return holderType(type)?.defaults[argument];
}
