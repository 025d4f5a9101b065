import { Construct } from 'constructs';
import { placeOf } from '../../lib/place';
import type { EncryptionKey } from '../encryption-key';
import type { LogPipeline } from '../log-pipeline';
import type { NotificationTopic } from '../notification-topic';
import { ScheduledWorkflow } from '../scheduled-workflow';
import { businessNamespace } from './business-metrics';
import { reportDefinition } from './definition';

export interface DailyReportProps {
  /** Where the lines are asked. */
  readonly logs: LogPipeline;
  /** Who gets the report. */
  readonly topic: NotificationTopic;
  /** Time zone in which it is sent at half past seven in the morning. */
  readonly timeZone: string;
  readonly encryptionKey: EncryptionKey;
  /** Days that the log of failed runs is kept. */
  readonly logDays: number;
}

/** Traffic, errors, slow endpoints, users and business of the day before, as a message and as metrics. */
export class DailyReport extends Construct {
  readonly stateMachineArn: string;

  constructor(scope: Construct, id: string, props: DailyReportProps) {
    super(scope, id);
    const place = placeOf(this);
    const namespace = businessNamespace(place);
    const workflow = new ScheduledWorkflow(this, 'workflow', {
      component: 'daily-report',
      description: 'Sends the report of the day before',
      definition: reportDefinition({
        desk: props.logs,
        topicArn: props.topic.arn,
        title: `${place.project} ${place.environment} ${place.region}`,
        namespace,
      }),
      // The day is one of UTC; in no time zone is half past seven within half an hour after its end, so its last lines are there.
      schedule: { expression: 'cron(30 7 * * ? *)', timeZone: props.timeZone },
      encryptionKey: props.encryptionKey,
      logDays: props.logDays,
    });
    props.logs.grantQuery(workflow);
    props.topic.grantPublish(workflow);
    workflow.grant('put-figures', [
      {
        actions: ['cloudwatch:PutMetricData'],
        // Metrics are no resources; the namespace is what holds it.
        resources: ['*'],
        conditions: { StringEquals: { 'cloudwatch:namespace': namespace } },
      },
    ]);
    this.stateMachineArn = workflow.stateMachineArn;
  }
}
