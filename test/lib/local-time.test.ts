import { utcHour } from '../../lib/local-time';

test.each([
  [2, 'America/New_York', 7],
  [2, 'Etc/UTC', 2],
  [2, 'Asia/Tokyo', 17],
  [7, 'Asia/Seoul', 22],
  [23, 'America/Los_Angeles', 7],
  [2, 'Europe/Berlin', 1],
])('%i o’clock in %s is %i o’clock UTC', (hour, zone, expected) => {
  expect(utcHour(hour, zone)).toBe(expected);
});
