import { BUSINESS_METRICS, businessNamespace, DailyReport } from '../../modules/daily-report';
import { ErrorDigest } from '../../modules/error-digest';
import { LogPipeline } from '../../modules/log-pipeline';
import { NotificationTopic } from '../../modules/notification-topic';
import { keyOf } from '../support/encryption';
import { inventory, resourcesOf, synthesize, type Synthesized, type TestStack } from '../support/synth';

/** What a workflow declares, with the policies of what it is granted. */
const WORKFLOW = {
  aws_cloudwatch_log_group: 1,
  aws_iam_role: 2,
  aws_scheduler_schedule: 1,
  aws_scheduler_schedule_group: 1,
  aws_sfn_state_machine: 1,
};

function around(stack: TestStack) {
  const encryptionKey = keyOf(stack);
  const logs = new LogPipeline(stack, 'logs', {
    groupNames: { api: '/tiers/test/service/api' },
    encryptionKey,
    accessLogs: { logBucketName: 'access-logs' },
    days: 90,
    logDays: 30,
  });
  const topic = new NotificationTopic(stack, 'reports', {
    component: 'reports',
    encryptionKey,
    publishers: [],
  });
  return { logs, topic, encryptionKey, logDays: 30 };
}

/** What is there with the module and not without it. */
function added(build: (stack: TestStack) => void): Record<string, number> {
  const bare = inventory(synthesize((stack) => void around(stack)));
  return Object.fromEntries(
    Object.entries(inventory(synthesize(build)))
      .map(([type, count]) => [type, count - (bare[type] ?? 0)] as const)
      .filter(([, count]) => count > 0),
  );
}

const granted = (synthesized: Synthesized, name: string): string =>
  String(resourcesOf(synthesized, 'aws_iam_role_policy')[name]!.policy);

describe('DailyReport', () => {
  const build = (stack: TestStack) =>
    void new DailyReport(stack, 'report', { ...around(stack), timeZone: 'Europe/Dublin' });
  const synthesized = synthesize(build);

  test('is a workflow that asks, publishes and puts figures', () => {
    // Its own needs, the start, and three grants.
    expect(added(build)).toEqual({ ...WORKFLOW, aws_iam_role_policy: 5 });
    expect(granted(synthesized, 'report_workflow_publish_reports')).toContain(
      '"Action":["sns:Publish"],"Resource":["${aws_sns_topic.reports_topic.arn}"]',
    );
  });

  test('puts figures into its own namespace only', () => {
    expect(JSON.parse(granted(synthesized, 'report_workflow_put_figures'))).toMatchObject({
      Statement: [
        {
          Action: ['cloudwatch:PutMetricData'],
          Condition: { StringEquals: { 'cloudwatch:namespace': 'tiers/test/business' } },
        },
      ],
    });
    const place = { project: 'tiers', environment: 'test', region: 'us-east-1', account: '111122223333' };
    expect(businessNamespace(place)).toBe('tiers/test/business');
  });

  test('is sent in the morning of the time zone, after the day of UTC has ended', () => {
    const [schedule] = Object.values(resourcesOf(synthesized, 'aws_scheduler_schedule'));
    expect(schedule).toMatchObject({
      schedule_expression: 'cron(30 7 * * ? *)',
      schedule_expression_timezone: 'Europe/Dublin',
    });
    // Half past seven is at least half an hour after midnight in UTC wherever clocks are set by whole or half hours.
    for (const zone of Intl.supportedValuesOf('timeZone')) {
      const parts = new Intl.DateTimeFormat('en-GB', { timeZone: zone, timeStyle: 'short' });
      const midnights = [Date.UTC(2026, 0, 15), Date.UTC(2026, 6, 15)].map((time) => parts.format(time));
      for (const midnight of midnights) expect(midnight >= '07:01' && midnight < '07:31').toBe(false);
    }
  });

  test('every metric that it puts has its name here', () => {
    const [machine] = Object.values(resourcesOf(synthesized, 'aws_sfn_state_machine'));
    for (const { name } of Object.values(BUSINESS_METRICS))
      expect(machine!.definition).toContain(`'${name}'`);
  });
});

describe('ErrorDigest', () => {
  const build = (stack: TestStack) => void new ErrorDigest(stack, 'digest', around(stack));

  test('is a workflow that asks and publishes', () => {
    expect(added(build)).toEqual({ ...WORKFLOW, aws_iam_role_policy: 4 });
  });

  test('starts twenty minutes after each hour, and never so late that it would look at another one', () => {
    const [schedule] = Object.values(resourcesOf(synthesize(build), 'aws_scheduler_schedule'));
    expect(schedule).toMatchObject({
      schedule_expression: 'cron(20 * * * ? *)',
      target: { retry_policy: { maximum_event_age_in_seconds: 1800 } },
    });
  });
});
