import type { AlarmPlan, Metric } from './types';

export interface InvalidationsInput {
  readonly name: string;
  readonly deadLetterName: string;
}

/** Seconds for which this region may show what another one has already changed. */
const LONGEST_WAIT = 60;

/** The way on which other regions are told what their caches must forget. */
export function invalidationAlarms({ name, deadLetterName }: InvalidationsInput): readonly AlarmPlan[] {
  const metric = (queue: string, metricName: string): Metric => ({
    namespace: 'AWS/SQS',
    name: metricName,
    dimensions: { QueueName: queue },
    statistic: 'Maximum',
  });
  // Amazon SQS stops reporting queues that nobody has used for hours, so silence is an idle queue.
  const common = {
    grade: 'ticket',
    runbook: 'invalidations',
    period: 60,
    when: 'above',
    missing: 'notBreaching',
  } as const;
  return [
    {
      ...common,
      id: 'invalidations-waiting',
      impact: `the cache of this region forgets more than ${LONGEST_WAIT} s late what the writer region has changed: users read old values until these expire`,
      measure: metric(name, 'ApproximateAgeOfOldestMessage'),
      threshold: LONGEST_WAIT,
      of: 5,
      bad: 5,
    },
    {
      ...common,
      id: 'invalidations-lost',
      impact:
        'messages about changed values reached no region, or no server could read them: caches keep old values until these expire',
      measure: metric(deadLetterName, 'ApproximateNumberOfMessagesVisible'),
      threshold: 0,
      of: 1,
      bad: 1,
    },
  ];
}
