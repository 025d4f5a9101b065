import { AlarmTopics } from '../../modules/alarms';
import { EdgeAlarms, planEdgeAlarms, type EdgeInput } from '../../modules/edge-alarms';
import { setPlace } from '../../lib/place';
import { KEY_INVENTORY, keyOf } from '../support/encryption';
import { evaluateSeries } from '../support/metric-math-series';
import { inventory, resourcesOf, synthesize, type TestStack } from '../support/synth';

const input: EdgeInput = {
  checkIds: { 'us-east-1': 'check-1', 'eu-west-1': 'check-2' },
  cdn: {
    distributionId: 'E1',
    checkId: 'check-cdn',
    certificateArn: 'arn:cert',
    webAclName: 'tiers-test-cdn',
  },
  signedZoneId: 'Z1',
};

function build(stack: TestStack, of: EdgeInput): void {
  const topics = new AlarmTopics(stack, 'topics', {
    component: 'edge',
    contact: 'oncall@example.com',
    encryptionKey: keyOf(stack),
  });
  new EdgeAlarms(stack, 'alarms', { topics, ...of });
}

describe('EdgeAlarms', () => {
  const synthesized = synthesize((stack) => build(stack, input));
  const alarms = resourcesOf(synthesized, 'aws_cloudwatch_metric_alarm');

  test('declares exactly these resources, with topics of its own', () => {
    expect(inventory(synthesized)).toEqual({
      ...KEY_INVENTORY,
      aws_cloudwatch_composite_alarm: 1,
      // Two regions and all of them, CDN 3, certificate, web ACL, signing 2.
      aws_cloudwatch_metric_alarm: 10,
      aws_sns_topic: 2,
      aws_sns_topic_policy: 2,
      aws_sns_topic_subscription: 2,
    });
    expect(Object.values(resourcesOf(synthesized, 'aws_sns_topic')).map(({ name }) => name)).toEqual([
      'tiers-test-edge-pages',
      'tiers-test-edge-tickets',
    ]);
  });

  test('whatever is seen from outside pages once, together', () => {
    const [composite] = Object.values(resourcesOf(synthesized, 'aws_cloudwatch_composite_alarm'));
    const signs = [
      'alarms_us_east_1_unreachable',
      'alarms_eu_west_1_unreachable',
      'alarms_all_regions_unreachable',
      'alarms_cdn_failures',
    ];
    expect(composite).toMatchObject({
      alarm_name: 'tiers-test-edge-affected',
      alarm_rule: signs
        .map((name) => `ALARM("\${aws_cloudwatch_metric_alarm.${name}.alarm_name}")`)
        .join(' OR '),
      alarm_actions: ['${aws_sns_topic.topics_page_topic.arn}'],
    });
    for (const name of signs) expect(alarms[name]).not.toHaveProperty('alarm_actions');
    for (const [name, { tags, alarm_actions }] of Object.entries(alarms)) {
      if (signs.includes(name)) continue;
      const { Grade } = tags as { Grade: string };
      expect(alarm_actions).toEqual([`\${aws_sns_topic.topics_${Grade}_topic.arn}`]);
    }
  });

  test('is refused outside us-east-1, where there is nothing to see', () => {
    expect(() =>
      synthesize((stack) => {
        setPlace(stack, {
          project: 'tiers',
          environment: 'test',
          region: 'eu-west-1',
          account: '111122223333',
        });
        build(stack, input);
      }),
    ).toThrow('allowed: a stack in us-east-1');
  });
});

describe('planEdgeAlarms', () => {
  const plan = (id: string, of = input) => planEdgeAlarms(of).alarms.find((one) => one.id === id)!;

  test('all regions are down only when none is up', () => {
    const { measure, period } = plan('all-regions-unreachable');
    if (!('expression' in measure)) throw new Error('expected metric math');
    const status = evaluateSeries(measure.expression, {
      metrics: { region0: [1, 0, 0], region1: [1, 1, 0] },
      period,
    });
    expect(status).toEqual([1, 1, 0]);
  });

  test('with one region its own alarm says that all is lost, and there is no other', () => {
    const { alarms } = planEdgeAlarms({ checkIds: { 'us-east-1': 'check-1' } });
    expect(alarms.map(({ id }) => id)).toEqual(['us-east-1-unreachable']);
    expect(alarms[0]!.impact).toContain('the service is down');
  });

  test('eleven regions are more than an alarm can compare', () => {
    const checkIds = Object.fromEntries(Array.from({ length: 11 }, (_, n) => [`region-${n}`, `check-${n}`]));
    expect(() => planEdgeAlarms({ checkIds })).toThrow('received 11 regions; allowed: 10');
  });

  test('a share or a percentile of few requests wakes nobody', () => {
    for (const [id, name] of [
      ['cdn-failures', 'failed'],
      ['cdn-origin-slow', 'slow'],
    ] as const) {
      const { measure, period } = plan(id);
      if (!('expression' in measure)) throw new Error('expected metric math');
      const metrics = { requests: [900, 5_000, undefined], [name]: [80, 80, 80] };
      expect(evaluateSeries(measure.expression, { metrics, period })).toEqual([0, 80, 0]);
    }
  });

  test('signing is looked at over more than the four hours between two figures', () => {
    for (const id of ['dnssec-failure', 'dnssec-key-needs-action']) {
      expect(plan(id)).toMatchObject({ grade: 'page', period: 14_400, of: 2, bad: 1, threshold: 0 });
    }
    expect(planEdgeAlarms({ ...input, signedZoneId: undefined }).alarms.map(({ id }) => id)).not.toContain(
      'dnssec-failure',
    );
  });
});
