import local from '../../deployments/local';
import production from '../../deployments/production/us-east-1';
import type { Deployment } from '../../deployments/schema';
import { validate } from '../../deployments/validate';
import { ConfigurationError } from '../../lib/errors';

type Change = (draft: object) => void;

function messageOf(change: Change, base: Deployment = local): string {
  const draft: object = structuredClone(base);
  change(draft);
  try {
    validate([{ file: 'deployments/x.ts', value: draft }]);
  } catch (error) {
    if (error instanceof ConfigurationError) return error.message;
    throw error;
  }
  return 'accepted';
}

function set(path: string, value: unknown): Change {
  return (draft) => {
    const keys = path.split('.');
    const last = keys.pop()!;
    const owner = keys.reduce<object>((at, key) => Reflect.get(at, key) as object, draft);
    Reflect.set(owner, last, value);
  };
}

function remove(key: string): Change {
  return (draft) => void Reflect.deleteProperty(draft, key);
}

const FAULTS: [name: string, change: Change, message: string][] = [
  [
    'a project with a hyphen',
    set('project', 'my-project'),
    `deployments/x.ts: project: received "my-project"; allowed: 2 to 12 characters a-z and 0-9, a letter first; write 'tiers'`,
  ],
  [
    'a project too long for bucket names',
    set('project', 'abcdefghijklm'),
    'project: received "abcdefghijklm"; allowed: 2 to 12',
  ],
  [
    'an environment in upper case',
    set('environment', 'Local'),
    'environment: received "Local"; allowed: 2 to 12 characters a-z',
  ],
  [
    'an account written as a number',
    set('account', 111122223333),
    'account: received 111122223333; allowed: a string of 12 digits',
  ],
  [
    'an account of eleven digits',
    set('account', '11112222333'),
    'account: received "11112222333"; allowed: a string of 12 digits',
  ],
  [
    'a domain without a dot',
    set('domain', 'localhost'),
    'domain: received "localhost"; allowed: a domain name in lower case',
  ],
  [
    'a hosted zone given by name',
    set('hostedZoneId', 'example.com'),
    'hostedZoneId: received "example.com"; allowed: the id of a Route 53 hosted zone; write \'Z0123456789ABC\'',
  ],
  [
    'an unknown state backend',
    set('state', { backend: 'gcs' }),
    "state.backend: received \"gcs\"; allowed: { backend: 'local' } or { backend: 's3', bucket, region }",
  ],
  [
    'an S3 state without its bucket',
    set('state', { backend: 's3', region: 'us-east-1' }),
    'state.bucket: received nothing; allowed: the name of a bucket',
  ],
  [
    'a budget of nothing',
    set('monthlyBudget', 0),
    'monthlyBudget: received 0; allowed: a whole number from 1 to 10000000',
  ],
  [
    'a contact that is no address',
    set('contact', 'oncall'),
    'contact: received "oncall"; allowed: an e-mail address',
  ],
  [
    'protection off without a reason',
    set('deletionProtection', { enabled: false }),
    'deletionProtection.reason: received nothing; allowed: a text of 10 to 300 characters',
  ],
  [
    'protection as a bare boolean',
    set('deletionProtection', false),
    'deletionProtection: received false; allowed: { enabled: true }, or { enabled: false, reason }',
  ],
  [
    'a reason that says nothing',
    set('network.natPerZone', { enabled: false, reason: 'because' }),
    'network.natPerZone.reason: received "because"; allowed: a text of 10 to 300',
  ],
  ['a region that is none', set('region', 'virginia'), 'region: received "virginia"; allowed: an AWS region'],
  [
    'zones of another region',
    set('zones', ['us-east-1a', 'us-west-2b']),
    'zones: received ["us-west-2b"]; allowed: zones of us-east-1; write for instance "us-east-1a"',
  ],
  [
    'a zone twice',
    set('zones', ['us-east-1a', 'us-east-1a']),
    'zones: received ["us-east-1a","us-east-1a"]; allowed: each zone once',
  ],
  ['a single zone', set('zones', ['us-east-1a']), 'zones: received ["us-east-1a"]; allowed: 2 to 4 zones'],
  [
    'a CIDR too small for its subnets',
    set('cidr', '10.0.0.0/26'),
    'cidr: received "10.0.0.0/26"; allowed: a private IPv4 block (RFC 1918) of /16 to /22',
  ],
  [
    'a CIDR with host bits',
    set('cidr', '10.0.0.1/16'),
    'cidr: received "10.0.0.1/16"; allowed: a private IPv4 block',
  ],
  ['a public CIDR', set('cidr', '8.8.0.0/16'), 'cidr: received "8.8.0.0/16"; allowed: a private IPv4 block'],
  [
    'a continent by name',
    set('continent', 'Europe'),
    'continent: received "Europe"; allowed: AF, AN, AS, EU, NA, OC or SA; write \'NA\'',
  ],
  [
    'a time zone by abbreviation',
    set('timeZone', 'EST5EDT'),
    'timeZone: received "EST5EDT"; allowed: a time zone of the IANA database',
  ],
  [
    'no time zone for the schedule',
    remove('timeZone'),
    'timeZone: received nothing; allowed: a time zone of the IANA database',
  ],
  [
    'a version with a v',
    set('serviceVersion', 'v1.0'),
    'serviceVersion: received "v1.0"; allowed: a version of three numbers',
  ],
  [
    'no instance type',
    set('web.instanceTypes', []),
    'web.instanceTypes: received []; allowed: at least one instance type',
  ],
  [
    'an instance type with a typo',
    set('web.instanceTypes', ['c7g-large']),
    'web.instanceTypes[0]: received "c7g-large"; allowed: an EC2 instance type',
  ],
  [
    'two architectures in one fleet',
    set('web.instanceTypes', ['c7g.large', 'c7i.large']),
    'web.instanceTypes: received ["c7g.large","c7i.large"]; allowed: types of one processor architecture',
  ],
  [
    'two architectures in two fleets',
    set('workers.instanceTypes', ['c7i.large']),
    'workers.instanceTypes: received ["c7i.large"]; allowed: types of the web fleet',
  ],
  ['a fleet of text', set('web.min', '3'), 'web.min: received "3"; allowed: a whole number from 1 to 5000'],
  ['half an instance', set('web.max', 6.5), 'web.max: received 6.5; allowed: a whole number'],
  [
    'a fleet smaller than its minimum',
    set('web.max', 2),
    'web.max: received 2; allowed: web.min (3) or more',
  ],
  [
    'a night larger than the day',
    set('web.nightMin', 5),
    'web.nightMin: received 5; allowed: web.min (3) or less',
  ],
  [
    'a CPU target that leaves no room',
    set('web.cpuTarget', 99),
    'web.cpuTarget: received 99; allowed: a whole number from 10 to 90',
  ],
  [
    'no worker at all',
    set('workers.min', 0),
    'workers.min: received 0; allowed: a whole number from 1 to 1000',
  ],
  [
    'fewer workers than the minimum',
    set('workers.max', 0),
    'workers.max: received 0; allowed: a whole number from 1',
  ],
  [
    'a night without hours',
    set('quietHours.to', 2),
    'quietHours.to: received 2; allowed: two hours or more after quietHours.from (2)',
  ],
  [
    'an hour of the day that is none',
    set('quietHours.from', 24),
    'quietHours.from: received 24; allowed: a whole number from 0 to 23',
  ],
  [
    'an old database engine',
    set('database.engineVersion', '9.6'),
    'database.engineVersion: received "9.6"; allowed: a PostgreSQL version from 15 to 18',
  ],
  [
    'an instance type for a database',
    set('database.instanceClass', 'r7g.large'),
    'database.instanceClass: received "r7g.large"; allowed: an RDS instance class',
  ],
  [
    'storage that cannot grow',
    set('database.maxStorage', 20),
    'database.maxStorage: received 20; allowed: at least 26% above database.storage (20); write 26 or more',
  ],
  [
    'no backups',
    set('database.backupDays', 0),
    'database.backupDays: received 0; allowed: a whole number from 1 to 35',
  ],
  [
    'a cache of one node',
    set('cache.nodes', 1),
    'cache.nodes: received 1; allowed: a whole number from 2 to 6',
  ],
  [
    'an unknown price class',
    set('cdn.priceClass', 'cheap'),
    'cdn.priceClass: received "cheap"; allowed: PriceClass_100, PriceClass_200 or PriceClass_All',
  ],
  [
    'a retention that does not exist',
    set('logDays', 10),
    'logDays: received 10; allowed: a retention that CloudWatch Logs offers',
  ],
  [
    'a misspelt key',
    set('web.maximum', 9),
    'web.maximum: received 9; allowed: only the keys of deployments/schema.ts; remove the key, or correct its spelling',
  ],
];

describe('a faulty deployment is refused with where, what was received, what is allowed and what to write', () => {
  test.each(FAULTS)('%s', (_name, change, message) => {
    expect(messageOf(change)).toContain(message);
  });

  test.each<[string, Change, string]>([
    [
      'one replica',
      set('database.replicas', 1),
      'database.replicas: received 1; allowed: 2 or more in production',
    ],
    [
      'no standby',
      set('database.multiAz', { enabled: false, reason: 'to save money' }),
      'database.multiAz: received',
    ],
    [
      'fewer instances than zones',
      (d) => (set('web.min', 2)(d), set('web.nightMin', 2)(d)),
      'web.min: received 2; allowed: 3 or more in production',
    ],
  ])('production refuses %s', (_name, change, message) => {
    expect(messageOf(change, production)).toContain(message);
  });

  test('every fault is listed at once, those between keys among them', () => {
    const message = messageOf((draft) => {
      set('cidr', '10.0.0.0/30')(draft);
      set('web.max', 1)(draft);
      set('database.replicas', -1)(draft);
      set('cache.nodse', 2)(draft);
    });
    expect(message.split('\n').map((line) => line.split(': ')[1])).toEqual(
      expect.arrayContaining(['cidr', 'web.max', 'database.replicas', 'cache.nodse']),
    );
    expect(message.split('\n')).toHaveLength(4);
  });

  test('a value that is no object at all is refused, not crashed on', () => {
    for (const value of [undefined, null, 'production', 7, []]) {
      expect(() => validate([{ file: 'deployments/x.ts', value }])).toThrow(ConfigurationError);
    }
  });
});
