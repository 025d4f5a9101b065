import { BUSINESS_METRICS } from '../daily-report';
import type { Graph } from './widgets';

export interface BusinessRows {
  /** Where the daily report puts its figures. */
  readonly namespace: string;
  /** ISO 4217: what the service is paid in. */
  readonly currencies: readonly string[];
}

/** Days that are shown: five weeks have each weekday five times. */
const DAYS = 35;

/** What the service is there for, one figure a day: what modules/daily-report publishes. */
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
  const by = ({ dimension, values }: { readonly dimension: string; readonly values: readonly string[] }) =>
    values.map((value) => [value, { [dimension]: value }] as const);
  const { dailyActiveUsers, retainedUsers, retainedShare, signUps, posts, revenue } = BUSINESS_METRICS;
  return [
    graph('Active users', 'users a day', dailyActiveUsers.name, [['active', {}]]),
    graph('Retained users', 'users a day', retainedUsers.name, by(retainedUsers)),
    graph('Retention', '%', retainedShare.name, by(retainedShare)),
    graph('Sign-ups a day', 'sign-ups', signUps.name, [['sign-ups', {}]]),
    graph('Posts a day', 'posts', posts.name, [['posts', {}]]),
    graph(
      'Revenue a day',
      'units of the currency',
      revenue.name,
      by({ dimension: revenue.dimension, values: currencies }),
    ),
  ];
}
