import type { Graph } from './widgets';

export interface BusinessRows {
  /** Where the daily report puts its figures. */
  readonly namespace: string;
  /** ISO 4217: what the service is paid in. */
  readonly currencies: readonly string[];
}

/** Days that are shown: five weeks have each weekday five times. */
const DAYS = 35;

/** What the service is there for, one figure a day. */
export function businessGraphs({ namespace, currencies }: BusinessRows): Graph[] {
  const graph = (
    title: string,
    unit: string,
    metric: string,
    of: readonly (readonly [label: string, dimensions: Readonly<Record<string, string>>])[],
  ): Graph => ({
    title,
    unit,
    days: DAYS,
    lines: of.map(([label, dimensions]) => ({ namespace, metric, dimensions, statistic: 'Maximum', label })),
  });
  const after = ['1 day', '7 days'].map((time) => [`after ${time}`, { After: time }] as const);
  return [
    graph('Active users', 'users a day', 'DailyActiveUsers', [['active', {}]]),
    graph('Retained users', 'users a day', 'RetainedUsers', after),
    graph('Retention', '%', 'RetainedUsersShare', after),
    graph('Sign-ups a day', 'sign-ups', 'SignUps', [['sign-ups', {}]]),
    graph('Posts a day', 'posts', 'Posts', [['posts', {}]]),
    graph(
      'Revenue a day',
      'units of the currency',
      'Revenue',
      currencies.map((currency) => [currency, { Currency: currency }] as const),
    ),
  ];
}
