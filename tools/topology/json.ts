import { z } from 'zod';
import type { Json, JsonObject } from './types';

/** Any value that a JSON document can hold. */
export const json: z.ZodType<Json> = z.lazy(() =>
  z.union([
    z.string(),
    z.number(),
    z.boolean(),
    z.null(),
    z.array(json).readonly(),
    z.record(z.string(), json).readonly(),
  ]),
);

export function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function isList(value: Json | undefined): value is readonly Json[] {
  return Array.isArray(value);
}

/** A list as it is, a single value as a list of one, nothing as an empty list. Terraform JSON writes single blocks either way. */
export function asList(value: Json | undefined): readonly Json[] {
  if (value === undefined || value === null) return [];
  return isList(value) ? value : [value];
}

/**
 * One step into a value. A block written as an object can be indexed with 0, and a block written as a list of one can be
 * entered by name, because Terraform's JSON syntax lets both stand for the same block.
 */
export function step(value: Json, key: string | number): Json | undefined {
  if (isList(value)) {
    const index = typeof key === 'number' ? key : /^\d+$/.test(key) ? Number(key) : undefined;
    if (index !== undefined) return value[index];
    const [only] = value;
    return value.length === 1 && isObject(only) ? own(only, String(key)) : undefined;
  }
  if (!isObject(value)) return undefined;
  const found = own(value, String(key));
  return found === undefined && (key === 0 || key === '0') ? value : found;
}

function own(value: JsonObject, key: string): Json | undefined {
  return Object.hasOwn(value, key) ? value[key] : undefined;
}
