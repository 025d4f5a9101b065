/** A day of UTC as `YYYY-MM-DD`; days compare as text. */
export type Day = string;

const DAY_MS = 86_400_000;

export const dayOf = (time: number): Day => new Date(time).toISOString().slice(0, 10);
export const addDays = (day: Day, days: number): Day => dayOf(Date.parse(day) + days * DAY_MS);

/** Whether a text is a day that there is. */
export const isDay = (text: string): boolean =>
  /^\d{4}-\d\d-\d\d$/.test(text) && !Number.isNaN(Date.parse(text)) && dayOf(Date.parse(text)) === text;

/** Every day of a range, both ends included. */
export function daysBetween(from: Day, to: Day): Day[] {
  const count = (Date.parse(to) - Date.parse(from)) / DAY_MS + 1;
  return Array.from({ length: Math.max(0, count) }, (_, index) => addDays(from, index));
}
