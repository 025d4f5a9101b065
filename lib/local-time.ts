/** A day on which neither hemisphere has changed its clocks; the offset of that day is taken for the whole year. */
const REFERENCE_DAY = Date.UTC(2025, 0, 15);

/** Hours of a time zone in UTC, each as `utcHour` gives it. */
export function inUtc(hours: { from: number; to: number }, timeZone: string): { from: number; to: number } {
  return { from: utcHour(hours.from, timeZone), to: utcHour(hours.to, timeZone) };
}

/** The UTC hour, 0 to 23, at which an hour of a time zone begins in January. Half-hour zones are rounded down. */
export function utcHour(localHour: number, timeZone: string): number {
  const parts = new Intl.DateTimeFormat('en-GB', { timeZone, hour: 'numeric', hourCycle: 'h23' });
  const atMidnightUtc = Number(parts.format(REFERENCE_DAY));
  return (localHour - atMidnightUtc + 24) % 24;
}
