import fc from 'fast-check';
import {
  evenShare,
  parseShardMap,
  placementOf,
  rangesOf,
  shardOfName,
} from '../../../service/sharding/placement';
import { formatPosition, isPosition, positionOf } from '../../../service/sharding/position';
import { Lag } from '../../../service/sharding/lag';

test('a million names spread evenly over logical shards, and so over physical ones', () => {
  const counts = new Uint32Array(4096);
  for (let n = 0; n < 1_000_000; n += 1) counts[shardOfName(`user_${n}`)]! += 1;
  const mean = 1_000_000 / 4096;
  // Of a Poisson distribution with this mean, six deviations are met once in a billion shards.
  const deviation = Math.sqrt(mean);
  expect(Math.max(...counts)).toBeLessThan(mean + 6 * deviation);
  expect(Math.min(...counts)).toBeGreaterThan(mean - 6 * deviation);
  for (const physical of [2, 3, 16]) {
    const loads = new Float64Array(physical);
    counts.forEach((count, shard) => (loads[evenShare(shard, physical)]! += count));
    // The fullest physical shard has 2 % more than its share at most.
    expect((Math.max(...loads) * physical) / 1_000_000).toBeLessThan(1.02);
  }
});

test('a name has one logical shard, however it is written', () => {
  expect([shardOfName('Ada'), shardOfName('ADA')]).toEqual([shardOfName('ada'), shardOfName('ada')]);
});

test('ranges and placement say the same', () => {
  const placement = fc.array(fc.nat(6), { minLength: 4096, maxLength: 4096 });
  fc.assert(
    fc.property(placement, (places) => {
      const ranges = rangesOf(places);
      expect(placementOf(ranges)).toEqual(places);
      expect(ranges.every(({ physical }, index) => physical !== ranges[index - 1]?.physical)).toBe(true);
    }),
    { numRuns: 20 },
  );
});

test.each([
  ['no JSON', 'x', 'JSON'],
  [
    'ranges that overlap',
    '{"version":1,"shards":[{"from":0,"to":9,"physical":0},{"from":9,"to":4095,"physical":1}]}',
    'overlap',
  ],
  [
    'a gap',
    '{"version":1,"shards":[{"from":0,"to":9,"physical":0},{"from":11,"to":4095,"physical":1}]}',
    'a gap, as they do from logical shard 10 on',
  ],
  ['an end before the last shard', '{"version":1,"shards":[{"from":0,"to":4094,"physical":0}]}', 'a gap'],
  [
    'a range turned round',
    '{"version":1,"shards":[{"from":9,"to":0,"physical":0}]}',
    'from must not be above to',
  ],
  ['a shard beyond the last', '{"version":1,"shards":[{"from":0,"to":4096,"physical":0}]}', '4095'],
  [
    'a database that there is not',
    '{"version":1,"shards":[{"from":0,"to":4095,"physical":2}]}',
    'DB_SHARDS has 0 to 1',
  ],
])('a map with %s is refused', (_what, text, why) => {
  expect(() => parseShardMap(text, 2)).toThrow(why);
});

test('a position is read by the shard that it is of', () => {
  expect(positionOf(0, '0/16B3748')).toBe('0/16B3748');
  expect(positionOf(1, '0/16B3748')).toBeUndefined();
  expect(positionOf(12, '0/1,3:0/2,12:A/F')).toBe('A/F');
  expect([formatPosition(0, '0/1'), formatPosition(3, '0/1')]).toEqual(['0/1', '3:0/1']);
  for (const good of ['0/1', '0:0/1', '3:0/2,0/1']) expect(isPosition(good)).toBe(true);
  for (const bad of ['', '0', '0/', ',', '0/1,', 'a:0/1', "0/0'; DROP", Array(65).fill('0/1').join()])
    expect(isPosition(bad)).toBe(false);
});

describe('the lag of a replica', () => {
  test('is the time since the oldest position that it has not replayed', () => {
    const lag = new Lag();
    lag.note('0/100', 1_000);
    lag.note('0/200', 3_000);
    lag.note('0/300', 5_000);
    expect([
      lag.of('0/300', 9_000),
      lag.of('0/250', 9_000),
      lag.of('0/150', 9_000),
      lag.of('0/50', 9_000),
    ]).toEqual([0, 4_000, 6_000, 8_000]);
  });

  test('does not grow while nothing is written', () => {
    const lag = new Lag();
    for (let at = 0; at < 600_000; at += 2_000) lag.note('0/100', at);
    expect(lag.of('0/100', 600_000)).toBe(0);
    lag.note('0/101', 600_000);
    expect(lag.of('0/100', 600_500)).toBe(500);
  });

  test('is counted anew from a server whose log is shorter', () => {
    const lag = new Lag();
    lag.note('A/0', 0);
    lag.note('0/5', 10);
    expect(lag.of('0/5', 90_000)).toBe(0);
  });
});
