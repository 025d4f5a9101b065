import type { AlarmPlan, Metric } from './types';

export interface QueueInput {
  readonly name: string;
  readonly deadLetterName: string;
  /** Seconds that a job may wait before users notice. */
  readonly longestWait: number;
}

export function queueAlarms({ name, deadLetterName, longestWait }: QueueInput): readonly AlarmPlan[] {
  const metric = (queue: string, metricName: string): Metric => ({
    namespace: 'AWS/SQS',
    name: metricName,
    dimensions: { QueueName: queue },
    statistic: 'Maximum',
  });
  // Amazon SQS stops reporting queues that nobody has used for hours, so silence is an idle queue.
  const common = { period: 60, when: 'above', missing: 'notBreaching' } as const;
  return [
    {
      ...common,
      id: 'jobs-waiting',
      grade: 'page',
      impact: `jobs wait for longer than ${longestWait} s: pictures that users upload do not appear`,
      runbook: 'jobs-waiting',
      measure: metric(name, 'ApproximateAgeOfOldestMessage'),
      threshold: longestWait,
      of: 5,
      bad: 5,
    },
    {
      ...common,
      id: 'jobs-failed',
      grade: 'ticket',
      impact:
        'jobs have failed for good and wait in the dead-letter queue: those pictures never appear by themselves',
      runbook: 'jobs-failed',
      measure: metric(deadLetterName, 'ApproximateNumberOfMessagesVisible'),
      threshold: 0,
      of: 1,
      bad: 1,
    },
  ];
}

export interface TableInput {
  readonly tableName: string;
}

export function tableAlarms({ tableName }: TableInput): readonly AlarmPlan[] {
  return (['Read', 'Write'] as const).map((kind) => ({
    id: `table-${kind.toLowerCase()}-throttles`,
    grade: 'ticket',
    impact: `DynamoDB turns away ${kind.toLowerCase()}s of the shared state: requests are tried again and slow down`,
    runbook: 'table-throttles',
    measure: {
      namespace: 'AWS/DynamoDB',
      name: `${kind}ThrottleEvents`,
      dimensions: { TableName: tableName },
      statistic: 'Sum',
    },
    when: 'above',
    threshold: 0,
    period: 60,
    of: 5,
    bad: 3,
    // Reported only when it happens.
    missing: 'notBreaching',
  }));
}
