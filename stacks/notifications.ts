import type { Deployment } from '../deployments/schema';
import type { Grade } from '../modules/alarms';

/** Grades that a chat channel gets too. */
export function chatGrades({ chat }: Pick<Deployment, 'chat'>): readonly Grade[] {
  return (['page', 'ticket'] as const).filter((grade) => chat?.[grade]);
}

/** Hours after the quiet ones at which the way of alarms is tried: people work. */
const AFTER_QUIET_HOURS = 3;

export function drillHour({ quietHours }: Pick<Deployment, 'quietHours'>): number {
  return (quietHours.to + AFTER_QUIET_HOURS) % 24;
}
