import type { QuietHoursUtc } from '../../lib/quiet-hours';

/** How often a secret gets a new value: on Sundays, on the first of the month, or on that of January, April, July and October. */
export type RotationInterval = 'week' | 'month' | 'quarter';

const DAYS: Readonly<Record<RotationInterval, string>> = {
  week: '? * SUN',
  month: '1 * ?',
  quarter: '1 1,4,7,10 ?',
};

const HOURS_A_DAY = 24;

/**
 * A window in the quiet hours, in UTC: AWS Secrets Manager User Guide, "Schedule expressions in Secrets Manager rotation". It ends
 * with the day at the latest, as the service asks for (AWS Secrets Manager API Reference, "RotationRulesType").
 */
export function rotationWindow(
  every: RotationInterval,
  { from, to }: QuietHoursUtc,
): { readonly scheduleExpression: string; readonly duration: string } {
  const quiet = (to - from + HOURS_A_DAY) % HOURS_A_DAY;
  return {
    scheduleExpression: `cron(0 ${from} ${DAYS[every]} *)`,
    duration: `${Math.min(quiet, HOURS_A_DAY - from)}h`,
  };
}
