import { z } from 'zod';

const SEPARATOR = ' | ';

/** A rule's message: what is allowed, and what to write instead. `split` takes the two apart again. */
export function expect(allowed: string, fix: string): { error: string } {
  return { error: `${allowed}${SEPARATOR}${fix}` };
}

export function split(message: string): { allowed: string; fix: string } | undefined {
  const at = message.indexOf(SEPARATOR);
  return at < 0 ? undefined : { allowed: message.slice(0, at), fix: message.slice(at + SEPARATOR.length) };
}

/** A whole number from `from` to `to`; `why` says what a limit is there for, where that is not plain. */
export function whole(from: number, to: number, example: string, why?: string): z.ZodNumber {
  const allowed = `a whole number from ${from} to ${to}${why ? `: ${why}` : ''}`;
  const rule = expect(allowed, `write for instance ${example}`);
  return z.number(rule).int(rule).min(from, rule).max(to, rule);
}

/** A string of a pattern. */
export function matching(pattern: RegExp, allowed: string, fix: string): z.ZodString {
  const rule = expect(allowed, fix);
  return z.string(rule).regex(pattern, rule);
}

/** Terraform reads these in every string as the beginning of an expression of its own. */
const TEMPLATE = /[$%]\{/;

/** Free text of a length, spaces at both ends left out. */
export function text(from: number, to: number, example: string): z.ZodString {
  const rule = expect(
    `a text of ${from} to ${to} characters without \${ and %{`,
    `write for instance ${example}`,
  );
  return z
    .string(rule)
    .refine(
      (value) => value.trim().length >= from && value.trim().length <= to && !TEMPLATE.test(value),
      rule,
    );
}

/** An object of exactly these keys. */
export function group<Shape extends z.core.$ZodLooseShape>(shape: Shape): z.ZodObject<Shape, z.core.$strict> {
  return z.strictObject(shape, expect(keysOf(shape), 'copy it from deployments/local.ts'));
}

/** A tier that may be left out. */
export function optionalGroup<Shape extends z.core.$ZodLooseShape>(
  shape: Shape,
): z.ZodOptional<z.ZodObject<Shape, z.core.$strict>> {
  return z.strictObject(shape, expect(keysOf(shape), 'leave the whole key out for none')).optional();
}

function keysOf(shape: object): string {
  return `an object with the keys ${Object.keys(shape).join(', ')}`;
}

/** A list of so many items. */
export function list<Item extends z.ZodType>(
  item: Item,
  { from, to, what, example }: { from: number; to: number; what: string; example: string },
): z.ZodArray<Item> {
  const rule = expect(`a list of ${from} to ${to} ${what}`, `write for instance ${example}`);
  return z.array(item, rule).min(from, rule).max(to, rule);
}
