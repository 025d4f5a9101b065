import type { AlarmPlan, CompositeId, Grade } from './types';

export interface CompositePlan {
  readonly id: CompositeId;
  readonly grade: Grade;
  readonly impact: string;
  readonly runbook: string;
  /** While that one is on, and so long (in seconds) after it, this one says nothing: it is the same outage. */
  readonly suppressedBy?: { readonly id: CompositeId; readonly wait: number; readonly extension: number };
}

/** In the order in which they are declared; one is suppressed only by an earlier one. */
export const COMPOSITES: readonly CompositePlan[] = [
  {
    id: 'users-affected',
    grade: 'page',
    impact: 'requests fail or wait: the message names the alarms that are on',
    runbook: 'failed-requests',
  },
  {
    id: 'objectives-fast',
    grade: 'page',
    impact:
      'an objective is missed so fast that a month of what may fail is gone in two days: the message names it',
    runbook: 'objectives',
    // The other needs three bad minutes, this one the longest of its short window to end.
    suppressedBy: { id: 'users-affected', wait: 180, extension: 600 },
  },
  {
    id: 'objectives-slow',
    grade: 'page',
    impact:
      'an objective is missed so fast that a month of what may fail is gone in five days: the message names it',
    runbook: 'objectives',
    suppressedBy: { id: 'users-affected', wait: 180, extension: 2400 },
  },
];

/** One alarm of a composite, by the name that AWS knows. */
export interface Sign {
  readonly name: string;
  readonly plan: Pick<AlarmPlan, 'id' | 'joins'>;
}

/**
 * The rule of a composite, of at most 10,240 characters (Amazon CloudWatch API Reference, "PutCompositeAlarm"): signs
 * that share `with` must all be on, of the others any one.
 */
export function compositeRule(signs: readonly Sign[]): string {
  const groups = new Map<string, string[]>();
  for (const { name, plan } of signs) {
    const key = plan.joins?.with ?? plan.id;
    groups.set(key, [...(groups.get(key) ?? []), `ALARM("${name}")`]);
  }
  return [...groups.values()]
    .map((all) => (all.length > 1 ? `(${all.join(' AND ')})` : all[0]!))
    .join(' OR ');
}
