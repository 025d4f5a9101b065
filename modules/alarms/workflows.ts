import type { AlarmPlan, Metric } from './types';

/** Work by the clock, as modules/scheduled-workflow makes it. */
export interface WorkflowInput {
  /** Lower case and hyphens, such as `daily-report`; unique in the region. */
  readonly label: string;
  readonly stateMachineArn: string;
  /** Longest time, in seconds, between two runs by plan; up to six days, so that the silence still fits into an alarm. */
  readonly every: number;
  /** What is missing without its runs, as the end of "... does not run: ". */
  readonly missed: string;
}

const HOUR = 3_600;
/** An alarm looks back over seven days at most, with periods of an hour or more (Amazon CloudWatch API Reference, "PutMetricAlarm"). */
const LONGEST = 6 * 24 * HOUR;

/** Silence is the fault: a schedule that is off, a start that is refused and a run that hangs leave no failed run. */
export function workflowAlarms({
  label,
  stateMachineArn,
  every,
  missed,
}: WorkflowInput): readonly AlarmPlan[] {
  if (!(every > 0 && every <= LONGEST)) {
    throw new RangeError(`${label}.every: received ${every}; allowed: up to ${LONGEST} s; run it more often`);
  }
  const metric = (name: string): Metric => ({
    namespace: 'AWS/States',
    name,
    dimensions: { StateMachineArn: stateMachineArn },
    statistic: 'Sum',
  });
  // Twice its time for what runs often, a good part of a day for what runs once a day.
  const period = every < HOUR ? 300 : HOUR;
  const silence = Math.max(3, Math.ceil((every + Math.min(every, 4 * HOUR)) / period));
  return [
    {
      id: `${label}-failed`,
      grade: 'ticket',
      impact: `a run of ${label} failed or took too long, after each step was tried again: ${missed}`,
      runbook: 'workflows',
      measure: {
        expression: 'FILL(failed, 0) + FILL(late, 0) + FILL(ended, 0)',
        label: 'failed runs',
        of: {
          failed: metric('ExecutionsFailed'),
          late: metric('ExecutionsTimedOut'),
          ended: metric('ExecutionsAborted'),
        },
      },
      when: 'above',
      threshold: 0,
      period: 300,
      of: 1,
      bad: 1,
      // Reported only when something ran.
      missing: 'notBreaching',
    },
    {
      id: `${label}-missed`,
      grade: 'ticket',
      impact: `${label} does not run: ${missed}`,
      runbook: 'workflows',
      measure: metric('ExecutionsSucceeded'),
      when: 'below',
      threshold: 1,
      period,
      of: silence,
      bad: silence,
      missing: 'breaching',
    },
  ];
}
