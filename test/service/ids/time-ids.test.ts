import fc from 'fast-check';
import {
  ClockBehindError,
  decodeTimeId,
  encodeTimeId,
  firstTimeId,
  NoWorkerNumberError,
  NUMBERS,
  TIME_IDS_FROM,
  TIME_IDS_UNTIL,
  TimeIds,
} from '../../../service/ids/time-ids';

const number = fc.integer({ min: 0, max: NUMBERS - 1 });
const parts = fc.record({
  time: fc.oneof(
    fc.integer({ min: TIME_IDS_FROM, max: TIME_IDS_UNTIL - 1 }),
    fc.constantFrom(TIME_IDS_FROM, TIME_IDS_UNTIL - 1),
  ),
  datacenter: number,
  worker: number,
  sequence: fc.integer({ min: 0, max: 4095 }),
});
const START = TIME_IDS_FROM + 1_000_000;

/** A generator on clocks that the test turns. */
function generator(window = { from: START, until: START + 1_000_000, deadline: Infinity }) {
  const clock = { wall: START, monotonic: 0 };
  const ids = new TimeIds(3, 7, window, { wall: () => clock.wall, monotonic: () => clock.monotonic });
  return { ids, clock };
}

test('the layout is 41 bits of time, 5 of datacenter, 5 of worker, 12 of sequence', () => {
  const zero = { time: TIME_IDS_FROM, datacenter: 0, worker: 0, sequence: 0 };
  expect(encodeTimeId(zero)).toBe(0n);
  expect(encodeTimeId({ ...zero, worker: 1 })).toBe(2n ** 12n);
  expect(encodeTimeId({ ...zero, datacenter: 1 })).toBe(2n ** 17n);
  expect(encodeTimeId({ ...zero, time: TIME_IDS_FROM + 1 })).toBe(2n ** 22n);
  const last = { time: TIME_IDS_UNTIL - 1, datacenter: 31, worker: 31, sequence: 4095 };
  expect(encodeTimeId(last)).toBe(2n ** 63n - 1n);
  expect(new Date(last.time).toISOString()).toBe('2095-09-07T15:47:35.551Z');
});

test('parts come back as they went in, and ids sort by time first', () => {
  fc.assert(
    fc.property(parts, parts, (one, two) => {
      expect(decodeTimeId(encodeTimeId(one))).toEqual(one);
      expect(decodeTimeId(encodeTimeId(one).toString())).toEqual(one);
      if (one.time < two.time) expect(encodeTimeId(one) < encodeTimeId(two)).toBe(true);
      expect(firstTimeId(one.time) <= encodeTimeId(one)).toBe(true);
      if (one.time + 1 < TIME_IDS_UNTIL) expect(encodeTimeId(one) < firstTimeId(one.time + 1)).toBe(true);
    }),
  );
});

test.each([
  ['time', { time: TIME_IDS_FROM - 1 }],
  ['time', { time: TIME_IDS_UNTIL }],
  ['time', { time: START + 0.5 }],
  ['datacenter', { datacenter: 32 }],
  ['worker', { worker: -1 }],
  ['sequence', { sequence: 4096 }],
])('a %s that does not fit is refused: %p', (name, wrong) => {
  const whole = { time: START, datacenter: 0, worker: 0, sequence: 0, ...wrong };
  expect(() => encodeTimeId(whole)).toThrow(new RegExp(`^${name} is .*; it must be a whole number from`));
});

test('numbers that no generator made are refused', () => {
  for (const id of [-1n, 2n ** 63n]) expect(() => decodeTimeId(id)).toThrow(RangeError);
});

test('on a clock that jumps in both directions no id comes twice, none is out of order, none outside the window', () => {
  const jumps = fc.array(
    fc.record({ by: fc.integer({ min: -50, max: 200 }), ids: fc.integer({ min: 1, max: 200 }) }),
    { maxLength: 60 },
  );
  fc.assert(
    fc.property(jumps, (steps) => {
      const { ids, clock } = generator({ from: START, until: START + 1_500, deadline: Infinity });
      const made: bigint[] = [];
      for (const step of steps) {
        clock.wall += step.by;
        const last = made.length ? decodeTimeId(made.at(-1)!).time : START;
        if (clock.wall >= START + 1_500) expect(() => ids.next()).toThrow(NoWorkerNumberError);
        else if (clock.wall < last) expect(() => ids.next()).toThrow(new ClockBehindError(last - clock.wall));
        else for (let n = 0; n < step.ids; n += 1) made.push(ids.next());
      }
      expect(made.every((id, index) => index === 0 || id > made[index - 1]!)).toBe(true);
      const all = made.map(decodeTimeId);
      expect(all.every(({ datacenter, worker }) => datacenter === 3 && worker === 7)).toBe(true);
      expect(all.every(({ time }) => time >= START && time < START + 1_500)).toBe(true);
    }),
  );
});

test('4096 ids fit into a millisecond; the next one waits for the following', () => {
  const { ids, clock } = generator();
  for (let sequence = 0; sequence < 4096; sequence += 1) {
    expect(decodeTimeId(ids.next())).toMatchObject({ time: START, sequence });
  }
  // Time passes while it waits.
  let asked = 0;
  const waiting = new TimeIds(
    3,
    7,
    { from: START, until: START + 10, deadline: Infinity },
    { wall: () => START + (asked++ < 5_000 ? 0 : 1), monotonic: () => clock.monotonic },
  );
  const made = Array.from({ length: 4097 }, () => decodeTimeId(waiting.next()));
  expect(made.at(-1)).toMatchObject({ time: START + 1, sequence: 0 });
});

test('a clock that stands still is refused once its millisecond is used up', () => {
  let monotonic = 0;
  const ids = new TimeIds(
    0,
    0,
    { from: START, until: START + 10, deadline: Infinity },
    { wall: () => START, monotonic: () => (monotonic += 1) },
  );
  for (let n = 0; n < 4096; n += 1) ids.next();
  expect(() => ids.next()).toThrow(ClockBehindError);
});

test('a pause longer than the lease ends it, by either clock', () => {
  // The machine slept: the monotonic clock of Linux stood still.
  const slept = generator({ from: START, until: START + 100, deadline: 100 });
  slept.ids.next();
  slept.clock.wall += 100;
  expect(() => slept.ids.next()).toThrow(NoWorkerNumberError);
  // The process was paused, and the clock of the wall was put back meanwhile.
  const paused = generator({ from: START, until: START + 100, deadline: 100 });
  paused.ids.next();
  paused.clock.wall += 1;
  paused.clock.monotonic += 100;
  expect(() => paused.ids.next()).toThrow(NoWorkerNumberError);
});
