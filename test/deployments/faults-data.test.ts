import production from '../../deployments/production/us-east-1';
import { all, messageOf, remove, set, type Fault } from './support';

const FAULTS: readonly Fault[] = [
  [
    'an old database engine',
    set('database.engineVersion', '9.6'),
    `database.engineVersion: received "9.6"; allowed: a PostgreSQL version from 15 to 18; write for instance '17.6'`,
  ],
  [
    'an engine version as a number',
    set('database.engineVersion', 17.6),
    `database.engineVersion: received 17.6; allowed: a PostgreSQL version from 15 to 18; write for instance '17.6'`,
  ],
  [
    'an engine version of three numbers',
    set('database.engineVersion', '17.6.1'),
    `database.engineVersion: received "17.6.1"; allowed: a PostgreSQL version from 15 to 18; write for instance '17.6'`,
  ],
  [
    'an instance type for a database',
    set('database.instanceClass', 'r7g.large'),
    `database.instanceClass: received "r7g.large"; allowed: an RDS instance class of the families t3, t4g, or m, r from generation 5 on; write for instance 'db.m7g.large'`,
  ],
  [
    'an instance class that RDS takes no more',
    set('database.instanceClass', 'db.t2.micro'),
    `database.instanceClass: received "db.t2.micro"; allowed: an RDS instance class of the families t3, t4g, or m, r from generation 5 on; write for instance 'db.m7g.large'`,
  ],
  [
    'an instance class whose memory nobody here knows',
    set('database.instanceClass', 'db.x2g.large'),
    `database.instanceClass: received "db.x2g.large"; allowed: an RDS instance class of the families t3, t4g, or m, r from generation 5 on; write for instance 'db.m7g.large'`,
  ],
  [
    'a size that the class has not',
    set('database.instanceClass', 'db.r7g.micro'),
    `database.instanceClass: received "db.r7g.micro"; allowed: an RDS instance class of the families t3, t4g, or m, r from generation 5 on; write for instance 'db.m7g.large'`,
  ],
  [
    'storage below the least',
    set('database.storage', 10),
    'database.storage: received 10; allowed: a whole number from 20 to 65536; write for instance 100',
  ],
  [
    'storage beyond what a volume holds',
    set('database.maxStorage', 100_000),
    'database.maxStorage: received 100000; allowed: a whole number from 20 to 65536; write for instance 1000',
  ],
  [
    'storage that cannot grow',
    set('database.maxStorage', 20),
    'database.maxStorage: received 20; allowed: at least 26% above database.storage (20); write 26 or more',
  ],
  [
    'storage that shrinks',
    all(set('database.storage', 500), set('database.maxStorage', 100)),
    'database.maxStorage: received 100; allowed: at least 26% above database.storage (500); write 630 or more',
  ],
  [
    'storage with its unit',
    set('database.storage', '20 GiB'),
    'database.storage: received "20 GiB"; allowed: a whole number from 20 to 65536; write for instance 100',
  ],
  [
    'replicas without backups',
    all(set('database.replicas', 2), set('database.backupDays', 0)),
    'database.backupDays: received 0; allowed: a whole number from 1 to 35: replicas and recovery to a point in time need backups; write for instance 14',
  ],
  [
    'backups for longer than RDS keeps them',
    set('database.backupDays', 36),
    'database.backupDays: received 36; allowed: a whole number from 1 to 35: replicas and recovery to a point in time need backups; write for instance 14',
  ],
  [
    'more replicas than a source has',
    set('database.replicas', 16),
    'database.replicas: received 16; allowed: a whole number from 0 to 15; write for instance 2',
  ],
  [
    'replicas below zero',
    set('database.replicas', -1),
    'database.replicas: received -1; allowed: a whole number from 0 to 15; write for instance 2',
  ],
  [
    'a standby switched off without a reason',
    set('database.multiAz', { enabled: false }),
    "database.multiAz.reason: received nothing; allowed: a text of 10 to 300 characters without ${ and %{; write for instance 'throw-away environment'",
  ],
  [
    'a switch to a copy that leaves replicas behind',
    set('database.updates', 'blue-green'),
    `database.updates: received "blue-green"; allowed: 'in-place' with replicas: a switch to the copy would leave 2 of them behind; leave it out, or write 0 for database.replicas`,
  ],
  [
    'updates in a third way',
    set('database.updates', 'rolling'),
    `database.updates: received "rolling"; allowed: 'in-place' or 'blue-green'; leave it out for 'in-place'`,
  ],
  [
    'copies of backups in the same region',
    set('backupCopies', { region: 'us-east-1' }),
    `backupCopies: received {"region":"us-east-1"}; allowed: another region than us-east-1, or { enabled: false, reason }; write for instance { region: 'us-west-2' }`,
  ],
  [
    'copies of backups nowhere',
    remove('backupCopies'),
    `backupCopies: received nothing; allowed: { region } or { enabled: false, reason }; write for instance { region: 'us-west-2' }`,
  ],
  [
    'copies of backups in a region that is none',
    set('backupCopies', { region: 'elsewhere' }),
    `backupCopies.region: received "elsewhere"; allowed: an AWS region, those of China and GovCloud left out; write for instance 'us-east-1'`,
  ],
  [
    'no copies of backups and no reason',
    set('backupCopies', { enabled: false }),
    `backupCopies: received {"enabled":false}; allowed: { region } or { enabled: false, reason }; write for instance { region: 'us-west-2' }`,
  ],
  [
    'a standby as a word',
    set('database.multiAz', 'yes'),
    `database.multiAz: received "yes"; allowed: { enabled: true }, or { enabled: false, reason }; write { enabled: false, reason: 'why' }`,
  ],
  [
    'rotation as a word',
    set('secretRotation', 'monthly'),
    `secretRotation: received "monthly"; allowed: { enabled: true, every }, or { enabled: false, reason }; write { enabled: true, every: 'month' }`,
  ],
  [
    'rotation left out',
    remove('secretRotation'),
    `secretRotation: received nothing; allowed: { enabled: true, every }, or { enabled: false, reason }; write { enabled: true, every: 'month' }`,
  ],
  [
    'rotation without an interval',
    set('secretRotation', { enabled: true }),
    "secretRotation.every: received nothing; allowed: week, month or quarter; write for instance 'month'",
  ],
  [
    'rotation once a year',
    set('secretRotation', { enabled: true, every: 'year' }),
    `secretRotation.every: received "year"; allowed: week, month or quarter; write for instance 'month'`,
  ],
  [
    'rotation switched off without a reason',
    set('secretRotation', { enabled: false }),
    "secretRotation.reason: received nothing; allowed: a text of 10 to 300 characters without ${ and %{; write for instance 'throw-away environment'",
  ],
  [
    'the address of Sentry in place of its secret',
    set('errorTracking', { sentry: { dsnSecretArn: 'https://key@o1.ingest.example.com/2' } }),
    `errorTracking.sentry.dsnSecretArn: received "https://key@o1.ingest.example.com/2"; allowed: the whole ARN of a secret, with the six characters at its end; write for instance 'arn:aws:secretsmanager:us-east-1:111122223333:secret:sentry-AbCdEf'`,
  ],
  [
    'a secret of Sentry in another region',
    set('errorTracking', {
      sentry: { dsnSecretArn: 'arn:aws:secretsmanager:eu-west-1:000000000000:secret:sentry-AbCdEf' },
    }),
    'errorTracking.sentry.dsnSecretArn: received "arn:aws:secretsmanager:eu-west-1:000000000000:secret:sentry-AbCdEf"; allowed: a secret of us-east-1 in the account 000000000000, under the default key of Secrets Manager; make the secret there, one in each region',
  ],
  [
    'a cache of one node',
    set('cache.nodes', 1),
    'cache.nodes: received 1; allowed: a whole number from 2 to 6; write for instance 3',
  ],
  [
    'a cache of seven nodes',
    set('cache.nodes', 7),
    'cache.nodes: received 7; allowed: a whole number from 2 to 6; write for instance 3',
  ],
  [
    'a cache on an instance type',
    set('cache.nodeType', 'r7g.large'),
    `cache.nodeType: received "r7g.large"; allowed: an ElastiCache node type of the families t3, t4g, m5, m6g, m7g, r5, r6g, r7g or c7gn; write for instance 'cache.m7g.large'`,
  ],
  [
    'a cache on nodes that ElastiCache makes no more',
    set('cache.nodeType', 'cache.t2.micro'),
    `cache.nodeType: received "cache.t2.micro"; allowed: an ElastiCache node type of the families t3, t4g, m5, m6g, m7g, r5, r6g, r7g or c7gn; write for instance 'cache.m7g.large'`,
  ],
  [
    'a cache on nodes with data tiering',
    set('cache.nodeType', 'cache.r6gd.xlarge'),
    `cache.nodeType: received "cache.r6gd.xlarge"; allowed: an ElastiCache node type of the families t3, t4g, m5, m6g, m7g, r5, r6g, r7g or c7gn; write for instance 'cache.m7g.large'`,
  ],
  [
    'a cache of null for none',
    set('cache', null),
    'cache: received null; allowed: an object with the keys nodeType, hardware, nodes; leave the whole key out for none',
  ],
  [
    'a cache of false for none',
    set('cache', false),
    'cache: received false; allowed: an object with the keys nodeType, hardware, nodes; leave the whole key out for none',
  ],
  [
    'an unknown price class',
    set('cdn.priceClass', 'cheap'),
    `cdn.priceClass: received "cheap"; allowed: PriceClass_100, PriceClass_200 or PriceClass_All; write 'PriceClass_All'`,
  ],
  [
    'a CDN without its price class',
    set('cdn', {}),
    `cdn.priceClass: received nothing; allowed: PriceClass_100, PriceClass_200 or PriceClass_All; write 'PriceClass_All'`,
  ],
  [
    'a CDN as a list',
    set('cdn', [{ priceClass: 'PriceClass_100' }]),
    'cdn: received [{"priceClass":"PriceClass_100"}]; allowed: an object with the keys priceClass; leave the whole key out for none',
  ],
];

const FAULTS_IN_PRODUCTION: readonly Fault[] = [
  [
    'one replica',
    set('database.replicas', 1),
    'database.replicas: received 1; allowed: 2 or more in production, so that one may be lost; write 2 or more',
  ],
  [
    'no standby',
    set('database.multiAz', { enabled: false, reason: 'to save money' }),
    'database.multiAz: received {"enabled":false,"reason":"to save money"}; allowed: { enabled: true } in production; write { enabled: true }',
  ],
];

describe('the data tiers and the CDN', () => {
  test.each(FAULTS)('%s is refused', (_name, change, message) => {
    expect(messageOf(change)).toBe(`deployments/x.ts: ${message}`);
  });

  test.each(FAULTS_IN_PRODUCTION)('%s is refused in production', (_name, change, message) => {
    expect(messageOf(change, production)).toBe(`deployments/x.ts: ${message}`);
  });
});
