import { ConfigurationError } from './errors';

/** The hours of a day, in UTC, in which traffic is low; `from` later than `to` runs over midnight. Whole hours, 0 to 23. */
export interface QuietHoursUtc {
  readonly from: number;
  readonly to: number;
}

/** The days of a maintenance window, in the form that RDS and ElastiCache take. */
export const WEEKDAYS = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'] as const;
export type Weekday = (typeof WEEKDAYS)[number];

export interface QuietWindows {
  /** Daily, `hh:mm-hh:mm` in UTC, 60 minutes. */
  readonly backup: string;
  /** Weekly, `ddd:hh:mm-ddd:hh:mm` in UTC, 60 minutes, never at the time of the backup. */
  readonly maintenance: string;
}

/** ElastiCache takes windows of an hour and more, RDS of half an hour; one of each fills two hours. */
const FEWEST_HOURS = 2;
const HOURS_A_DAY = 24;

/**
 * Places the daily backup into the first of the quiet hours and the weekly maintenance into the second. `weekday` is the
 * day on which the quiet hours begin; where they run over midnight the maintenance falls on the next day.
 * Throws a ConfigurationError where the hours are none of a day or fewer than two.
 */
export function quietWindows(where: string, hours: QuietHoursUtc, weekday: Weekday): QuietWindows {
  const { from, to } = hours;
  const length = (to - from + HOURS_A_DAY) % HOURS_A_DAY;
  if (![from, to].every((hour) => Number.isInteger(hour) && hour >= 0 && hour < HOURS_A_DAY)) {
    throw refuse(where, hours, 'whole hours from 0 to 23');
  }
  if (length < FEWEST_HOURS) throw refuse(where, hours, `${FEWEST_HOURS} hours or more`);
  return {
    backup: `${clock(from)}-${clock(from + 1)}`,
    maintenance: `${moment(weekday, from + 1)}-${moment(weekday, from + 2)}`,
  };
}

function refuse(where: string, received: QuietHoursUtc, allowed: string): ConfigurationError {
  return new ConfigurationError([{ where, received, allowed, fix: 'write for instance { from: 2, to: 7 }' }]);
}

/** `hour` counts from the midnight at which the weekday begins, and may reach into the next day. */
function moment(weekday: Weekday, hour: number): string {
  const day = WEEKDAYS.indexOf(weekday) + Math.floor(hour / HOURS_A_DAY);
  return `${WEEKDAYS[day % WEEKDAYS.length]}:${clock(hour)}`;
}

function clock(hour: number): string {
  return `${String(hour % HOURS_A_DAY).padStart(2, '0')}:00`;
}
