import { z } from 'zod';
import { ConfigurationError, describeFault, show, type FaultDetails } from '../lib/errors';
import { CHECKS } from './checks';
import { split } from './rules';
import { deploymentSchema, type Deployment } from './schema';
import { checkTogether } from './together';

/** A deployment as it stands in its file, before anything is known about it. */
export interface Candidate {
  /** Path of the file below the repository, such as `deployments/local.ts`. */
  readonly file: string;
  readonly value: unknown;
}

/** Every fault of one deployment, each with its key's path; none when it is legal. */
export function faultsOf(value: unknown): FaultDetails[] {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    const allowed = 'an object of the type Deployment, as the default export';
    return [{ where: '', received: value, allowed, fix: 'copy deployments/local.ts and change it' }];
  }
  const parsed = deploymentSchema.safeParse(value);
  const faults = parsed.success
    ? []
    : distinct(parsed.error.issues.flatMap((issue) => toFaults(issue, value)));
  const broken = (key: string): boolean =>
    faults.some(
      ({ where }) =>
        where === key ||
        where.startsWith(`${key}.`) ||
        where.startsWith(`${key}[`) ||
        key.startsWith(`${where}.`),
    );
  for (const check of CHECKS) {
    if (check.keys.some(broken)) continue;
    // Each key that the check reads has passed its own rule, so this much of the value is a deployment.
    const fault = check.find(value as Deployment);
    if (fault) faults.push(fault);
  }
  return faults;
}

/** Checks all candidates of one run. Throws one ConfigurationError that lists every fault of every file. */
export function validate(candidates: readonly Candidate[]): Deployment[] {
  const faults: FaultDetails[] = [];
  const legal: { file: string; value: Deployment }[] = [];
  const faulty: unknown[] = [];
  for (const { file, value } of candidates) {
    const own = faultsOf(value).map((fault) => ({
      ...fault,
      where: fault.where ? `${file}: ${fault.where}` : file,
    }));
    faults.push(...own);
    if (own.length === 0) legal.push({ file, value: deploymentSchema.parse(value) });
    else faulty.push(value);
  }
  faults.push(...checkTogether(legal, faulty));
  if (faults.length > 0) throw new ConfigurationError(faults);
  return legal.map(({ value }) => value);
}

function toFaults(issue: z.core.$ZodIssue, root: unknown): FaultDetails[] {
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => ({
      where: toPath([...issue.path, key]),
      received: at(root, [...issue.path, key]),
      allowed: 'only the keys of deployments/schema.ts',
      fix: 'remove the key, or correct its spelling',
    }));
  }
  const received = at(root, issue.path);
  const rule = split(issue.message) ?? { allowed: issue.message, fix: 'see deployments/schema.ts' };
  return [{ where: toPath(issue.path), received, ...rule }];
}

/** A text in place of a list breaks two rules of one message: the kind, and the length. */
function distinct(faults: readonly FaultDetails[]): FaultDetails[] {
  return [...new Map(faults.map((fault) => [describeFault(fault), fault])).values()];
}

function toPath(path: readonly PropertyKey[]): string {
  return path
    .map((part) => (typeof part === 'string' && /^\w+$/.test(part) ? `.${part}` : `[${show(part)}]`))
    .join('')
    .replace(/^\./, '');
}

function at(root: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (value, key) => (typeof value === 'object' && value !== null ? Reflect.get(value, key) : undefined),
    root,
  );
}
