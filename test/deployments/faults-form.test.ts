import fc from 'fast-check';
import local from '../../deployments/local';
import { all, messageFor, messageOf, remove, set, type Fault } from './support';

const FAULTS: readonly Fault[] = [
  [
    'a misspelt key',
    set('web.maximum', 9),
    'web.maximum: received 9; allowed: only the keys of deployments/schema.ts; remove the key, or correct its spelling',
  ],
  [
    'a key of its own at the top',
    set('owner', 'platform'),
    'owner: received "platform"; allowed: only the keys of deployments/schema.ts; remove the key, or correct its spelling',
  ],
  [
    'a key in a reasoned choice',
    set('deletionProtection', { enabled: false, reason: 'made to be thrown away', until: '2030' }),
    'deletionProtection.until: received "2030"; allowed: only the keys of deployments/schema.ts; remove the key, or correct its spelling',
  ],
  [
    'a key named __proto__',
    set('__proto__', { environment: 'production' }),
    '__proto__: received {"environment":"production"}; allowed: only the keys of deployments/schema.ts; remove the key, or correct its spelling',
  ],
  [
    'a key named __proto__ further down',
    set('web.__proto__', { min: 3 }),
    'web.__proto__: received {"min":3}; allowed: only the keys of deployments/schema.ts; remove the key, or correct its spelling',
  ],
  [
    'a key named constructor',
    set('constructor', 'web'),
    'constructor: received "web"; allowed: only the keys of deployments/schema.ts; remove the key, or correct its spelling',
  ],
  [
    'a part that is missing',
    remove('web'),
    'web: received nothing; allowed: servers behind a load balancer, where there is no server; copy it from deployments/local.ts',
  ],
  [
    'a list in place of a part',
    set('web', []),
    'web: received []; allowed: an object with the keys instanceTypes, hardware, rootVolume, min, max, nightMin, requestsPerSecondPerInstance, cpuTarget; leave the whole key out for none',
  ],
  [
    'null in place of a part',
    set('database', null),
    'database: received null; allowed: an object with the keys engineVersion, instanceClass, hardware, storage, maxStorage, multiAz, replicas, updates, backupDays, shards; leave the whole key out for none',
  ],
  [
    'a text in place of a part',
    set('quietHours', '2-7'),
    'quietHours: received "2-7"; allowed: an object with the keys from, to; copy it from deployments/local.ts',
  ],
  [
    'a function in place of a value',
    set('monthlyBudget', () => 100),
    'monthlyBudget: received a function; allowed: a whole number from 1 to 10000000; write for instance 500',
  ],
  [
    'a large integer in place of a number',
    set('monthlyBudget', 100n),
    'monthlyBudget: received 100n; allowed: a whole number from 1 to 10000000; write for instance 500',
  ],
  [
    'a date in place of a text',
    set('serviceVersion', new Date(0)),
    `serviceVersion: received "1970-01-01T00:00:00.000Z"; allowed: a version of three numbers; write for instance '0.1.0'`,
  ],
  [
    'an object that refers to itself',
    (draft) => set('contact', draft)(draft),
    `contact: received an object that refers to itself; allowed: an e-mail address of up to 254 characters; write for instance 'oncall@example.com'`,
  ],
  [
    'a symbol',
    set('region', Symbol('us-east-1')),
    `region: received a symbol; allowed: an AWS region, those of China and GovCloud left out; write for instance 'us-east-1'`,
  ],
];

describe('the form of the file', () => {
  test.each(FAULTS)('%s is refused', (_name, change, message) => {
    expect(messageOf(change)).toBe(`deployments/x.ts: ${message}`);
  });
});

describe('a file', () => {
  test('lists every fault at once, those between keys among them', () => {
    const message = messageOf(
      all(set('cidr', '10.0.0.0/30'), set('web.max', 1), set('database.replicas', -1), set('cache.nodse', 2)),
    );
    expect(message.split('\n').map((line) => line.split(': ')[1])).toEqual([
      'cidr',
      'database.replicas',
      'cache.nodse',
      'web.max',
    ]);
  });

  test('shows a key that is no word as it would be quoted', () => {
    expect(messageOf(set('web.a\nb', 1))).toBe(
      'deployments/x.ts: web["a\\nb"]: received 1; allowed: only the keys of deployments/schema.ts; remove the key, or correct its spelling',
    );
  });

  test.each([[undefined], [null], ['production'], [7], [[]], [() => ({})]])(
    'that exports %p is refused',
    (value) => {
      expect(messageFor([['deployments/x.ts', value]])).toMatch(
        /^deployments\/x\.ts: received .+; allowed: an object of the type Deployment, as the default export; copy deployments\/local\.ts and change it$/,
      );
    },
  );
});

/** Every key of a deployment, dotted, objects and lists themselves included. */
function pathsOf(value: object, prefix = ''): string[] {
  return Object.entries(value).flatMap(([key, member]: [string, unknown]) => [
    `${prefix}${key}`,
    ...(typeof member === 'object' && member !== null ? pathsOf(member, `${prefix}${key}.`) : []),
  ]);
}

test('whatever stands at a key is accepted or refused in four parts, and never crashes the check', () => {
  const junk = fc.oneof(
    fc.anything({ withBigInt: true, withDate: true, withMap: true, withNullPrototype: true }),
    fc.constantFrom(NaN, Infinity, -0, '', ' ', '\u0000', '${x}', 'a'.repeat(10_000), [[]], {}, null),
  );
  fc.assert(
    fc.property(fc.constantFrom(...pathsOf(local)), junk, (path, value) => {
      const message = messageOf(set(path, value));
      if (message === 'accepted') return;
      for (const line of message.split('\n')) {
        expect(line).toMatch(/^deployments\/x\.ts: \w+(\.\w+|\[.*\])*: received .+; allowed: .+; .+$/);
        expect(line).not.toMatch(/Invalid input|see deployments\/schema\.ts/);
      }
    }),
    { numRuns: 1500 },
  );
});
