import { AlarmPath } from '../../modules/alarm-path';
import { AlarmTopics, deliveryAlarms, type AlarmTopicsProps } from '../../modules/alarms';
import { KEY_INVENTORY, keyOf } from '../support/encryption';
import { inventory, only, resourcesOf, synthesize, type Synthesized } from '../support/synth';

const KEY = '${aws_kms_key.encryption_key.arn}';

const build = (props: Partial<AlarmTopicsProps> = {}): Synthesized =>
  synthesize((stack) => {
    const encryptionKey = keyOf(stack);
    const topics = new AlarmTopics(stack, 'topics', {
      contact: 'oncall@example.com',
      encryptionKey,
      ...props,
    });
    new AlarmPath(stack, 'path', { topics, hour: 10, timeZone: 'Europe/Dublin', encryptionKey });
  });

describe('AlarmPath', () => {
  const synthesized = build();
  const alarms = resourcesOf(synthesized, 'aws_cloudwatch_metric_alarm');

  test('declares exactly these resources', () => {
    expect(inventory(synthesized)).toEqual({
      ...KEY_INVENTORY,
      aws_cloudwatch_metric_alarm: 6,
      aws_iam_role: 1,
      aws_iam_role_policy: 1,
      aws_scheduler_schedule: 2,
      aws_scheduler_schedule_group: 1,
      aws_sns_topic: 2,
      aws_sns_topic_policy: 2,
      aws_sns_topic_subscription: 2,
    });
  });

  test('the way of pages is told of by tickets, and the other way round', () => {
    for (const [way, other] of [
      ['page', 'ticket'],
      ['ticket', 'page'],
    ]) {
      for (const alarm of ['undelivered', 'failed']) {
        expect(alarms[`path_${way}s_${alarm}`]).toMatchObject({
          alarm_actions: [`\${aws_sns_topic.topics_${other}_topic.arn}`],
          tags: { Grade: other },
        });
      }
    }
  });

  test('a drill takes the way that it tries, and its end is told to nobody', () => {
    for (const way of ['page', 'ticket']) {
      const drill = alarms[`path_${way}s_drill`]!;
      expect(drill).toMatchObject({
        alarm_name: `tiers-test-${way}s-drill`,
        alarm_description: `Test of the way that ${way}s take, as every day: nothing is wrong. Nothing to do. Runbook: docs/runbooks/alarm-path.md`,
        alarm_actions: [`\${aws_sns_topic.topics_${way}_topic.arn}`],
        comparison_operator: 'LessThanThreshold',
        threshold: 0,
        treat_missing_data: 'notBreaching',
      });
      expect(drill).not.toHaveProperty('ok_actions');
    }
  });

  test('CloudWatch itself is made to send it, every day within working hours', () => {
    expect(resourcesOf(synthesized, 'aws_scheduler_schedule').path_pages_schedule).toEqual({
      name: 'tiers-test-pages-drill',
      group_name: '${aws_scheduler_schedule_group.path_schedule_group.name}',
      description: 'Tries each day whether pages arrive',
      schedule_expression: 'cron(20 10 * * ? *)',
      schedule_expression_timezone: 'Europe/Dublin',
      flexible_time_window: { mode: 'OFF' },
      kms_key_arn: KEY,
      target: {
        arn: 'arn:aws:scheduler:::aws-sdk:cloudwatch:setAlarmState',
        role_arn: '${aws_iam_role.path_role.arn}',
        input: JSON.stringify({
          AlarmName: 'tiers-test-pages-drill',
          StateValue: 'ALARM',
          StateReason: 'Test of the way that pages take. Nothing is wrong.',
        }),
        retry_policy: { maximum_event_age_in_seconds: 1800, maximum_retry_attempts: 10 },
      },
      depends_on: ['aws_iam_role_policy.path_set_off'],
    });
    const { Statement } = JSON.parse(String(only(synthesized, 'aws_iam_role_policy').policy)) as {
      Statement: unknown[];
    };
    expect(Statement[0]).toMatchObject({
      Action: ['cloudwatch:SetAlarmState'],
      Resource: ['pages', 'tickets'].map(
        (way) => `arn:aws:cloudwatch:us-east-1:111122223333:alarm:tiers-test-${way}-drill`,
      ),
    });
    expect(only(synthesized, 'aws_iam_role').assume_role_policy).toContain(
      'arn:aws:scheduler:us-east-1:111122223333:schedule-group/tiers-test-pages-path',
    );
  });

  test('a second pair in a region has names of its own', () => {
    const edge = build({ component: 'edge' });
    expect(
      Object.values(resourcesOf(edge, 'aws_cloudwatch_metric_alarm')).map(({ alarm_name: name }) => name),
    ).toContain('tiers-test-edge-pages-drill');
    expect(only(edge, 'aws_scheduler_schedule_group').name).toBe('tiers-test-edge-pages-path');
  });

  test('a chat channel counts as one who listens', () => {
    const expressionOf = (from: Synthesized, way: string): unknown => {
      const alarm = resourcesOf(from, 'aws_cloudwatch_metric_alarm')[`path_${way}_undelivered`]!;
      return (alarm.metric_query as { id: string; expression?: string }[]).find(({ id }) => id === 'result')!
        .expression;
    };
    const chat = build({ chat: ['page'] });
    expect(expressionOf(chat, 'pages')).toContain('>= 2 * FILL(published, 0)');
    expect(expressionOf(chat, 'tickets')).toContain('>= 1 * FILL(published, 0)');
  });
});

describe('what is delivered', () => {
  const way = (component: string) => ({ component, topicName: `tiers-test-${component}`, listeners: 2 });
  const [undelivered] = deliveryAlarms({ page: way('pages'), ticket: way('tickets') });

  test('a day without an hour in which everybody got every message is found, also where nothing came in', () => {
    expect(undelivered).toMatchObject({
      id: 'pages-undelivered',
      when: 'below',
      threshold: 1,
      period: 3600,
      of: 28,
      bad: 28,
      missing: 'breaching',
    });
  });

  test.each([
    ['everybody got the drill', { published: 1, delivered: 2 }, 1],
    ['one of two has not confirmed', { published: 1, delivered: 1 }, 0],
    ['nobody has', { published: 1, delivered: 0 }, 0],
    ['nothing was let in', { published: 0, delivered: 0 }, 0],
    ['one of three messages was lost to one', { published: 3, delivered: 5 }, 0],
  ])('%s', (_, { published, delivered }, expected) => {
    const { measure } = undelivered!;
    if (!('expression' in measure)) throw new Error('expected metric math');
    const body = measure.expression
      .replace(/FILL\((\w+), 0\)/g, '$1')
      .replace(/^IF\((.*), 1, 0\)$/, '($1) ? 1 : 0');
    const compute = new Function('published', 'delivered', `return ${body}`) as (...all: number[]) => number;
    expect(compute(published, delivered)).toBe(expected);
  });
});
