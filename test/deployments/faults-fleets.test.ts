import production from '../../deployments/production/us-east-1';
import { all, messageOf, set, type Fault } from './support';

const FAULTS: readonly Fault[] = [
  [
    'a version with a v',
    set('serviceVersion', 'v1.0'),
    `serviceVersion: received "v1.0"; allowed: a version of three numbers; write for instance '0.1.0'`,
  ],
  [
    'a version with a label',
    set('serviceVersion', '1.0.0-rc.1'),
    `serviceVersion: received "1.0.0-rc.1"; allowed: a version of three numbers; write for instance '0.1.0'`,
  ],
  [
    'no instance type',
    set('web.instanceTypes', []),
    `web.instanceTypes: received []; allowed: a list of 1 to 10 instance types; write for instance ['c7g.large']`,
  ],
  [
    'one instance type outside a list',
    set('web.instanceTypes', 't4g.small'),
    `web.instanceTypes: received "t4g.small"; allowed: a list of 1 to 10 instance types; write for instance ['c7g.large']`,
  ],
  [
    'an instance type with a typo',
    set('web.instanceTypes', ['c7g-large']),
    `web.instanceTypes[0]: received "c7g-large"; allowed: an EC2 instance type of the families t3, t4g, or c, m, r from generation 5 on; write for instance 'c7g.large'`,
  ],
  [
    'a size that the family has not',
    set('web.instanceTypes', ['c7g.small']),
    `web.instanceTypes[0]: received "c7g.small"; allowed: an EC2 instance type of the families t3, t4g, or c, m, r from generation 5 on; write for instance 'c7g.large'`,
  ],
  [
    'a type from before the Nitro System',
    set('web.instanceTypes', ['t2.micro']),
    `web.instanceTypes[0]: received "t2.micro"; allowed: an EC2 instance type of the families t3, t4g, or c, m, r from generation 5 on; write for instance 'c7g.large'`,
  ],
  [
    'a type for other work',
    set('workers.instanceTypes', ['p5.48xlarge']),
    `workers.instanceTypes[0]: received "p5.48xlarge"; allowed: an EC2 instance type of the families t3, t4g, or c, m, r from generation 5 on; write for instance 'c7g.large'`,
  ],
  [
    'an instance class of a database',
    set('web.instanceTypes', ['db.m7g.large']),
    `web.instanceTypes[0]: received "db.m7g.large"; allowed: an EC2 instance type of the families t3, t4g, or c, m, r from generation 5 on; write for instance 'c7g.large'`,
  ],
  [
    'a type twice in the web fleet',
    set('web.instanceTypes', ['t4g.small', 't4g.small']),
    'web.instanceTypes: received ["t4g.small","t4g.small"]; allowed: each type once; remove the type that is listed twice',
  ],
  [
    'a type twice among the workers',
    set('workers.instanceTypes', ['t4g.small', 't4g.small']),
    'workers.instanceTypes: received ["t4g.small","t4g.small"]; allowed: each type once; remove the type that is listed twice',
  ],
  [
    'a type twice among the transcoders',
    set('transcoders.instanceTypes', ['t4g.small', 't4g.small']),
    'transcoders.instanceTypes: received ["t4g.small","t4g.small"]; allowed: each type once; remove the type that is listed twice',
  ],
  [
    'fewer transcoders at the most than at the least',
    set('transcoders.min', 3),
    'transcoders.max: received 2; allowed: transcoders.min (3) or more; write 3 or more, or lower transcoders.min',
  ],
  [
    'transcoders of another architecture',
    set('transcoders.instanceTypes', ['c7i.large']),
    `transcoders.instanceTypes: received ["c7i.large"]; allowed: types of the web fleet's processor architecture (arm64); choose types of the same architecture, as the fleets share one image`,
  ],
  [
    'two architectures in one fleet',
    all(
      set('web.instanceTypes', ['c7g.large', 'c7i.large']),
      set('workers.instanceTypes', ['t4g.small', 't3.small']),
    ),
    'web.instanceTypes: received ["c7g.large","c7i.large"]; allowed: types of one processor architecture, as they share one image; keep the Graviton types (c7g, m7g...) or the others, not both',
  ],
  [
    'two architectures in two fleets',
    set('workers.instanceTypes', ['c7i.large']),
    `workers.instanceTypes: received ["c7i.large"]; allowed: types of the web fleet's processor architecture (arm64); choose types of the same architecture, as the fleets share one image`,
  ],
  [
    'more types than a group takes here',
    set(
      'workers.instanceTypes',
      [5, 6, 7, 8, 9].flatMap((n) => [`c${n}g.large`, `m${n}g.large`, `r${n}g.large`]),
    ),
    `workers.instanceTypes: received ["c5g.large","m5g.large","r5g.large","c6g.large","m6g.large","r6g.large","c7g...; allowed: a list of 1 to 10 instance types; write for instance ['c7g.large']`,
  ],
  [
    'a fleet of text',
    set('web.min', '3'),
    'web.min: received "3"; allowed: a whole number from 1 to 5000; write for instance 3',
  ],
  [
    'a fleet of nothing at all',
    set('web.min', null),
    'web.min: received null; allowed: a whole number from 1 to 5000; write for instance 3',
  ],
  [
    'a fleet of no number',
    set('web.max', NaN),
    'web.max: received NaN; allowed: a whole number from 1 to 5000; write for instance 12',
  ],
  [
    'half an instance',
    set('web.max', 6.5),
    'web.max: received 6.5; allowed: a whole number from 1 to 5000; write for instance 12',
  ],
  [
    'a fleet below zero',
    set('web.max', -1),
    'web.max: received -1; allowed: a whole number from 1 to 5000; write for instance 12',
  ],
  [
    'a fleet smaller than its minimum',
    set('web.max', 2),
    'web.max: received 2; allowed: web.min (3) or more; write 3 or more, or lower web.min',
  ],
  [
    'a night larger than the day',
    set('web.nightMin', 5),
    'web.nightMin: received 5; allowed: web.min (3) or less; write 3 or less: the quiet hours need no more than the day',
  ],
  [
    'a night without servers',
    set('web.nightMin', 0),
    'web.nightMin: received 0; allowed: a whole number from 1 to 5000; write for instance 2',
  ],
  [
    'a CPU target that leaves no room',
    set('web.cpuTarget', 99),
    'web.cpuTarget: received 99; allowed: a whole number from 10 to 90; write for instance 50',
  ],
  [
    'a CPU target as a share',
    set('web.cpuTarget', 0.5),
    'web.cpuTarget: received 0.5; allowed: a whole number from 10 to 90; write for instance 50',
  ],
  [
    'instances that take no request',
    set('web.requestsPerSecondPerInstance', 0),
    'web.requestsPerSecondPerInstance: received 0; allowed: a whole number from 1 to 100000; write for instance 200',
  ],
  [
    'no worker at all',
    set('workers.min', 0),
    'workers.min: received 0; allowed: a whole number from 1 to 1000; write for instance 1',
  ],
  [
    'fewer workers than the minimum',
    all(set('workers.min', 3), set('workers.max', 2)),
    'workers.max: received 2; allowed: workers.min (3) or more; write 3 or more, or lower workers.min',
  ],
  [
    'a backlog of nothing',
    set('workers.backlogPerInstance', 0),
    'workers.backlogPerInstance: received 0; allowed: a whole number from 1 to 1000000; write for instance 100',
  ],
];

const FAULTS_IN_PRODUCTION: readonly Fault[] = [
  [
    'fewer instances than zones',
    all(set('web.min', 2), set('web.nightMin', 2)),
    'web.min: received 2; allowed: 3 or more in production, one in each zone; write 3 or more',
  ],
  [
    'a single instance at night',
    set('web.nightMin', 1),
    'web.nightMin: received 1; allowed: 2 or more in production, so that one may be lost at night too; write 2 or more',
  ],
];

describe('the fleets', () => {
  test.each(FAULTS)('%s is refused', (_name, change, message) => {
    expect(messageOf(change)).toBe(`deployments/x.ts: ${message}`);
  });

  test.each(FAULTS_IN_PRODUCTION)('%s is refused in production', (_name, change, message) => {
    expect(messageOf(change, production)).toBe(`deployments/x.ts: ${message}`);
  });
});
