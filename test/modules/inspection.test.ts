import { Inspection } from '../../modules/inspection';
import { inspect, type Inspected } from '../../modules/inspection/states';
import { KEY_INVENTORY, keyOf } from '../support/encryption';
import { inventory, resourcesOf, synthesize } from '../support/synth';
import { runWorkflow, type Perform } from '../support/workflow';

const inspected: Inspected = {
  fleets: [
    { machines: 'web', autoScalingGroupName: 'tiers-test-web' },
    { machines: 'worker', autoScalingGroupName: 'tiers-test-worker' },
  ],
  databases: ['tiers-test-shard-00-a', 'tiers-test-shard-01-a'],
  cache: { replicationGroupId: 'tiers-test-cache-a', nodeIds: ['tiers-test-cache-a-001'] },
};

/** Answers in the form of the SDK for Java, as Step Functions gives them. The web fleet has two pages of instances. */
const answers: Record<string, (input: Record<string, unknown>) => unknown> = {
  'aws-sdk:ec2:describeInstances': ({ Filters, NextToken }) => {
    const [group, running] = Filters as { Name: string; Values: string[] }[];
    expect(running).toEqual({ Name: 'instance-state-name', Values: ['running'] });
    if (group!.Values[0] === 'tiers-test-worker') return { Reservations: [] };
    const page = NextToken === 'second' ? ['ami-old'] : ['ami-new', 'ami-new'];
    return {
      Reservations: page.map((ImageId) => ({ Instances: [{ ImageId }] })),
      ...(NextToken === undefined ? { NextToken: 'second' } : {}),
    };
  },
  'aws-sdk:ec2:describeImages': ({ ImageIds }) => ({
    Images: (ImageIds as string[]).map((ImageId) => ({
      ImageId,
      CreationDate: ImageId === 'ami-old' ? '2026-05-02T00:00:00.000Z' : '2026-05-31T00:00:00.000Z',
    })),
  }),
  'aws-sdk:rds:describeDBInstances': ({ DbInstanceIdentifier }) => ({
    DbInstances: [
      { DbInstanceIdentifier, Engine: 'postgres', EngineVersion: '17.6', AllocatedStorage: 1_200 },
    ],
  }),
  'aws-sdk:rds:describeDBMajorEngineVersions': ({ Engine, MajorEngineVersion }) => {
    expect([Engine, MajorEngineVersion]).toEqual(['postgres', '17']);
    const lifecycle = (LifecycleSupportName: string, LifecycleSupportEndDate: string) => ({
      LifecycleSupportName,
      LifecycleSupportEndDate,
    });
    return {
      DbMajorEngineVersions: [
        {
          MajorEngineVersion,
          SupportedEngineLifecycles: [
            lifecycle('open-source-rds-extended-support', '2033-06-01T00:00:00Z'),
            lifecycle('open-source-rds-standard-support', '2026-06-11T00:00:00Z'),
          ],
        },
      ],
    };
  },
  'aws-sdk:elasticache:describeCacheClusters': () => ({
    CacheClusters: [{ Engine: 'valkey', EngineVersion: '8.2.0' }],
  }),
  'aws-sdk:elasticache:describeCacheEngineVersions': () => ({
    CacheEngineVersions: [{ EngineVersion: '8.0' }, { EngineVersion: '8.2' }],
  }),
};

interface Published {
  readonly Namespace: string;
  readonly MetricData: readonly {
    readonly MetricName: string;
    readonly Dimensions: readonly { readonly Name: string; readonly Value: string }[];
    readonly Value: number;
  }[];
}

async function published(overrides: typeof answers = {}, what = inspected): Promise<Published> {
  let put: Published | undefined;
  const perform: Perform = (resource, input) => {
    if (resource === 'aws-sdk:cloudwatch:putMetricData') {
      put = input as Published;
      return {};
    }
    const answer = overrides[resource] ?? answers[resource];
    if (!answer) throw new Error(`nobody answers ${resource}`);
    return answer(input as Record<string, unknown>);
  };
  await runWorkflow(inspect(what, 'tiers/test/inspection'), perform);
  return put!;
}

const flat = ({ MetricData }: Published): (string | number)[][] =>
  MetricData.map(({ MetricName, Dimensions, Value }) => [
    MetricName,
    ...Dimensions.flatMap(({ Name, Value: value }) => [Name, value]),
    Value,
  ]);

describe('the workflow', () => {
  test('publishes the oldest image of each fleet, storage and support of each shard, and the offer of the cache', async () => {
    const put = await published();
    expect(put.Namespace).toBe('tiers/test/inspection');
    expect(flat(put)).toEqual([
      // The second page has the older image; a fleet without instances has no age.
      ['ImageAgeDays', 'Fleet', 'web', 30],
      ['AllocatedStorage', 'DBInstanceIdentifier', 'tiers-test-shard-00-a', 1_200],
      ['EngineSupportDays', 'DBInstanceIdentifier', 'tiers-test-shard-00-a', 10],
      ['AllocatedStorage', 'DBInstanceIdentifier', 'tiers-test-shard-01-a', 1_200],
      ['EngineSupportDays', 'DBInstanceIdentifier', 'tiers-test-shard-01-a', 10],
      ['EngineOffered', 'ReplicationGroupId', 'tiers-test-cache-a', 1],
    ]);
  });

  test('one shard, no cache and no instance at all is still a list', async () => {
    const one = { fleets: inspected.fleets.slice(1), databases: inspected.databases.slice(0, 1) };
    expect(flat(await published({}, one))).toEqual([
      ['AllocatedStorage', 'DBInstanceIdentifier', 'tiers-test-shard-00-a', 1_200],
      ['EngineSupportDays', 'DBInstanceIdentifier', 'tiers-test-shard-00-a', 10],
    ]);
  });

  test('a version that is offered no longer is 0', async () => {
    const withdrawn = {
      'aws-sdk:elasticache:describeCacheEngineVersions': () => ({
        CacheEngineVersions: [{ EngineVersion: '9.0' }],
      }),
    };
    expect(flat(await published(withdrawn)).at(-1)).toEqual([
      'EngineOffered',
      'ReplicationGroupId',
      'tiers-test-cache-a',
      0,
    ]);
  });

  test('an answer without what it looks for is a failed run, not a figure less', async () => {
    const nothing = { 'aws-sdk:rds:describeDBMajorEngineVersions': () => ({ DbMajorEngineVersions: [] }) };
    await expect(published(nothing)).rejects.toThrow();
  });
});

describe('Inspection', () => {
  const synthesized = synthesize((stack) => {
    new Inspection(stack, 'inspection', { ...inspected, encryptionKey: keyOf(stack), logDays: 30 });
  });

  test('declares exactly these resources', () => {
    expect(inventory(synthesized)).toEqual({
      ...KEY_INVENTORY,
      aws_cloudwatch_log_group: 1,
      aws_iam_role: 2,
      aws_iam_role_policy: 3,
      aws_scheduler_schedule: 1,
      aws_scheduler_schedule_group: 1,
      aws_sfn_state_machine: 1,
    });
  });

  test('may do what its states do, and nothing else', () => {
    const { inspection_workflow_inspect: policy } = resourcesOf(synthesized, 'aws_iam_role_policy');
    const { Statement } = JSON.parse(String(policy!.policy)) as {
      Statement: { Action: string[]; Resource: string[]; Condition?: object }[];
    };
    const allowed = Statement.flatMap(({ Action }) => Action);
    const { definition } = Object.values(resourcesOf(synthesized, 'aws_sfn_state_machine'))[0]!;
    const called = [...String(definition).matchAll(/aws-sdk:(\w+):(\w)(\w+)/g)].map(
      ([, service, first, rest]) => `${service}:${first!.toUpperCase()}${rest}`,
    );
    expect([...allowed].sort()).toEqual([...new Set(called)].sort());
    for (const { Resource, Condition } of Statement) {
      if (Resource.includes('*')) expect(Condition).toBeDefined();
    }
  });
});
