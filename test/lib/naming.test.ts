import { App, TerraformStack } from 'cdktf';
import fc from 'fast-check';
import { NAME_LIMITS, type NamedKind } from '../../lib/limits';
import { joinName, Names } from '../../lib/naming';
import { placeOf } from '../../lib/place';

const word = (longest: number): fc.Arbitrary<string> =>
  fc.stringMatching(new RegExp(`^[a-z][a-z0-9]{1,${longest - 1}}$`));
/** Every legal place: the lengths are those that deployments/schema.ts allows, the region is the longest there is. */
const places = fc.record({
  project: word(12),
  environment: word(12),
  region: fc.constantFrom('us-east-1', 'ap-northeast-2', 'us-gov-west-1'),
  account: fc.stringMatching(/^\d{12}$/),
});
const components = fc.constantFrom(
  'web',
  'worker',
  'shard-00',
  'jobs-dead-letter',
  'load-balancer-access-logs',
);
const kinds = fc.constantFrom(...(Object.keys(NAME_LIMITS) as NamedKind[]));

test('every name is within the limit of its kind, for every legal place', () => {
  fc.assert(
    fc.property(places, components, kinds, (place, component, kind) => {
      const names = new Names(place);
      for (const name of [names.regional(kind, component), names.account(kind, component)]) {
        expect(name.length).toBeLessThanOrEqual(NAME_LIMITS[kind]);
        expect(name).toMatch(/^[a-z][a-z0-9-]*[a-z0-9]$/);
        expect(name).not.toContain('--');
      }
      expect(names.bucket(component)).toMatch(/^[a-z][a-z0-9-]{1,61}[a-z0-9]$/);
    }),
  );
});

test('names that differ stay different when they are cut', () => {
  fc.assert(
    fc.property(fc.stringMatching(/^[a-z]{40}$/), word(8), word(8), (long, one, other) => {
      fc.pre(one !== other);
      expect(joinName(32, [long, one])).not.toBe(joinName(32, [long, other]));
    }),
  );
});

test('a name that fits is left as it is', () => {
  expect(joinName(32, ['tiers', 'production', 'web'])).toBe('tiers-production-web');
  expect(joinName(20, ['tiers', 'production', 'web'])).toBe('tiers-production-web');
  expect(joinName(19, ['tiers', 'production', 'web'])).toMatch(/^tiers-produc-[0-9a-f]{6}$/);
});

test('a path over the limit is refused', () => {
  const names = new Names({
    project: 'tiers',
    environment: 'test',
    region: 'us-east-1',
    account: '111122223333',
  });
  expect(names.path('secret', 'signing-key')).toBe('/tiers/test/signing-key');
  expect(() => names.path('secret', 'x'.repeat(600))).toThrow('longer than 512');
});

test('a stack without a place says how to give it one', () => {
  expect(() => placeOf(new TerraformStack(new App(), 'bare'))).toThrow(
    'bare: its stack has no place; extend TiersStack',
  );
});
