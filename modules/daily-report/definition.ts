import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ask, expression, type Desk, type QueryName } from '../log-pipeline';
import type { WorkflowDefinition } from '../scheduled-workflow';
import { BUSINESS_METRICS } from './business-metrics';

const FOLDER = join(__dirname, '..', '..', 'reports', 'messages');

/** Queries of the report. */
const QUERIES: readonly QueryName[] = ['traffic', 'slowest-endpoints', 'users', 'business', 'errors'];

export interface DailyReportInput {
  readonly desk: Desk;
  readonly topicArn: string;
  /** What the report is of, such as `tiers production us-east-1`. */
  readonly title: string;
  readonly namespace: string;
}

/** A message of reports/messages/, as a text that Step Functions takes for an expression of JSONata. */
export function readMessage(name: string): string {
  return expression(readFileSync(join(FOLDER, `${name}.jsonata`), 'utf8'));
}

/** Milliseconds since 1970 of the day's beginning, and so many days later. */
const midnight = (days: number): string => `($toMillis($day & 'T00:00:00.000Z') + ${days} * 86400000)`;
const dayLater = (days: number): string => `{% $substring($fromMillis(${midnight(days)}), 0, 10) %}`;
const timeLater = (days: number): string => `{% $fromMillis(${midnight(days)}) %}`;

/** The figures for CloudWatch, from the answers of the queries. */
const FIGURES = `(
  $one := $states.input.users[0];
  $end := $day & 'T23:59:00Z';
  $figure := function($name, $value, $unit, $dimensions) {
    { 'MetricName': $name, 'Timestamp': $end, 'Value': $value, 'Unit': $unit, 'Dimensions': $dimensions }
  };
  $by := function($name, $value) { [{ 'Name': $name, 'Value': $value }] };
  $times := function($event) { $sum([0, $states.input.business[event = $event].$number(times)]) };
  $share := function($part, $all) { $number($all) = 0 ? 0 : $round(100 * $number($part) / $number($all), 2) };
  $after := '${BUSINESS_METRICS.retainedUsers.dimension}';
  [
    $figure('${BUSINESS_METRICS.dailyActiveUsers.name}', $number($one.active), 'Count', []),
    $figure('${BUSINESS_METRICS.retainedUsers.name}', $number($one.retained_day), 'Count', $by($after, '1 day')),
    $figure('${BUSINESS_METRICS.retainedUsers.name}', $number($one.retained_week), 'Count', $by($after, '7 days')),
    $figure('${BUSINESS_METRICS.retainedShare.name}', $share($one.retained_day, $one.active_day_before), 'Percent', $by($after, '1 day')),
    $figure('${BUSINESS_METRICS.retainedShare.name}', $share($one.retained_week, $one.active_week_before), 'Percent', $by($after, '7 days')),
    $figure('${BUSINESS_METRICS.signUps.name}', $times('sign_up'), 'Count', []),
    $figure('${BUSINESS_METRICS.posts.name}', $times('post'), 'Count', []),
    $states.input.business[event = 'purchase' and currency != ''].$figure(
      '${BUSINESS_METRICS.revenue.name}', $number(cents) / 100, 'None', $by('${BUSINESS_METRICS.revenue.dimension}', currency)
    )
  ]
)`;

/**
 * Yesterday, in UTC, or the day that a run by hand names as `{"day": "2026-01-31"}`: ask everything at once, put the figures into
 * CloudWatch, send the message.
 */
export function reportDefinition({ desk, topicArn, title, namespace }: DailyReportInput): WorkflowDefinition {
  return {
    Comment: 'The report of the day before, and its figures',
    TimeoutSeconds: 3600,
    StartAt: 'Choose the day',
    States: {
      'Choose the day': {
        Type: 'Pass',
        Assign: {
          title,
          day: '{% $exists($states.input.day) ? $states.input.day : $substring($fromMillis($toMillis($states.context.Execution.StartTime) - 86400000), 0, 10) %}',
        },
        Next: 'Count the days',
      },
      'Count the days': {
        Type: 'Pass',
        Assign: {
          next: dayLater(1),
          before: dayLater(-1),
          week: dayLater(-7),
          week_next: dayLater(-6),
          from: timeLater(0),
          until: timeLater(1),
          since: timeLater(-7),
        },
        Next: 'Ask',
      },
      Ask: {
        Type: 'Parallel',
        Branches: QUERIES.map((name) => ({
          StartAt: `Ask ${name}`,
          States: ask(desk, name, { End: true }),
        })),
        Output: '{% $merge($states.result) %}',
        Next: 'Put the figures',
      },
      'Put the figures': {
        Type: 'Task',
        Resource: 'arn:aws:states:::aws-sdk:cloudwatch:putMetricData',
        Arguments: { Namespace: namespace, MetricData: expression(FIGURES) },
        Output: '{% $states.input %}',
        Next: 'Send the report',
      },
      'Send the report': {
        Type: 'Task',
        Resource: 'arn:aws:states:::sns:publish',
        Arguments: {
          TopicArn: topicArn,
          Subject: "{% $substring('Report of ' & $day & ': ' & $title, 0, 99) %}",
          Message: readMessage('daily-report'),
        },
        End: true,
      },
    },
  };
}
