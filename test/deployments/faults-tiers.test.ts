import before from '../../deployments/ladder/01-one-server';
import type { Deployment } from '../../deployments/schema';
import local from '../../deployments/local';
import { all, messageFor, messageOf, remove, set, type Fault } from './support';

const server = { instanceType: 't4g.medium', hardware: { reason: 'burstable: nobody comes yet' } };

const FAULTS: readonly Fault[] = [
  ['a server beside a fleet', set('server', server), 'web: received {"instanceTypes":'],
  [
    'neither a server nor a fleet',
    remove('web'),
    'web: received nothing; allowed: servers behind a load balancer',
  ],
  [
    'a fleet without a database',
    remove('database'),
    'database: received nothing; allowed: a database of its own beside web',
  ],
  [
    'transcoders without workers',
    all(remove('workers'), remove('observability')),
    'transcoders: received {"instanceTypes":',
  ],
  [
    'a dashboard without what it shows',
    all(remove('workers'), remove('transcoders')),
    'observability: received {"archiveDays":7}; allowed: only beside web, workers and sharedState',
  ],
  [
    'a look from outside without the rest',
    all(remove('observability'), set('canary', { enabled: true, everyMinutes: 5 })),
    'canary: received {"enabled":true,"everyMinutes":5}; allowed: only beside observability',
  ],
  [
    'scaling without a shared table',
    all(remove('sharedState'), remove('observability')),
    'web: received {}; allowed: sharedState beside web.nightMin',
  ],
  ['half of a scaling', remove('web.cpuTarget'), 'web.max: received {"min":3,"max":6'],
  [
    'a fleet that could grow and does not know when',
    all(remove('web.cpuTarget'), remove('web.nightMin'), remove('web.requestsPerSecondPerInstance')),
    'web.max: received {"min":3,"max":6}; allowed: web.nightMin, web.requestsPerSecondPerInstance and web.cpuTarget all three',
  ],
  [
    'too many shards',
    set('database.shards', 21),
    'database.shards: received 21; allowed: a whole number from 1 to 20',
  ],
  [
    'another table',
    set('sharedState', { capacity: 'provisioned' }),
    'sharedState.capacity: received "provisioned"; allowed: \'on-demand\'',
  ],
];

describe('tiers beside one another', () => {
  test.each(FAULTS)('%s is refused', (_name, change, message) => {
    expect(messageOf(change, local)).toContain(`deployments/x.ts: ${message}`);
  });
});

const ALONE: readonly Fault[] = [
  [
    'no place for the database',
    remove('server.dataVolume'),
    'server.dataVolume: received nothing; allowed: a volume for the database',
  ],
  ['a cache of its own', set('cache', local.cache), 'cache: received {"nodeType":'],
  ['a CDN', set('cdn', local.cdn), 'cdn: received {"priceClass":"PriceClass_100"}; allowed: only beside web'],
  ['workers', set('workers', local.workers), 'workers: received {"instanceTypes":'],
  [
    'secrets that are rotated',
    set('secretRotation', { enabled: true, every: 'month' }),
    'secretRotation: received {"enabled":true,"every":"month"}; allowed: none beside server',
  ],
  [
    'a way out of subnets that nothing is in',
    set('network.natPerZone', { enabled: true }),
    'network: received {"natPerZone":{"enabled":true}',
  ],
  ['production', set('environment', 'production'), 'server: received {"instanceType":"t4g.medium"'],
];

describe('one server', () => {
  test.each(ALONE)('with %s is refused', (_name, change, message) => {
    expect(messageOf(change, before)).toContain(`deployments/x.ts: ${message}`);
  });

  test('in several regions is refused', () => {
    const other: Deployment = {
      ...before,
      region: 'eu-west-1',
      zones: ['eu-west-1a', 'eu-west-1b'],
      cidr: '10.66.0.0/16',
    };
    expect(
      messageFor([
        ['deployments/x/us-east-1.ts', before],
        ['deployments/x/eu-west-1.ts', other],
      ]),
    ).toContain('deployments/x/eu-west-1.ts: server: received {"instanceType":"t4g.medium"');
  });
});
