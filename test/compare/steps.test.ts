import production from '../../deployments/production/us-east-1';
import staging from '../../deployments/staging/us-east-1';
import type { Deployment } from '../../deployments/schema';
import { ireland } from '../deployments/support';
import { holderType } from '../../tools/compare';
import { bad, inventoryFor, told } from './support';

/** Legal changes of a deployment by one step, up or down, as somebody would make them in its file. */

const HARDWARE = { reason: 'memory: the rows and indexes that are read often have to stay in it' };
const letGo = { enabled: false as const, reason: 'the cache leaves with the next change' };

/** Staging, as production keeps at least two replicas. */
const base: Deployment = { ...staging, database: { ...staging.database!, replicas: 1 } };
const inDatabase = (change: Partial<Deployment['database']>): Deployment => ({
  ...base,
  database: { ...base.database!, ...change },
});
const without = (key: 'cache' | 'cdn', from: Deployment): Deployment => {
  const { [key]: _left, ...rest } = from;
  return rest;
};

describe('steps that cost no data, either way', () => {
  test.each<[string, Deployment, Deployment]>([
    [
      'another class of the database',
      base,
      inDatabase({ instanceClass: 'db.r7g.large', hardware: HARDWARE }),
    ],
    ['a standby', inDatabase({ multiAz: { enabled: false, reason: 'one is enough for a while' } }), base],
    ['fewer days of backups', inDatabase({ backupDays: 14 }), inDatabase({ backupDays: 1 })],
    ['a smaller disk to begin with', base, inDatabase({ storage: base.database!.storage + 100 })],
    [
      'more web servers',
      base,
      { ...base, web: { ...base.web!, min: base.web!.min + 3, max: base.web!.max + 9 } },
    ],
    ['a node more in the cache', base, { ...base, cache: { ...base.cache!, nodes: 4 } }],
    [
      'a larger node of the cache',
      base,
      {
        ...base,
        cache: { ...base.cache!, nodeType: 'cache.r7g.large', hardware: HARDWARE },
      },
    ],
    [
      'a gateway in each zone',
      base,
      { ...base, network: { ...base.network, natPerZone: { enabled: true } } },
    ],
    ['logs kept longer', base, { ...base, logDays: 731 }],
  ])('%s', (_name, one, other) => {
    expect(bad(inventoryFor(one), inventoryFor(other))).toEqual([]);
    expect(bad(inventoryFor(other), inventoryFor(one))).toEqual([]);
  });

  test('another class says what it takes', () => {
    const larger = inDatabase({ instanceClass: 'db.r7g.large', hardware: HARDWARE });
    const lines = told(inventoryFor(larger), inventoryFor(base));
    expect(lines).toHaveLength(2);
    expect(lines[0]).toContain(
      `step staging-us-east-1-data:aws_db_instance.shard_00_a: instance_class changes from db.r7g.large to ${base.database!.instanceClass}: `,
    );
  });
});

describe('steps that let something go', () => {
  const ways: readonly [string, Deployment, Deployment, RegExp][] = [
    ['a replica fewer', base, inDatabase({ replicas: 0 }), /^staging-us-east-1-data:aws_\w+\.shard_00_b/],
    ['no cache', base, without('cache', base), /^staging-us-east-1-data:aws_\w+\.cache_/],
    ['no CDN', base, without('cdn', base), /^staging-edge:/],
  ];

  test.each(ways)('%s: nothing is lost on the way up', (_name, more, less) => {
    expect(bad(inventoryFor(less), inventoryFor(more))).toEqual([]);
  });

  test.each(ways)('%s: told on the way down as long as nobody let it go', (_name, more, less, leaves) => {
    const lines = bad(inventoryFor(more), inventoryFor(less));
    expect(lines.length).toBeGreaterThan(0);
    for (const line of lines) expect(line.split(' ')[1]!.replace(/:$/, '')).toMatch(leaves);
  });

  test.each(ways)('%s: announced, it goes, and each thing is named', (_name, more, less, leaves) => {
    const open = inventoryFor({ ...more, deletionProtection: letGo });
    const lines = told(open, inventoryFor({ ...less, deletionProtection: letGo }));
    expect(lines.length).toBeGreaterThan(0);
    for (const line of lines) {
      expect(line).toMatch(
        /^step \S+: leaves(:| with| as announced \(the cache leaves with the next change\))/,
      );
      expect(line.split(' ')[1]!.replace(/:$/, '')).toMatch(leaves);
    }
    // Turning the protection off and on is itself no loss.
    expect(bad(inventoryFor(more), open)).toEqual([]);
    expect(bad(open, inventoryFor(more))).toEqual([]);
  });

  test('a region that leaves takes everything in it along, and is told whole', () => {
    const [two, one] = [inventoryFor(production, ireland), inventoryFor(production)];
    expect(bad(one, two)).toEqual([]);
    const lines = bad(two, one);
    const inIreland = Object.entries(two.stacks)
      .filter(([stack]) => stack.startsWith('production-eu-west-1-'))
      .flatMap(([, { holders }]) => holders)
      .filter(({ type }) => holderType(type)?.mayLeave === undefined);
    expect(inIreland.length).toBeGreaterThan(15);
    expect(lines.filter((line) => line.includes(' production-eu-west-1-'))).toHaveLength(inIreland.length);
    // In the home region goes what stood there for the other one: its copy of the pictures, the way on which each told the other of changes.
    for (const line of lines)
      expect(line).toMatch(/eu[-_]west[-_]1|:aws_(sns_topic|sqs_queue)\.invalidations_/);
  });
});
