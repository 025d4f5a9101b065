import type { AlarmPlan, Grade, Metric } from './types';

/** A topic that alarms go to. */
export interface DeliveryInput {
  /** What its messages are, such as `pages`; lower case and hyphens. */
  readonly component: string;
  readonly topicName: string;
  /** Subscriptions that every message has to reach. */
  readonly listeners: number;
}

const HOUR = 3_600;
/** Hours after which a drill that comes once a day is missing: a day, and as long as a drill, its figures and a late start take. */
const SILENCE = 28;

/** The alarm that is set off every day to see whether its message arrives. */
export function drillId(component: string): string {
  return `${component}-drill`;
}

/**
 * The way of pages is watched by tickets, and the other way round. Each day CloudWatch is made to set off an alarm that means nothing
 * (modules/alarm-path): its message takes the whole way of a real one. The count of what was delivered finds what the count of failures
 * cannot: a message that was never let in, and a subscription that nobody confirmed or somebody deleted.
 */
export function deliveryAlarms(ways: Readonly<Record<Grade, DeliveryInput>>): readonly AlarmPlan[] {
  return [...wayAlarms('page', 'ticket', ways.page), ...wayAlarms('ticket', 'page', ways.ticket)];
}

function wayAlarms(
  grade: Grade,
  told: Grade,
  { component, topicName, listeners }: DeliveryInput,
): AlarmPlan[] {
  const metric = (name: string): Metric => ({
    namespace: 'AWS/SNS',
    name,
    dimensions: { TopicName: topicName },
    statistic: 'Sum',
  });
  const published = metric('NumberOfMessagesPublished');
  return [
    {
      id: `${component}-undelivered`,
      grade: told,
      impact: `${component} do not reach everybody who listens: for more than a day there was no hour in which each of ${listeners} got every message`,
      runbook: 'alarm-path',
      measure: {
        expression: `IF(FILL(published, 0) > 0 && FILL(delivered, 0) >= ${listeners} * FILL(published, 0), 1, 0)`,
        label: 'everybody got every message',
        of: { published, delivered: metric('NumberOfNotificationsDelivered') },
      },
      when: 'below',
      threshold: 1,
      period: HOUR,
      of: SILENCE,
      bad: SILENCE,
      // Nothing was published: the drill was not let in, or did not take place.
      missing: 'breaching',
    },
    {
      id: `${component}-failed`,
      grade: told,
      impact: `a message to those who get ${component} could not be delivered and is not tried again`,
      runbook: 'alarm-path',
      measure: metric('NumberOfNotificationsFailed'),
      when: 'above',
      threshold: 0,
      period: 300,
      of: 1,
      bad: 1,
      missing: 'notBreaching',
    },
    {
      id: drillId(component),
      grade,
      drill: true,
      impact: `test of the way that ${component} take, as every day: nothing is wrong`,
      runbook: 'alarm-path',
      // A count is never below nothing: only the drill sets it off.
      measure: published,
      when: 'below',
      threshold: 0,
      period: 300,
      of: 1,
      bad: 1,
      missing: 'notBreaching',
    },
  ];
}
