import { fitFleet, fitOne, standIns } from '../../tools/region/hardware';

// The regions named here lack the families that the tests need: see tools/region/regions.json.
test('a fleet keeps what the region has, in its order', () => {
  expect(fitFleet('ap-northeast-2', 'web.instanceTypes', ['c7g.large', 'c6g.large'])).toEqual({
    types: ['c7g.large', 'c6g.large'],
    replaced: [],
  });
});

test('a missing type is replaced by the nearest one of its class, size and architecture', () => {
  expect(fitFleet('ca-west-1', 'web.instanceTypes', ['m7g.large', 'c6g.large'])).toEqual({
    types: ['m6g.large', 'c6g.large'],
    replaced: [{ key: 'web.instanceTypes', missing: 'm7g.large', instead: 'm6g.large' }],
  });
});

test('a missing type is left out where all that is like it is in the list already', () => {
  expect(fitFleet('me-central-1', 'workers.instanceTypes', ['c7g.large', 'c6g.large'])).toEqual({
    types: ['c6g.large'],
    replaced: [{ key: 'workers.instanceTypes', missing: 'c7g.large', instead: undefined }],
  });
});

test('no type of another architecture stands in for an instance, as the fleets share an image', () => {
  const offered = new Set(['c7i.large', 'c6i.large']);
  expect(standIns('c7g.large', offered, true)).toEqual([]);
  expect(standIns('c7g.large', offered, false)).toEqual(['c7i.large', 'c6i.large']);
});

test('the same extras come first, then the architecture, then the generation, an older one before a newer one', () => {
  const offered = new Set([
    'r5.large',
    'r6i.large',
    'r8g.large',
    'r6g.large',
    'r6gd.large',
    'm7g.large',
    'r6g.xlarge',
  ]);
  expect(standIns('r7g.large', offered, false)).toEqual(['r6g.large', 'r8g.large', 'r6i.large', 'r5.large']);
  expect(standIns('r7gd.large', offered, false)).toEqual([
    'r6gd.large',
    'r6g.large',
    'r8g.large',
    'r6i.large',
    'r5.large',
  ]);
});

test('a database and a cache take another architecture where they must', () => {
  expect(fitOne('me-central-1', 'databases', 'database.instanceClass', 'db.r7g.xlarge').type).toBe(
    'db.r6g.xlarge',
  );
  expect(fitOne('ca-west-1', 'databases', 'database.instanceClass', 'db.t4g.medium').type).toBe(
    'db.t3.medium',
  );
  expect(fitOne('me-south-1', 'caches', 'cache.nodeType', 'cache.t4g.small').type).toBe('cache.t3.small');
  expect(fitOne('us-east-1', 'caches', 'cache.nodeType', 'cache.r7g.large')).toEqual({
    type: 'cache.r7g.large',
    replaced: [],
  });
});
