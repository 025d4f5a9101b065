import { Breaker } from '../../../service/cache/breaker';

let opened: number;
let asked: number;
let breaker: Breaker;
beforeEach(() => {
  jest.useFakeTimers();
  [opened, asked] = [0, 0];
  breaker = new Breaker(() => (opened += 1));
});
afterEach(() => jest.useRealTimers());

const call = (right: boolean) =>
  breaker.run(async () => {
    asked += 1;
    if (!right) throw new Error('away');
    return 'answer';
  });
const calls = async (...outcomes: boolean[]) => {
  for (const right of outcomes) await call(right);
};

test('passes answers on, and nothing in place of an error', async () => {
  expect(await call(true)).toBe('answer');
  expect(await call(false)).toBeUndefined();
});

test('asks nobody after five failures among twenty calls', async () => {
  await calls(false, false, false, false, true);
  expect([opened, asked]).toEqual([0, 5]);
  await calls(false);
  expect(opened).toBe(1);
  expect(await call(true)).toBeUndefined();
  expect(asked).toBe(6);
});

test('forgets failures that are more than twenty calls ago', async () => {
  await calls(false, false, false, false, ...Array<boolean>(20).fill(true), false);
  expect(opened).toBe(0);
});

test('lets one call try after the rest, and all once that has succeeded', async () => {
  await calls(false, false, false, false, false);
  jest.advanceTimersByTime(1_000);
  let answer = (_value: string): void => undefined;
  const trial = breaker.run(() => new Promise<string>((done) => (answer = done)));
  expect(await call(true)).toBeUndefined();
  answer('back');
  expect(await trial).toBe('back');
  expect(await call(true)).toBe('answer');
});

test('rests for twice as long each time the trial fails, eight seconds at most', async () => {
  await calls(false, false, false, false, false);
  for (const restMs of [1_000, 2_000, 4_000, 8_000, 8_000]) {
    const before = asked;
    jest.advanceTimersByTime(restMs / 2 - 1);
    await call(false);
    expect(asked).toBe(before);
    jest.advanceTimersByTime(restMs / 2 + 1);
    await call(false);
    expect(asked).toBe(before + 1);
  }
  expect(opened).toBe(6);
});
