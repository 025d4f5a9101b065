import type { ResponseTimeObjective } from '../../lib/objectives';
import { requestsOf, type LoadBalancerInput } from './load-balancer';
import type { AlarmPlan, Metric } from './types';

export interface ObjectivesInput {
  /** Percent of all requests that are answered without a failure. */
  readonly availability: number;
  /** How fast endpoints answer, as the service counts it. */
  readonly responseTimes: readonly ResponseTimeObjective[];
}

/** A burn that is looked at over a long window, and over a short one so that the alarm ends soon after the burn. */
interface Burn {
  readonly composite?: 'objectives-fast' | 'objectives-slow';
  /** How many times faster than it lasts a month the budget is used up. */
  readonly rate: number;
  /** Name and seconds of each window. */
  readonly windows: readonly (readonly [name: string, seconds: number])[];
}

/**
 * Rates and windows of The Site Reliability Workbook, "Alerting on SLOs" (multiwindow, multi-burn-rate alerts): 2% of a
 * month's budget in an hour and 5% in six hours page, 10% in three days make a ticket.
 */
const BURNS: readonly Burn[] = [
  {
    composite: 'objectives-fast',
    rate: 14.4,
    windows: [
      ['1h', 3_600],
      ['5m', 300],
    ],
  },
  {
    composite: 'objectives-slow',
    rate: 6,
    windows: [
      ['6h', 21_600],
      ['30m', 1_800],
    ],
  },
  { rate: 1, windows: [['3d', 259_200]] },
];

/** Fewer bad requests than this in a window are chance, however large their share. */
const BAD_REQUESTS = 10;

interface Objective {
  readonly id: string;
  readonly promise: string;
  readonly percent: number;
  readonly bad: string;
  readonly all: string;
  readonly of: Readonly<Record<string, Metric>>;
}

/** Alarms for each objective, by how fast it uses up what may fail: 100% less the objective, of a month's requests. */
export function objectiveAlarms(
  { availability, responseTimes }: ObjectivesInput,
  namespace: string,
  loadBalancer: LoadBalancerInput,
): readonly AlarmPlan[] {
  const objectives = [
    {
      id: 'availability',
      promise: 'requests without a failure',
      percent: availability,
      ...requestsOf(loadBalancer),
    },
    ...responseTimes.map((one) => responseTime(one, namespace)),
  ];
  return objectives.flatMap((objective) => BURNS.flatMap((burn) => burnAlarms(objective, burn)));
}

function responseTime(
  { endpoint, milliseconds, percent }: ResponseTimeObjective,
  namespace: string,
): Objective {
  const metric = (name: string): Metric => ({ namespace, name, dimensions: { endpoint }, statistic: 'Sum' });
  return {
    id: endpoint.toLowerCase().replace(/[^a-z0-9]+/g, '-'),
    promise: `answers of ${endpoint} within ${milliseconds} ms`,
    percent,
    bad: 'FILL(slow, 0)',
    all: 'FILL(requests, 0)',
    of: { requests: metric('Requests'), slow: metric('Slow') },
  };
}

function burnAlarms(objective: Objective, { composite, rate, windows }: Burn): readonly AlarmPlan[] {
  const { id, promise, percent, bad, all, of } = objective;
  // Rounded, as 100 - 99.9 is a little less than 0.1.
  const budget = Number(((100 - percent) / 100).toFixed(6));
  const samples = Math.ceil(BAD_REQUESTS / (rate * budget));
  return windows.map(([window, seconds]) => ({
    id: `objective-${id}-${rate}x-${window}`.replace('.', '-'),
    grade: composite ? 'page' : 'ticket',
    ...(composite ? { joins: { composite, with: id } } : {}),
    impact:
      `the objective of ${percent}% ${promise} is being missed: over ${window} what may fail was used up ` +
      `${rate} times as fast as it lasts a month`,
    runbook: 'objectives',
    measure: {
      expression: `IF(${all} >= ${samples}, ${bad} / (${all}) / ${budget}, 0)`,
      label: `burn rate over ${window}`,
      of,
    },
    when: 'above',
    threshold: rate,
    period: seconds,
    of: 1,
    bad: 1,
    // No requests use nothing up.
    missing: 'notBreaching',
  }));
}
