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

/** A whole number from `from` to `to`. */
export function whole(from: number, to: number, example: string): z.ZodNumber {
  const rule = expect(`a whole number from ${from} to ${to}`, `write for instance ${example}`);
  return z.number(rule).int(rule).min(from, rule).max(to, rule);
}

/** A string of a pattern. */
export function matching(pattern: RegExp, allowed: string, fix: string): z.ZodString {
  const rule = expect(allowed, fix);
  return z.string(rule).regex(pattern, rule);
}

/** Free text of a length. */
export function text(from: number, to: number, example: string): z.ZodString {
  const rule = expect(`a text of ${from} to ${to} characters`, `write for instance ${example}`);
  return z.string(rule).min(from, rule).max(to, rule);
}
