import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { clientConfigSchema, resolveFeatures } from '../../service/aws/client-config';
import { isIn, standing } from '../../service/rollout';

const ids = Array.from({ length: 20_000 }, () => randomUUID());

test('where somebody stands is the same for ever', () => {
  // Changed by chance, everybody would be drawn again.
  expect(standing('feed', '4723645378')).toBeCloseTo(48.563834675587714, 9);
});

test.each([1, 10, 50, 99])(
  'a roll-out to %d percent is on for that share, of users and of installations',
  (percent) => {
    const users = ids.map((_id, index) =>
      String((BigInt(index % 4096) << 46n) | (1n << 36n) | BigInt(index)),
    );
    for (const people of [ids, users]) {
      const share = people.filter((id) => isIn('feed', id, percent)).length / people.length;
      // Six standard deviations.
      const deviation = Math.sqrt(((percent / 100) * (1 - percent / 100)) / people.length);
      expect(Math.abs(share - percent / 100)).toBeLessThan(6 * deviation);
    }
  },
);

test('whoever is in stays in as the share grows, and 0 and 100 percent are nobody and all', () => {
  fc.assert(
    fc.property(
      fc.string(),
      fc.double({ min: 0, max: 100, noNaN: true }),
      fc.double({ min: 0, max: 100, noNaN: true }),
      (id, a, b) => {
        const [less, more] = [Math.min(a, b), Math.max(a, b)];
        if (isIn('feed', id, less)) expect(isIn('feed', id, more)).toBe(true);
        expect([isIn('feed', id, 0), isIn('feed', id, 100)]).toEqual([false, true]);
      },
    ),
  );
});

test('two features are rolled out to people who have nothing to do with each other', () => {
  const both = ids.filter((id) => isIn('feed', id, 50) && isIn('search', id, 50)).length;
  expect(both / ids.length).toBeGreaterThan(0.23);
  expect(both / ids.length).toBeLessThan(0.27);
});

test.each([
  ['a misspelled member of a rule', { features: { feed: { percnt: 5 } } }],
  ['a share above all', { features: { feed: { percent: 101 } } }],
  ['a misspelled member', { feature: { feed: false } }],
  ['no name of a feature', { features: { 'the feed': false } }],
  ['a version that is none', { features: { feed: { minimumVersion: 'two' } } }],
  ['a text for a switch', { features: { feed: 'off' } }],
])('%s is refused', (_case, value) => {
  expect(clientConfigSchema.safeParse(value).success).toBe(false);
});

test('a kind of client is told what is on for all of it, and the share of what is on for some', () => {
  const config = clientConfigSchema.parse({
    features: {
      on: true,
      off: false,
      some: { percent: 20 },
      none: { percent: 0 },
      all: { percent: 100 },
      webSome: { platforms: ['web'], minimumVersion: '1.10', percent: 5 },
    },
  });
  expect(resolveFeatures(config, 'web', '1.10')).toEqual({
    features: { on: true, off: false, some: false, none: false, all: true, webSome: false },
    rollouts: { some: 20, webSome: 5 },
  });
  for (const [platform, version] of [
    ['ios', '2.0'],
    ['web', '1.9'],
    ['web', undefined],
  ] as const)
    expect(resolveFeatures(config, platform, version).rollouts).toEqual({ some: 20 });
});
