import fc from 'fast-check';
import { instanceLetter, placeReplicas, REPLICA_LIMIT } from '../../modules/relational-database';

const counts = fc.integer({ min: 0, max: REPLICA_LIMIT });
const zoneLists = fc.integer({ min: 1, max: 6 }).map((n) => ['a', 'b', 'c', 'd', 'e', 'f'].slice(0, n));

describe('placeReplicas', () => {
  test('spreads replicas so that no zone has two more than another', () => {
    fc.assert(
      fc.property(zoneLists, counts, (zones, replicas) => {
        const placed = placeReplicas(zones, replicas);
        expect(placed).toHaveLength(replicas);
        const perZone = zones.map((zone) => placed.filter((other) => other === zone).length);
        expect(perZone.reduce((sum, n) => sum + n, 0)).toBe(replicas);
        expect(Math.max(...perZone) - Math.min(...perZone)).toBeLessThanOrEqual(1);
        if (zones.length > 1 && replicas > 0) expect(placed[0]).not.toBe(zones[0]);
      }),
    );
  });

  test('a further replica moves none', () => {
    fc.assert(
      fc.property(zoneLists, counts, (zones, replicas) => {
        expect(placeReplicas(zones, replicas + 1).slice(0, replicas)).toEqual(placeReplicas(zones, replicas));
      }),
    );
  });

  test('refuses to place replicas nowhere', () => {
    expect(() => placeReplicas([], 1)).toThrow('at least one zone');
    expect(placeReplicas([], 0)).toEqual([]);
  });
});

test('letters run from a to z and no further', () => {
  expect([0, 1, 25].map(instanceLetter)).toEqual(['a', 'b', 'z']);
  for (const index of [-1, 26, 1.5]) expect(() => instanceLetter(index)).toThrow(RangeError);
});
