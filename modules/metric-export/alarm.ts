import type { AlarmPlan } from '../alarms';

/**
 * Share of deliveries that were taken. A stream that sends nothing is the same fault as one that is refused: there are metrics every
 * minute, so silence is counted as bad. Told here and not where the metrics go, which is what it is about.
 */
export function exportAlarm(streamName: string): AlarmPlan {
  return {
    id: 'metric-export',
    grade: 'ticket',
    impact:
      'metrics do not reach Datadog; dashboards and alarms there stand still, those of CloudWatch go on',
    runbook: 'metric-export',
    measure: {
      namespace: 'AWS/Firehose',
      name: 'DeliveryToHttpEndpoint.Success',
      dimensions: { DeliveryStreamName: streamName },
      statistic: 'Average',
    },
    when: 'below',
    threshold: 0.9,
    period: 300,
    of: 6,
    bad: 4,
    missing: 'breaching',
  };
}
