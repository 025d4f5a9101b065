import { Alarms, AlarmTopics, type AlarmsProps } from '../../modules/alarms';
import { KEY_INVENTORY, keyOf } from '../support/encryption';
import { inventory, resourcesOf, synthesize, type TestStack } from '../support/synth';

const props: Omit<AlarmsProps, 'topics'> = {
  front: {
    loadBalancer: { arnSuffix: 'app/tiers-test-web/1', targetGroup: { arnSuffix: 'targetgroup/web/1' } },
    certificate: { arn: 'arn:aws:acm:us-east-1:111122223333:certificate/1' },
    webAcl: { name: 'tiers-test-load-balancer' },
    web: { autoScalingGroupName: 'tiers-test-web', machines: 'web', fewest: 2, instanceTypes: ['c7g.large'] },
  },
  workers: {
    autoScalingGroupName: 'tiers-test-worker',
    machines: 'worker',
    fewest: 1,
    instanceTypes: ['t4g.small'],
  },
  databases: [
    {
      instances: ['a', 'b'].map((letter) => ({
        identifier: `tiers-test-shard-00-${letter}`,
        label: `shard-00-${letter}`,
      })),
      instanceClass: 'db.m7g.large',
      storage: 100,
      maxStorage: 1_000,
    },
  ],
  canary: { name: 'tiers-test-journey', everyMinutes: 5 },
  cache: {
    replicationGroupId: 'tiers-test-cache-a',
    nodeIds: ['tiers-test-cache-a-001', 'tiers-test-cache-a-002'],
  },
  queue: { name: 'tiers-test-jobs', deadLetterName: 'tiers-test-jobs-dead-letter' },
  table: { tableName: 'tiers-test-shared-state' },
  service: {
    namespace: 'tiers/test/service',
    errorLines: 'ErrorLines',
    groupNames: {
      api: '/tiers/test/service/api',
      worker: '/tiers/test/service/worker',
      migrate: '/tiers/test/service/migrate',
    },
  },
  objectives: {
    availability: 99.9,
    responseTimes: [{ endpoint: 'GET /v1/posts/:id', milliseconds: 300, percent: 99 }],
  },
  rotations: [{ label: 'signing-key', functionName: 'tiers-test-rotate-signing-key' }],
  workflows: [
    {
      label: 'daily-report',
      stateMachineArn: 'arn:aws:states:us-east-1:111122223333:stateMachine:tiers-test-daily-report',
      every: 86_400,
      missed: 'nobody gets the report',
    },
  ],
  natGateways: [{ zone: 'us-east-1a', gatewayId: 'nat-1' }],
  inspection: 'tiers/test/inspection',
};

function build(stack: TestStack, of: Omit<AlarmsProps, 'topics'>): Alarms {
  const topics = new AlarmTopics(stack, 'topics', {
    contact: 'oncall@example.com',
    encryptionKey: keyOf(stack),
  });
  return new Alarms(stack, 'alarms', { topics, ...of });
}

/** What users notice of the way of their requests. */
const OUTAGE = [
  'alarms_failed_requests',
  'alarms_slow_responses',
  'alarms_too_few_healthy_hosts',
  'alarms_canary_fails',
];

describe('Alarms', () => {
  const synthesized = synthesize((stack) => build(stack, props));
  const alarms = resourcesOf(synthesized, 'aws_cloudwatch_metric_alarm');
  const composites = resourcesOf(synthesized, 'aws_cloudwatch_composite_alarm');

  test('declares exactly these resources', () => {
    expect(inventory(synthesized)).toEqual({
      // Balancer 4, objectives 2 x 5, fleets 2 x 4, service 3, database 3 + 5, cache 2 x 4, queue 3, table 4, workflow 2, web ACL,
      // canary 2, rotation.
      // In advance: network 2 x 2, credits of one fleet, storage, fill and ids 4, ages 2 + 1 + 1, NAT 2, quotas 3, certificate.
      aws_cloudwatch_composite_alarm: 3,
      aws_cloudwatch_metric_alarm: 55 + 19,
      ...KEY_INVENTORY,
      aws_sns_topic: 2,
      aws_sns_topic_policy: 2,
      aws_sns_topic_subscription: 2,
    });
  });

  test('pages and tickets go different ways, and say when it is over', () => {
    const rules = Object.values(composites)
      .map(({ alarm_rule }) => String(alarm_rule))
      .join();
    for (const [name, { tags, alarm_actions, ok_actions }] of Object.entries(alarms)) {
      if (rules.includes(`{aws_cloudwatch_metric_alarm.${name}.`)) continue;
      const { Grade: grade } = tags as { Grade: string };
      expect(alarm_actions).toEqual([`\${aws_sns_topic.topics_${grade}_topic.arn}`]);
      expect(ok_actions).toEqual(alarm_actions);
    }
    expect(new Set(Object.values(alarms).map(({ tags }) => (tags as { Grade: string }).Grade))).toEqual(
      new Set(['page', 'ticket']),
    );
  });

  test('the signs of one outage page once, together', () => {
    const together = composites.alarms_users_affected!;
    expect(together.alarm_rule).toBe(
      OUTAGE.map((name) => `ALARM("\${aws_cloudwatch_metric_alarm.${name}.alarm_name}")`).join(' OR '),
    );
    expect(together.alarm_actions).toEqual(['${aws_sns_topic.topics_page_topic.arn}']);
    expect(together.ok_actions).toEqual(together.alarm_actions);
    for (const name of OUTAGE) expect(alarms[name]).not.toHaveProperty('alarm_actions');
  });

  test('an objective that is missed fast pages by a composite of both windows, unless users-affected already has', () => {
    const window = (objective: string, name: string): string =>
      `ALARM("\${aws_cloudwatch_metric_alarm.alarms_objective_${objective}_${name}.alarm_name}")`;
    for (const [burn, long, short] of [
      ['fast', '14_4x_1h', '14_4x_5m'],
      ['slow', '6x_6h', '6x_30m'],
    ] as const) {
      const composite = composites[`alarms_objectives_${burn}`]!;
      expect(composite.alarm_rule).toBe(
        ['availability', 'get_v1_posts_id']
          .map((objective) => `(${window(objective, long)} AND ${window(objective, short)})`)
          .join(' OR '),
      );
      expect(composite).toMatchObject({
        alarm_actions: ['${aws_sns_topic.topics_page_topic.arn}'],
        actions_suppressor: {
          alarm: '${aws_cloudwatch_composite_alarm.alarms_users_affected.alarm_name}',
          wait_period: 180,
        },
      });
    }
    expect(alarms.alarms_objective_get_v1_posts_id_6x_6h).not.toHaveProperty('alarm_actions');
    expect(alarms.alarms_objective_get_v1_posts_id_1x_3d).toMatchObject({
      alarm_actions: ['${aws_sns_topic.topics_ticket_topic.arn}'],
    });
  });

  test('topics have names of their own where a region has more than one pair', () => {
    const names = (component?: string): unknown[] =>
      Object.values(
        resourcesOf(
          synthesize((stack) => {
            new AlarmTopics(stack, 'topics', {
              contact: 'oncall@example.com',
              encryptionKey: keyOf(stack),
              component,
            });
          }),
          'aws_sns_topic',
        ),
      ).map(({ name }) => name);
    expect(names()).toEqual(['tiers-test-pages', 'tiers-test-tickets']);
    expect(names('edge')).toEqual(['tiers-test-edge-pages', 'tiers-test-edge-tickets']);
  });

  test('an alarm over a metric, and one over metric math', () => {
    expect(alarms.alarms_shard_00_b_replication_stopped).toMatchObject({
      alarm_name: 'tiers-test-shard-00-b-replication-stopped',
      namespace: 'AWS/RDS',
      metric_name: 'ReplicaLag',
      dimensions: { DBInstanceIdentifier: 'tiers-test-shard-00-b' },
      statistic: 'Maximum',
      comparison_operator: 'GreaterThanThreshold',
      treat_missing_data: 'breaching',
    });
    const queries = alarms.alarms_failed_requests!.metric_query as Record<string, unknown>[];
    expect(queries.map(({ id }) => id)).toEqual(['requests', 'balancer', 'targets', 'result']);
    expect(queries.filter(({ return_data }) => return_data)).toHaveLength(1);
    expect(alarms.alarms_failed_requests).not.toHaveProperty('metric_name');
    expect(alarms.alarms_failed_requests).not.toHaveProperty('period');
  });

  test('without a cache there is nothing of a cache', () => {
    const bare = synthesize((stack) => build(stack, { ...props, cache: undefined }));
    expect(JSON.stringify(bare)).not.toContain('ElastiCache');
  });
});
