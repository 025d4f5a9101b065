import fc from 'fast-check';
import { NAME_LIMITS } from '../../lib/limits';
import { planAlarms, type AlarmInput, type AlarmPlan } from '../../modules/alarms';
import { compositeRule } from '../../modules/alarms/composites';
import { databaseMemory, defaultMaxConnections } from '../../modules/alarms/memory';
import { evaluate } from '../support/metric-math';

const service = {
  namespace: 'tiers/test/service',
  errorLines: 'ErrorLines',
  groupNames: {
    api: '/tiers/test/service/api',
    worker: '/tiers/test/service/worker',
    migrate: '/tiers/test/service/migrate',
  },
};

const inputs: fc.Arbitrary<AlarmInput> = fc.record({
  front: fc.record({
    loadBalancer: fc.record({
      arnSuffix: fc.constant('app/web/1'),
      targetGroupArnSuffix: fc.constant('targetgroup/web/1'),
      neededHosts: fc.integer({ min: 1, max: 500 }),
      responseTime: fc.double({ min: 0.05, max: 30, noNaN: true }),
    }),
    certificate: fc.constant({ arn: 'arn:aws:acm:us-east-1:111122223333:certificate/1' }),
    webAcl: fc.constant({ name: 'tiers-test-load-balancer', region: 'us-east-1' }),
  }),
  fleets: fc.uniqueArray(
    fc.record({
      label: fc.constantFrom('web', 'workers', 'reports'),
      autoScalingGroupName: fc.constant('group'),
      machines: fc.constant('web'),
      groupName: fc.constant('/tiers/test/service/api'),
      instanceTypes: fc.constantFrom(['c7g.large', 'm7g.large'], ['t4g.small'], ['c8g.48xlarge']),
      fewest: fc.integer({ min: 1, max: 500 }),
    }),
    { selector: ({ label }) => label },
  ),
  databases: fc
    .tuple(
      fc.integer({ min: 1, max: 4 }),
      fc.integer({ min: 1, max: 6 }),
      fc.constantFrom('db.t4g.micro', 'db.m7g.large', 'db.r7g.16xlarge'),
      fc.integer({ min: 20, max: 65_536 }),
    )
    .map(([shards, instances, instanceClass, storage]) =>
      Array.from({ length: shards }, (_, shard) => ({
        instanceClass,
        storage,
        maxStorage: 65_536,
        instances: [...'abcdef'].slice(0, instances).map((letter) => ({
          identifier: `tiers-test-shard-0${shard}-${letter}`,
          label: `shard-0${shard}-${letter}`,
        })),
      })),
    ),
  cache: fc.option(
    fc.integer({ min: 2, max: 6 }).map((nodes) => ({
      replicationGroupId: 'cache-a',
      nodeIds: Array.from({ length: nodes }, (_, node) => `cache-a-00${node + 1}`),
    })),
    { nil: undefined },
  ),
  queue: fc.record({
    name: fc.constant('jobs'),
    deadLetterName: fc.constant('jobs-dead-letter'),
    longestWait: fc.integer({ min: 60, max: 86_400 }),
  }),
  table: fc.constant({ tableName: 'shared-state' }),
  service: fc.constant(service),
  objectives: fc.record({
    availability: fc.constantFrom(99, 99.9, 99.95, 99.99),
    responseTimes: fc.uniqueArray(
      fc.record({
        endpoint: fc.constantFrom('GET /v1/posts/:id', 'POST /v1/posts', 'GET /v1/users/:id/posts'),
        milliseconds: fc.integer({ min: 1, max: 30_000 }),
        percent: fc.constantFrom(90, 95, 99, 99.9),
      }),
      { selector: ({ endpoint }) => endpoint },
    ),
  }),
  rotations: fc.constantFrom([], [{ label: 'signing-key', functionName: 'rotate' }]),
  workflows: fc.uniqueArray(
    fc.record({
      label: fc.constantFrom('daily-report', 'error-digest', 'check'),
      stateMachineArn: fc.constant('arn:aws:states:us-east-1:111122223333:stateMachine:one'),
      every: fc.integer({ min: 60, max: 6 * 86_400 }),
      missed: fc.constant('nobody gets the report'),
    }),
    { selector: ({ label }) => label },
  ),
  natGateways: fc
    .subarray(['us-east-1a', 'us-east-1b'], { minLength: 1 })
    .map((zones) => zones.map((zone) => ({ zone, gatewayId: `nat-${zone}` }))),
  inspection: fc.constant('tiers/test/inspection'),
});

const [sample] = fc.sample(inputs, { numRuns: 1, seed: 1 });

function named(plans: readonly AlarmPlan[], id: string): AlarmPlan {
  const plan = plans.find((candidate) => candidate.id === id);
  if (!plan) throw new Error(`no alarm ${id} among ${plans.map((p) => p.id).join(', ')}`);
  return plan;
}

describe('planAlarms', () => {
  test('every alarm can be declared: unique short names, whole periods, no more bad than looked at', () => {
    fc.assert(
      fc.property(inputs, (input) => {
        const plans = planAlarms(input);
        expect(new Set(plans.map(({ id }) => id)).size).toBe(plans.length);
        for (const { id, of, bad, period, threshold, missing, measure } of plans) {
          // Amazon CloudWatch User Guide, "CloudWatch service quotas": ten metrics in one alarm.
          if ('of' in measure) expect(Object.keys(measure.of).length).toBeLessThanOrEqual(10);
          expect(id).toMatch(/^[a-z0-9-]+$/);
          expect(id.length).toBeLessThanOrEqual(NAME_LIMITS.alarm - 30);
          expect(bad).toBeGreaterThanOrEqual(1);
          expect(bad).toBeLessThanOrEqual(of);
          // Amazon CloudWatch API Reference, "PutMetricAlarm": a day at most is looked at, seven from periods of an hour on.
          expect(period % 60).toBe(0);
          expect(period * of).toBeLessThanOrEqual(period < 3_600 ? 86_400 : 604_800);
          expect(Number.isFinite(threshold)).toBe(true);
          expect(['breaching', 'notBreaching']).toContain(missing);
        }
      }),
      { numRuns: 30 },
    );
  });

  test('each instance, node and fleet has alarms of its own', () => {
    fc.assert(
      fc.property(inputs, (input) => {
        const watched = planAlarms(input).flatMap(({ measure }) =>
          'dimensions' in measure ? Object.values(measure.dimensions) : [],
        );
        const instances = input.databases.flatMap((database) => database.instances);
        for (const { identifier } of instances) expect(watched).toContain(identifier);
        for (const node of input.cache?.nodeIds ?? []) expect(watched).toContain(node);
      }),
    );
  });

  test('silence is a fault where something should always speak', () => {
    const silent = (id: string): string => named(planAlarms(sample!), id).missing;
    expect(silent('too-few-healthy-hosts')).toBe('breaching');
    expect(silent('shard-00-a-cpu')).toBe('breaching');
    expect(silent('jobs-waiting')).toBe('notBreaching');
    expect(silent('failed-requests')).toBe('notBreaching');
  });

  test('a replica that stops replicating pages, whether it lags or says nothing; the writer has no such alarm', () => {
    const database = {
      instanceClass: 'db.m7g.large',
      storage: 100,
      maxStorage: 200,
      instances: ['a', 'b', 'c'].map((letter) => ({ identifier: letter, label: letter })),
    };
    const plans = planAlarms({ ...sample!, databases: [database] });
    const stopped = plans.filter(({ id }) => id.endsWith('replication-stopped'));
    expect(stopped.map(({ id, grade, missing }) => [id, grade, missing])).toEqual([
      ['b-replication-stopped', 'page', 'breaching'],
      ['c-replication-stopped', 'page', 'breaching'],
    ]);
    // An idle PostgreSQL source makes the metric climb to 300 s by itself.
    for (const { id, threshold } of plans) if (/lag|replication/.test(id)) expect(threshold).not.toBe(300);
    expect(named(plans, 'b-lag').threshold).toBeGreaterThan(300);
    expect(named(plans, 'b-lag').threshold).toBeLessThan(named(plans, 'b-replication-stopped').threshold);
  });

  test('database thresholds follow the sizes', () => {
    const databases = [
      {
        instanceClass: 'db.m7g.large',
        storage: 100,
        maxStorage: 200,
        instances: [{ identifier: 'a', label: 'a' }],
      },
    ];
    const plans = planAlarms({ ...sample!, databases });
    expect(named(plans, 'a-storage').threshold).toBe(5 * 2 ** 30);
    expect(named(plans, 'a-connections').threshold).toBe(Math.floor(901 * 0.8));
    const limited = planAlarms({ ...sample!, databases: [{ ...databases[0]!, maxConnections: 100 }] });
    expect(named(limited, 'a-connections').threshold).toBe(80);
  });

  test('a share of very few requests wakes nobody', () => {
    const { measure } = named(planAlarms(sample!), 'failed-requests');
    if (!('expression' in measure)) throw new Error('expected metric math');
    expect(evaluate(measure.expression, { requests: 50, balancer: 40, targets: 5 })).toBe(0);
    expect(evaluate(measure.expression, { requests: 990, balancer: 10, targets: 10 })).toBe(2);
    // The balancer found no target for anybody: it counts no request at all.
    expect(evaluate(measure.expression, { requests: 0, balancer: 500, targets: 0 })).toBe(100);
  });
});

describe('objectives', () => {
  const objectives = {
    availability: 99.9,
    responseTimes: [{ endpoint: 'GET /v1/posts/:id', milliseconds: 300, percent: 99 }],
  };
  const plans = planAlarms({ ...sample!, objectives }).filter(({ id }) => id.startsWith('objective-'));
  const rate = (id: string, values: Record<string, number>): number => {
    const { measure } = named(plans, id);
    if (!('expression' in measure)) throw new Error('expected metric math');
    return evaluate(measure.expression, values);
  };

  test('each has a fast and a slow burn over two windows each, and one of days', () => {
    expect(plans.map(({ id, threshold, period, grade }) => [id, threshold, period, grade])).toEqual(
      ['availability', 'get-v1-posts-id'].flatMap((name) => [
        [`objective-${name}-14-4x-1h`, 14.4, 3_600, 'page'],
        [`objective-${name}-14-4x-5m`, 14.4, 300, 'page'],
        [`objective-${name}-6x-6h`, 6, 21_600, 'page'],
        [`objective-${name}-6x-30m`, 6, 1_800, 'page'],
        [`objective-${name}-1x-3d`, 1, 259_200, 'ticket'],
      ]),
    );
  });

  test('a burn of 1 uses up what may fail in just its time', () => {
    // 1% of 100,000 may be slow; 0.1% of them may fail.
    expect(rate('objective-get-v1-posts-id-1x-3d', { requests: 100_000, slow: 1_000 })).toBeCloseTo(1);
    expect(rate('objective-get-v1-posts-id-14-4x-1h', { requests: 10_000, slow: 1_440 })).toBeCloseTo(14.4);
    expect(
      rate('objective-availability-6x-6h', { requests: 99_900, balancer: 100, targets: 500 }),
    ).toBeCloseTo(6);
  });

  test('fewer requests than make ten bad ones at the rate of the alarm say nothing', () => {
    expect(rate('objective-get-v1-posts-id-14-4x-5m', { requests: 69, slow: 69 })).toBe(0);
    expect(rate('objective-get-v1-posts-id-14-4x-5m', { requests: 70, slow: 70 })).toBeCloseTo(100);
    expect(rate('objective-availability-14-4x-5m', { requests: 600, balancer: 0, targets: 600 })).toBe(0);
    fc.assert(
      fc.property(inputs, fc.integer({ min: 0, max: 9 }), (input, slow) => {
        for (const { id, measure, threshold } of planAlarms(input)) {
          if (!id.startsWith('objective-') || !('expression' in measure)) continue;
          const bad: Record<string, number> =
            'slow' in measure.of ? { slow } : { balancer: 0, targets: slow };
          const worst = [slow, 100, 1_000, 100_000].map((requests) =>
            evaluate(measure.expression, { requests, ...bad }),
          );
          for (const value of worst) expect(value).toBeLessThanOrEqual(threshold);
        }
      }),
    );
  });

  test('both windows of a burn must be on, of one objective of any; the rule fits for the longest names', () => {
    const responseTimes = Array.from({ length: 20 }, (_, n) => ({
      endpoint: `POST /v1/pictures/:id/number-${n}`,
      milliseconds: 300,
      percent: 99,
    }));
    const signs = planAlarms({ ...sample!, objectives: { availability: 99.9, responseTimes } })
      .filter(({ joins }) => joins?.composite === 'objectives-fast')
      .map((plan) => ({ plan, name: `projectlong1-environment1-${plan.id}` }));
    const rule = compositeRule(signs);
    expect(rule.length).toBeLessThanOrEqual(10_240);
    const groups = rule.split(' OR ');
    expect(groups).toHaveLength(21);
    expect(groups[0]).toBe(
      '(ALARM("projectlong1-environment1-objective-availability-14-4x-1h") AND ' +
        'ALARM("projectlong1-environment1-objective-availability-14-4x-5m"))',
    );
  });
});

describe('silence of the logs', () => {
  const { measure, missing } = named(planAlarms(sample!), `${sample!.fleets[0]!.label}-silent`);
  test.each([
    [{ instances: 2, lines: 0 }, 1],
    [{ instances: 2, lines: 12 }, 0],
    [{ instances: 0, lines: 0 }, 0],
  ])('%j is %d', (values, silent) => {
    if (!('expression' in measure)) throw new Error('expected metric math');
    expect(evaluate(measure.expression, values)).toBe(silent);
    expect(missing).toBe('breaching');
  });
});

describe('memory of instance classes', () => {
  test.each([
    ['db.t4g.micro', 1, 112],
    ['db.t4g.medium', 4, 450],
    ['db.m7g.large', 8, 901],
    ['db.m6gd.2xlarge', 32, 3604],
    ['db.r7g.large', 16, 1802],
    ['db.r6i.16xlarge', 512, 5000],
  ])('%s has %d GiB and takes %d connections', (instanceClass, memory, connections) => {
    expect(databaseMemory(instanceClass)).toBe(memory);
    expect(defaultMaxConnections(instanceClass)).toBe(connections);
  });

  test.each(['db.x2g.large', 'm7g.large', 'db.m7g', 'db.m7g.huge'])('refuses %s', (instanceClass) => {
    expect(() => databaseMemory(instanceClass)).toThrow(`received "${instanceClass}"; allowed: an RDS`);
  });
});
