import { ageAlarms } from '../../modules/alarms/ages';
import { baselineBandwidth } from '../../modules/alarms/bandwidth';
import { certificateAlarm } from '../../modules/alarms/certificate';
import { creditAlarm, creditsOf } from '../../modules/alarms/credits';
import { natAlarms } from '../../modules/alarms/nat';
import { networkAlarms } from '../../modules/alarms/network';
import { quotaAlarms } from '../../modules/alarms/quotas';
import { fillSkewAlarms, skewAlarms } from '../../modules/alarms/shards';
import { storageAlarms } from '../../modules/alarms/storage';
import type { AlarmPlan } from '../../modules/alarms/types';
import { webAclAlarm } from '../../modules/alarms/web-acl';
import { queueAlarms, tableAlarms } from '../../modules/alarms/work';
import { evaluateSeries, type Series } from '../support/metric-math-series';

const GIB = 2 ** 30;

function one(plans: readonly AlarmPlan[], id: string): AlarmPlan {
  const plan = plans.find((candidate) => candidate.id === id);
  if (!plan) throw new Error(`no alarm ${id} among ${plans.map((p) => p.id).join(', ')}`);
  return plan;
}

/** What an alarm sees, from what was measured. */
function seen(plan: AlarmPlan, metrics: Record<string, Series>, quota?: number): Series {
  const { measure, period } = plan;
  if (!('expression' in measure)) throw new Error(`${plan.id} is no metric math`);
  expect(Object.keys(metrics).sort()).toEqual(Object.keys(measure.of).sort());
  return evaluateSeries(measure.expression, { metrics, steps: measure.steps, period, quota });
}

/** Whether it goes off on these values: so many of the last ones are bad. */
function goesOff({ of, bad, when, threshold, missing }: AlarmPlan, values: Series): boolean {
  const last = values.slice(-of);
  const isBad = (value: number | undefined): boolean =>
    value === undefined ? missing === 'breaching' : when === 'above' ? value > threshold : value < threshold;
  return last.filter(isBad).length >= bad;
}

describe('storage that fills', () => {
  const [fills] = storageAlarms({
    identifier: 'tiers-test-shard-00-a',
    label: 'shard-00-a',
    maxStorage: 1_000,
    inspection: 'tiers/test/inspection',
  });
  const days = (allocated: Series, used: readonly number[]): Series =>
    seen(fills!, {
      allocated,
      // Free is of what was allocated on the day, looked at or not.
      free: used.map((gib, day) => ((allocated[day] ?? allocated[day - 1]!) - gib) * GIB),
    });

  test('says in how many days, at the growth of each day', () => {
    const values = days([500, 500, 500, 500, 500], [100, 110, 120, 130, 140]);
    expect(values.slice(1).map((value) => Math.round(value!))).toEqual([89, 88, 87, 86]);
    expect(goesOff(fills!, values)).toBe(false);
    expect(goesOff(fills!, days([500, 500, 500, 500, 500], [100, 120, 140, 160, 180]))).toBe(true);
  });

  test('is not fooled by storage that RDS adds, which leaves as much used as before', () => {
    const grown = days([500, 500, 550, 605, 605], [400, 401, 402, 403, 404]);
    expect(grown.slice(1).every((value) => value! > 500)).toBe(true);
  });

  test('nothing that grows has no end, and one day without a look changes nothing', () => {
    expect(days([500, 500, 500], [100, 90, 90]).slice(1)).toEqual([3_650, 3_650]);
    expect(
      days([500, undefined, 500], [100, 110, 120])
        .slice(1)
        .map((value) => Math.round(value!)),
    ).toEqual([89, 88]);
  });
});

describe('a shard that is full', () => {
  const [, ticket, page] = storageAlarms({
    identifier: 'tiers-test-shard-00-a',
    label: 'shard-00-a',
    maxStorage: 1_000,
    inspection: 'tiers/test/inspection',
  });

  test.each([
    // Storage that RDS has added already, and may still add, is no fill.
    [100, 65, 6.5, false, false],
    [1_000, 690, 69, false, false],
    [800, 710, 71, true, false],
    [1_000, 860, 86, true, true],
  ])('%i GiB of 1,000 allocated and %i used are %d%%', (allocated, used, percent, tickets, pages) => {
    const measured = { allocated: [allocated], free: [(allocated - used) * GIB] };
    expect(seen(ticket!, measured)).toEqual([percent]);
    expect(goesOff(ticket!, seen(ticket!, measured))).toBe(tickets);
    expect(goesOff(page!, seen(page!, measured))).toBe(pages);
    expect([ticket!.grade, page!.grade]).toEqual(['ticket', 'page']);
  });
});

describe('shards', () => {
  const shards = (count: number): string[] => Array.from({ length: count }, (_, n) => `shard-${n}`);

  test('one alone has no skew; more than an alarm takes are compared in groups of about the same size', () => {
    expect(skewAlarms(shards(1))).toEqual([]);
    for (const count of [2, 10, 11, 16, 31, 64]) {
      const plans = skewAlarms(shards(count));
      const sizes = plans.map(({ measure }) => ('of' in measure ? Object.keys(measure.of).length : 0));
      expect(sizes.reduce((sum, size) => sum + size, 0)).toBe(count);
      expect(Math.max(...sizes)).toBeLessThanOrEqual(10);
      expect(Math.min(...sizes)).toBeGreaterThanOrEqual(2);
    }
  });

  test('one that is busy while the others are not goes off; all busy, or none, does not', () => {
    const [skew] = skewAlarms(shards(4));
    const of = (...cpu: number[]): Series =>
      seen(skew!, Object.fromEntries(cpu.map((value, n) => [`shard${n}`, [value]])));
    expect(of(90, 20, 20, 20)[0]).toBeCloseTo(2.4);
    expect(of(90, 85, 80, 88)[0]).toBeLessThan(1.1);
    expect(of(30, 1, 1, 1)).toEqual([0]);
    expect(skew!.threshold).toBe(2);
  });
});

describe('what shards hold', () => {
  const shards = (count: number) =>
    Array.from({ length: count }, (_, n) => ({ identifier: `shard-${n}`, maxStorage: 1_000 }));
  const [skew] = fillSkewAlarms(shards(3), 'tiers/test/inspection');
  const of = (...used: number[]): Series =>
    seen(
      skew!,
      Object.fromEntries(
        used.flatMap((gib, n) => [
          [`allocated${n}`, [900]],
          [`free${n}`, [(900 - gib) * GIB]],
        ]),
      ),
    );

  test('is compared with the mean, from where it matters', () => {
    expect(of(900, 100, 100)[0]).toBeCloseTo(2.45);
    expect(goesOff(skew!, of(900, 100, 100))).toBe(true);
    expect(goesOff(skew!, of(800, 700, 600))).toBe(false);
    expect(of(390, 1, 1)).toEqual([0]);
  });

  test('in groups of five, as each shard takes two metrics', () => {
    expect(fillSkewAlarms(shards(1), 'i')).toEqual([]);
    for (const count of [2, 5, 6, 31]) {
      const plans = fillSkewAlarms(shards(count), 'i');
      const sizes = plans.map(({ measure }) => ('of' in measure ? Object.keys(measure.of).length : 0));
      expect(sizes.reduce((sum, size) => sum + size, 0)).toBe(2 * count);
      expect(Math.max(...sizes)).toBeLessThanOrEqual(10);
      expect(Math.min(...sizes)).toBeGreaterThanOrEqual(4);
    }
  });
});

describe('network', () => {
  const plans = networkAlarms(
    {
      label: 'web',
      autoScalingGroupName: 'group',
      machines: 'web',
      instanceTypes: ['c7g.large', 'c6g.large'],
    },
    'tiers/test/service',
  );

  test('packets held back go off when there are more and more of them, not by a machine that comes or goes', () => {
    const allowance = one(plans, 'web-network-allowance');
    const counted = (inward: Series): Series => {
      const rest = inward.map(() => 0);
      return seen(allowance, { inward, outward: rest, packets: rest, tracked: rest });
    };
    expect(goesOff(allowance, counted([0, 50, 90, 200]))).toBe(true);
    expect(goesOff(allowance, counted([900, 900, 900, 900]))).toBe(false);
    // One that had counted 400 misses a measurement and is there again; another one is gone.
    expect(goesOff(allowance, counted([900, 500, 900, 900]))).toBe(false);
    expect(goesOff(allowance, counted([900, 900, 500, 500]))).toBe(false);
  });

  test('bandwidth is that of the least type of the fleet, in the busier direction', () => {
    const bandwidth = one(plans, 'web-bandwidth');
    expect(bandwidth.impact).toContain('0.75 Gbit/s');
    // A minute at 0.6 Gbit/s.
    const busy = (0.6e9 / 8) * 60;
    expect(seen(bandwidth, { received: [busy, 0], sent: [0, busy] })).toEqual([80, 80]);
  });

  test('a type without a published baseline has no such alarm, and still the other one', () => {
    const ids = networkAlarms(
      {
        label: 'web',
        autoScalingGroupName: 'group',
        machines: 'web',
        instanceTypes: ['c7g.large', 'c8g.large'],
      },
      'tiers/test/service',
    ).map(({ id }) => id);
    expect(ids).toEqual(['web-network-allowance']);
  });

  test.each([
    [['c7g.large'], 0.937],
    [['c7g.medium'], 0.52],
    [['c7g.4xlarge'], 7.5],
    [['t4g.small', 't4g.medium'], 0.128],
    [['m6i.large', 'c6g.large'], 0.75],
    [['c5.4xlarge'], 5],
    [['c7g.16xlarge'], undefined],
    [['c5.medium'], undefined],
    [[], undefined],
  ])('%j has %s Gbit/s', (types, gbit) => {
    expect(baselineBandwidth(types)).toBe(gbit);
  });

  test('a NAT gateway: any port error, and drops from a ten-thousandth of the packets', () => {
    const nat = natAlarms({ zone: 'us-east-1a', gatewayId: 'nat-1' });
    const drops = one(nat, 'nat-us-east-1a-drops');
    expect(seen(drops, { dropped: [200, 50, undefined], out: [5e5, 5e5, 10], back: [5e5, 5e5, 10] })).toEqual(
      [0.02, 0.005, 0],
    );
    expect(drops.threshold).toBe(0.01);
    expect(one(nat, 'nat-us-east-1a-ports')).toMatchObject({
      threshold: 0,
      measure: { name: 'ErrorPortAllocation', dimensions: { NatGatewayId: 'nat-1' }, statistic: 'Sum' },
    });
  });
});

describe('limits', () => {
  test('quotas go off at 80% of what the account has, which Service Quotas knows', () => {
    for (const plan of quotaAlarms()) {
      expect(seen(plan, { used: [51, 52] }, 64)).toEqual([79.6875, 81.25]);
      expect(plan).toMatchObject({ threshold: 80, when: 'above', grade: 'ticket' });
    }
    expect(quotaAlarms().map(({ id }) => id)).toEqual(['quota-on-demand', 'quota-spot', 'quota-targets']);
  });

  test('a table is measured against the units of a second that the account allows', () => {
    const plan = one(tableAlarms({ tableName: 'shared-state' }), 'table-write-limit');
    expect(seen(plan, { units: [300 * 36_000], most: [40_000] })).toEqual([90]);
  });

  test('messages in flight are held against 120,000', () => {
    const plans = queueAlarms({ name: 'jobs', deadLetterName: 'dead', longestWait: 300 });
    expect(one(plans, 'jobs-in-flight').threshold).toBe(96_000);
  });

  test('credits are counted for what is burstable, by the smallest', () => {
    expect(creditsOf(['t4g.small', 't4g.large', 'c7g.large'])).toBe(24);
    expect(creditsOf(['db.t4g.micro'])).toBe(12);
    expect(creditsOf(['c7g.large', 'db.m7g.large'])).toBeUndefined();
    const of = { namespace: 'AWS/EC2', dimensions: { AutoScalingGroupName: 'group' } };
    expect(creditAlarm('web', 'the web fleet', ['c7g.large'], of)).toEqual([]);
    expect(creditAlarm('web', 'the web fleet', ['t3.2xlarge'], of)[0]).toMatchObject({ threshold: 192 });
  });
});

test('a web ACL that blocks a fifth goes off, not one that blocks a few of few', () => {
  const plan = webAclAlarm({ id: 'web-acl-blocked', guards: 'the CDN', name: 'acl' });
  expect(seen(plan, { blocked: [300, 900, undefined], allowed: [900, 90, 5_000] })).toEqual([25, 0, 0]);
  expect(plan.measure).toMatchObject({ of: { blocked: { dimensions: { WebACL: 'acl', Rule: 'ALL' } } } });
  const regional = webAclAlarm({ id: 'a', guards: 'it', name: 'acl', region: 'eu-west-1' });
  expect(regional.measure).toMatchObject({ of: { blocked: { dimensions: { Region: 'eu-west-1' } } } });
});

test('ages: images get old upwards, support ends downwards, and a certificate in time to act', () => {
  const plans = ageAlarms({
    inspection: 'tiers/test/inspection',
    fleets: [{ label: 'web', machines: 'web' }],
    databases: [{ identifier: 'a', label: 'shard-00-a' }],
    cache: { replicationGroupId: 'cache-a' },
  });
  expect(plans.map(({ id, when, threshold }) => [id, when, threshold])).toEqual([
    ['web-image-age', 'above', 42],
    ['shard-00-a-engine-age', 'below', 180],
    ['cache-engine-age', 'below', 1],
  ]);
  expect(certificateAlarm('certificate-ends', 'the CDN', 'arn')).toMatchObject({
    when: 'below',
    threshold: 30,
    period: 86_400,
    measure: { statistic: 'Minimum', dimensions: { CertificateArn: 'arn' } },
  });
});
