import { sizeOf } from '../../deployments/hardware';
import production from '../../deployments/production/us-east-1';
import { all, messageOf, remove, set, type Fault } from './support';

const FAULTS: readonly Fault[] = [
  [
    'hardware without a reason',
    set('web.hardware', {}),
    "web.hardware.reason: received nothing; allowed: a text of 20 to 200 characters without ${ and %{; write for instance 'CPU: requests spend it on JSON and TLS'",
  ],
  [
    'hardware that nobody explains',
    remove('database.hardware'),
    'database.hardware: received nothing; allowed: an object with the keys reason, unusual; copy it from deployments/local.ts',
  ],
  [
    'a reason that says nothing',
    set('cache.hardware.reason', 'because'),
    `cache.hardware.reason: received "because"; allowed: a text of 20 to 200 characters without \${ and %{; write for instance 'CPU: requests spend it on JSON and TLS'`,
  ],
  [
    'an unusual that is not true',
    set('web.hardware.unusual', false),
    'web.hardware.unusual: received false; allowed: true, or no such key; write unusual: true, or leave it out',
  ],
  [
    'general purpose for the web fleet',
    set('web.instanceTypes', ['m7g.large']),
    `web.instanceTypes: received "m7g.large"; allowed: Graviton types made for compute or burstable; write for instance 'c7g.large', or hardware: { unusual: true, reason: 'why' }`,
  ],
  [
    'memory for the workers',
    set('workers.instanceTypes', ['r7g.large']),
    `workers.instanceTypes: received "r7g.large"; allowed: Graviton types made for compute or burstable; write for instance 'c7g.large', or hardware: { unusual: true, reason: 'why' }`,
  ],
  [
    'a database on general purpose',
    set('database.instanceClass', 'db.m7g.large'),
    `database.instanceClass: received "db.m7g.large"; allowed: Graviton types made for memory or burstable; write for instance 'db.r7g.large', or hardware: { unusual: true, reason: 'why' }`,
  ],
  [
    'a database on other processors',
    set('database.instanceClass', 'db.r6i.large'),
    `database.instanceClass: received "db.r6i.large"; allowed: Graviton types made for memory or burstable; write for instance 'db.r7g.large', or hardware: { unusual: true, reason: 'why' }`,
  ],
  [
    'a cache for network throughput',
    set('cache.nodeType', 'cache.c7gn.large'),
    `cache.nodeType: received "cache.c7gn.large"; allowed: Graviton types made for memory or burstable; write for instance 'cache.r7g.large', or hardware: { unusual: true, reason: 'why' }`,
  ],
  [
    'unusual beside what is usual',
    set('web.hardware.unusual', true),
    'web.hardware: received {"unusual":true}; allowed: no unusual beside t4g.small, which is usual for the role; remove unusual: true',
  ],
  [
    'burstable types beside others',
    set('workers.instanceTypes', ['c7g.large', 't4g.large']),
    'workers.instanceTypes: received ["t4g.large"]; allowed: types that are not burstable with the 2 vCPUs of c7g.large and 4 GiB or more, as one target is for all of them; remove the types that differ, or put the smallest first',
  ],
  [
    'types of different sizes',
    set('web.instanceTypes', ['c7g.large', 'c7g.xlarge']),
    'web.instanceTypes: received ["c7g.xlarge"]; allowed: types that are not burstable with the 2 vCPUs of c7g.large and 4 GiB or more, as one target is for all of them; remove the types that differ, or put the smallest first',
  ],
  [
    'a stand-in with less memory',
    set('workers.instanceTypes', ['t4g.medium', 't4g.small']),
    'workers.instanceTypes: received ["t4g.small"]; allowed: burstable types with the 2 vCPUs of t4g.medium and 4 GiB or more, as one target is for all of them; remove the types that differ, or put the smallest first',
  ],
  [
    'a root volume smaller than the image',
    set('web.rootVolume', 8),
    'web.rootVolume: received 8; allowed: a whole number from 20 to 1000: the image has 20; write for instance 30',
  ],
];

describe('hardware by role', () => {
  test.each(FAULTS)('%s is refused', (_name, change, message) => {
    expect(messageOf(change)).toBe(`deployments/x.ts: ${message}`);
  });

  test.each([
    ['web.instanceTypes', ['t4g.small'], 'compute', 'c7g.large'],
    ['database.instanceClass', 'db.t4g.medium', 'memory', 'db.r7g.large'],
    ['cache.nodeType', 'cache.t4g.small', 'memory', 'cache.r7g.large'],
  ])('burstable %s are refused in production', (key, value, usual, example) => {
    const type = typeof value === 'string' ? value : value[0];
    expect(messageOf(set(key, value), production)).toBe(
      `deployments/x.ts: ${key}: received "${type}"; allowed: Graviton types made for ${usual}; write for instance '${example}', or hardware: { unusual: true, reason: 'why' }`,
    );
  });

  test('an unusual choice is taken with its reason', () => {
    const unusual = { unusual: true, reason: 'the engine is bound by CPU, its data fits' };
    const change = all(set('database.instanceClass', 'db.m7g.large'), set('database.hardware', unusual));
    expect(messageOf(change, production)).toBe('accepted');
  });

  test('a larger root volume is taken', () => {
    expect(messageOf(set('workers.rootVolume', 100))).toBe('accepted');
  });
});

test.each([
  ['t4g.nano', 2, 0.5],
  ['t3.2xlarge', 8, 32],
  ['c7g.medium', 1, 2],
  ['m7i-flex.large', 2, 8],
  ['r8g.48xlarge', 192, 1536],
  ['c5n.large', 2, 5.25],
])('a %s has %p vCPUs and %p GiB', (type, vcpus, memory) => {
  expect(sizeOf(type)).toEqual({ vcpus, memory });
});
