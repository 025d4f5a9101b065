import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import type { FailedCheck } from './checkov';

/** A failed check that stays failed, and why. */
const exception = z.strictObject({
  check: z.string().regex(/^CKV2?_AWS_\d+$/),
  /** Which resources, as `<stack>:<address>`: never all of them. */
  resources: z
    .string()
    .min(20)
    .transform((pattern) => new RegExp(pattern)),
  /** What an auditor reads: why the risk is not there, or who bears it. */
  reason: z.string().min(80),
});

export type Exception = z.infer<typeof exception>;

export const MOST_EXCEPTIONS = 15;

export function parseExceptions(text: string): Exception[] {
  return z.array(exception).max(MOST_EXCEPTIONS).parse(JSON.parse(text));
}

export const EXCEPTIONS = parseExceptions(
  readFileSync(join(__dirname, '../../security/exceptions.json'), 'utf8'),
);

export interface Held {
  /** Failed checks that no exception covers. */
  readonly uncovered: readonly FailedCheck[];
  /** Exceptions that cover nothing any more. */
  readonly idle: readonly Exception[];
}

/** Holds the failed checks against the exceptions. */
export function hold(failed: readonly FailedCheck[], exceptions: readonly Exception[]): Held {
  const covers = ({ check, resources }: Exception, found: FailedCheck): boolean =>
    check === found.check && resources.test(found.resource);
  return {
    uncovered: failed.filter((found) => !exceptions.some((one) => covers(one, found))),
    idle: exceptions.filter((one) => !failed.some((found) => covers(one, found))),
  };
}
