import type { AlarmPlan } from './types';

export interface RotationInput {
  /** The secret, as people call it: `signing-key`. */
  readonly label: string;
  /** Function that gives it new values. */
  readonly functionName: string;
}

/**
 * A step of a rotation failed. Secrets Manager tries again, and the value in force stays in force until the last step: nobody notices,
 * but the secret grows old. That no rotation begins at all is not seen here.
 */
export function rotationAlarm({ label, functionName }: RotationInput): AlarmPlan {
  return {
    id: `rotation-${label}`,
    grade: 'ticket',
    impact: `the secret ${label} could not be given a new value; the one before stays in force`,
    runbook: 'rotation',
    measure: {
      namespace: 'AWS/Lambda',
      name: 'Errors',
      dimensions: { FunctionName: functionName },
      statistic: 'Sum',
    },
    when: 'above',
    threshold: 0,
    period: 300,
    of: 1,
    bad: 1,
    // The function is called a few times a month.
    missing: 'notBreaching',
  };
}
