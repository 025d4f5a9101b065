import type { Place } from '../../lib/place';

/** Business figures of a day, each with the dimension that it is kept by, if any. */
export const BUSINESS_METRICS = {
  dailyActiveUsers: { name: 'DailyActiveUsers' },
  /** Active on the day and also so long before. */
  retainedUsers: { name: 'RetainedUsers', dimension: 'After', values: ['1 day', '7 days'] },
  /** Percent of those who were active so long before. */
  retainedShare: { name: 'RetainedUsersShare', dimension: 'After', values: ['1 day', '7 days'] },
  signUps: { name: 'SignUps' },
  posts: { name: 'Posts' },
  /** In units of the currency, such as dollars. */
  revenue: { name: 'Revenue', dimension: 'Currency' },
} as const;

/** Namespace of the business figures: one figure a day, at its last minute. */
export function businessNamespace({ project, environment }: Place): string {
  return `${project}/${environment}/business`;
}
