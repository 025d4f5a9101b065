import fc from 'fast-check';
import { quietWindows, WEEKDAYS } from '../../lib/quiet-hours';

const hour = fc.integer({ min: 0, max: 23 });
const hours = fc.tuple(hour, fc.integer({ min: 2, max: 23 })).map(([from, length]) => ({
  from,
  to: (from + length) % 24,
}));
const weekday = fc.constantFrom(...WEEKDAYS);

/** Hours since the midnight at which Sunday begins. */
function hourOfWeek(moment: string): number {
  const [day, clock] = [moment.slice(0, 3), moment.slice(4)];
  return WEEKDAYS.findIndex((name) => name === day) * 24 + Number(clock.slice(0, 2));
}

describe('quietWindows', () => {
  test('both windows are an hour long, inside the quiet hours, and never at the same time', () => {
    fc.assert(
      fc.property(hours, weekday, (quiet, day) => {
        const { backup, maintenance } = quietWindows('here', quiet, day);
        expect(backup).toMatch(/^\d\d:00-\d\d:00$/);
        expect(maintenance).toMatch(/^[a-z]{3}:\d\d:00-[a-z]{3}:\d\d:00$/);
        const length = (quiet.to - quiet.from + 24) % 24;
        const sinceStart = (clock: number): number => (clock - quiet.from + 24) % 24;
        const [backupStart, backupEnd] = backup
          .split('-')
          .map((clock) => sinceStart(Number(clock.slice(0, 2))));
        expect([backupStart, backupEnd]).toEqual([0, 1]);

        const [start, end] = maintenance.split(/-(?=[a-z])/).map(hourOfWeek) as [number, number];
        expect((end - start + 7 * 24) % (7 * 24)).toBe(1);
        expect(sinceStart(start % 24)).toBeGreaterThanOrEqual(1);
        expect(sinceStart(start % 24) + 1).toBeLessThanOrEqual(length);
        // Within a day of the midnight that the quiet hours' day begins with.
        const sinceMidnight = (start - WEEKDAYS.indexOf(day) * 24 + 7 * 24) % (7 * 24);
        expect(sinceMidnight).toBe(quiet.from + 1);
      }),
    );
  });

  test('quiet hours over midnight put the maintenance on the next day', () => {
    expect(quietWindows('here', { from: 23, to: 4 }, 'sat')).toEqual({
      backup: '23:00-00:00',
      maintenance: 'sun:00:00-sun:01:00',
    });
    expect(quietWindows('here', { from: 22, to: 4 }, 'sat').maintenance).toBe('sat:23:00-sun:00:00');
  });

  test.each([
    [{ from: 2, to: 3 }, '2 hours or more'],
    [{ from: 2, to: 2 }, '2 hours or more'],
    [{ from: 2, to: 24 }, 'whole hours from 0 to 23'],
    [{ from: 2.5, to: 7 }, 'whole hours from 0 to 23'],
  ])('refuses %j', (quiet, allowed) => {
    expect(() => quietWindows('cache.quietHoursUtc', quiet, 'mon')).toThrow(
      `cache.quietHoursUtc: received ${JSON.stringify(quiet)}; allowed: ${allowed}`,
    );
  });
});
