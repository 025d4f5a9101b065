import type { Json } from '../../topology';
import type { Holder, Severity } from '../types';

/** What changes on one resource that stays at its address. */
export interface Change {
  readonly before: Holder;
  readonly after: Holder;
}

export interface Judgement {
  readonly severity: Severity;
  /** What changes, what comes of it, and what to do. */
  readonly message: string;
}

/** A change that the schema of the provider allows in place, and that loses data, is refused, or takes time. */
export interface Rule {
  readonly type: string;
  /** Arguments that it looks at. */
  readonly reads: readonly string[];
  readonly judge: (change: Change) => Judgement | undefined;
}

export const loss = (message: string): Judgement => ({ severity: 'loss', message });
export const refused = (message: string): Judgement => ({ severity: 'refused', message });
export const step = (message: string): Judgement => ({ severity: 'step', message });

/** A rule about one argument, asked only where the argument differs and the plan does not ignore it. */
export function onChange(
  type: string,
  argument: string,
  judge: (was: Json | undefined, is: Json | undefined, change: Change) => Judgement | undefined,
  alsoReads: readonly string[] = [],
): Rule {
  return {
    type,
    reads: [argument, ...alsoReads],
    judge: (change) => {
      const was = change.before.arguments[argument];
      const is = change.after.arguments[argument];
      if (isIgnored(change.after, argument) || same(was, is)) return undefined;
      return judge(was, is, change);
    },
  };
}

/** Numbers and booleans of the provider are written as text at times: `"true"` is `true`. */
export function same(one: Json | undefined, other: Json | undefined): boolean {
  return text(one) === text(other);
}

export function isIgnored({ ignores }: Holder, argument: string): boolean {
  return ignores.includes('all') || ignores.includes(argument);
}

function text(value: Json | undefined): string {
  return typeof value === 'object' && value !== null ? JSON.stringify(value) : String(value ?? null);
}

/** A value as its author wrote it, cut to one readable piece. */
export function show(value: Json | undefined): string {
  if (value === undefined || value === null) return 'nothing';
  const written = typeof value === 'string' ? value : JSON.stringify(value);
  return written.length > 60 ? `${written.slice(0, 57)}...` : written;
}

/** Less than 0 where the first version is the older one; `17` and `17.6` are equal, as one says less than the other. */
export function compareVersions(one: string, other: string): number {
  const [first, second] = [one, other].map((version) => version.split('.').map(Number)) as [
    number[],
    number[],
  ];
  for (let index = 0; index < Math.min(first.length, second.length); index += 1) {
    const difference = first[index]! - second[index]!;
    if (difference !== 0) return difference;
  }
  return 0;
}
