import fc from 'fast-check';
import { NAME_LIMITS } from '../../lib/limits';
import { planAlarms, type AlarmInput, type AlarmPlan } from '../../modules/alarms';
import { databaseMemory, defaultMaxConnections } from '../../modules/alarms/memory';

const inputs: fc.Arbitrary<AlarmInput> = fc.record({
  loadBalancer: fc.record({
    arnSuffix: fc.constant('app/web/1'),
    targetGroupArnSuffix: fc.constant('targetgroup/web/1'),
    neededHosts: fc.integer({ min: 1, max: 500 }),
    responseTime: fc.double({ min: 0.05, max: 30, noNaN: true }),
  }),
  fleets: fc.uniqueArray(
    fc.record({
      label: fc.constantFrom('web', 'workers', 'reports'),
      autoScalingGroupName: fc.constant('group'),
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
        instances: [...'abcdef'].slice(0, instances).map((letter) => ({
          identifier: `tiers-test-shard-0${shard}-${letter}`,
          label: `shard-0${shard}-${letter}`,
        })),
      })),
    ),
  cache: fc.option(
    fc.integer({ min: 2, max: 6 }).map((nodes) => ({
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
        for (const { id, of, bad, period, threshold, missing } of plans) {
          expect(id).toMatch(/^[a-z0-9-]+$/);
          expect(id.length).toBeLessThanOrEqual(NAME_LIMITS.alarm - 30);
          expect(bad).toBeGreaterThanOrEqual(1);
          expect(bad).toBeLessThanOrEqual(of);
          // Amazon CloudWatch API Reference, "PutMetricAlarm": a day at most is looked at.
          expect(period % 60).toBe(0);
          expect(period * of).toBeLessThanOrEqual(86_400);
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
      { instanceClass: 'db.m7g.large', storage: 100, instances: [{ identifier: 'a', label: 'a' }] },
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

/** Evaluates the part of metric math that the alarms use, for one period in which every metric has a value. */
function evaluate(expression: string, values: Record<string, number>): number {
  const body = expression.replace(/FILL\((\w+), 0\)/g, '$1').replace(/\bIF\(/g, 'choose(');
  const choose = (condition: boolean, yes: number, no: number): number => (condition ? yes : no);
  const compute = new Function('choose', ...Object.keys(values), `return ${body}`) as (
    ...all: unknown[]
  ) => number;
  return compute(choose, ...Object.values(values));
}

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
