import type { AlarmPlan, Grade, Metric } from './types';

export interface QueueInput {
  readonly name: string;
  readonly deadLetterName: string;
  /** Seconds that a job may wait before users notice. */
  readonly longestWait: number;
  /** First part of the alarms' names. Default: `jobs`. */
  readonly label?: string;
  /** Nobody is woken by its age. */
  readonly grade?: Grade;
  /** What users notice of messages that wait, and of those that failed for good. */
  readonly waiting?: string;
  readonly failed?: string;
}

/**
 * Amazon SQS Developer Guide, "Amazon SQS standard queue quotas": about so many messages can be received and not yet deleted;
 * the queue hands out no more then.
 */
const IN_FLIGHT = 120_000;
/** Share of a limit in use, in percent, at which somebody has time left to raise it. */
const LIMIT_PERCENT = 80;

export function queueAlarms({
  name,
  deadLetterName,
  longestWait,
  label = 'jobs',
  grade = 'page',
  waiting = 'pictures that users upload do not appear',
  failed = 'those pictures never appear by themselves',
}: QueueInput): readonly AlarmPlan[] {
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
      id: `${label}-waiting`,
      grade,
      impact: `${label} wait for longer than ${longestWait} s: ${waiting}`,
      runbook: 'jobs-waiting',
      measure: metric(name, 'ApproximateAgeOfOldestMessage'),
      threshold: longestWait,
      of: 5,
      bad: 5,
    },
    {
      ...common,
      id: `${label}-failed`,
      grade: 'ticket',
      impact: `${label} have failed for good and wait in the dead-letter queue: ${failed}`,
      runbook: 'jobs-failed',
      measure: metric(deadLetterName, 'ApproximateNumberOfMessagesVisible'),
      threshold: 0,
      of: 1,
      bad: 1,
    },
    {
      ...common,
      id: `${label}-in-flight`,
      grade: 'ticket',
      impact: `more than ${LIMIT_PERCENT}% of the ${IN_FLIGHT} messages that a queue hands out at a time are in work: at the limit, workers get nothing`,
      runbook: 'jobs-waiting',
      measure: metric(name, 'ApproximateNumberOfMessagesNotVisible'),
      threshold: (IN_FLIGHT * LIMIT_PERCENT) / 100,
      of: 5,
      bad: 5,
    },
  ];
}

export interface TableInput {
  readonly tableName: string;
}

export function tableAlarms({ tableName }: TableInput): readonly AlarmPlan[] {
  return [...throttleAlarms(tableName), ...limitAlarms(tableName)];
}

function throttleAlarms(tableName: string): readonly AlarmPlan[] {
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

/**
 * On demand, a table takes what it gets up to a limit of the account (Amazon DynamoDB Developer Guide, "DynamoDB metrics and
 * dimensions": AccountMaxTableLevelReads and -Writes), which DynamoDB publishes as a metric.
 */
function limitAlarms(tableName: string): readonly AlarmPlan[] {
  return (['Read', 'Write'] as const).map((kind) => ({
    id: `table-${kind.toLowerCase()}-limit`,
    grade: 'ticket',
    impact: `the shared state takes more than ${LIMIT_PERCENT}% of the ${kind.toLowerCase()}s that the account allows one table: DynamoDB turns away what is above`,
    runbook: 'table-throttles',
    measure: {
      expression: '100 * units / PERIOD(units) / most',
      label: 'limit in use (%)',
      of: {
        units: {
          namespace: 'AWS/DynamoDB',
          name: `Consumed${kind}CapacityUnits`,
          dimensions: { TableName: tableName },
          statistic: 'Sum',
        },
        most: {
          namespace: 'AWS/DynamoDB',
          name: `AccountMaxTableLevel${kind}s`,
          dimensions: {},
          statistic: 'Maximum',
        },
      },
    },
    when: 'above',
    threshold: LIMIT_PERCENT,
    period: 300,
    of: 3,
    bad: 3,
    // Nothing is published for a table that nobody uses.
    missing: 'notBreaching',
  }));
}
