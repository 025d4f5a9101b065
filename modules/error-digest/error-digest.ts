import { Construct } from 'constructs';
import { placeOf } from '../../lib/place';
import type { EncryptionKey } from '../encryption-key';
import type { LogPipeline } from '../log-pipeline';
import type { NotificationTopic } from '../notification-topic';
import { ScheduledWorkflow } from '../scheduled-workflow';
import { digestDefinition } from './definition';

export interface ErrorDigestProps {
  /** Where the lines are asked. */
  readonly logs: LogPipeline;
  /** Who gets the digest. */
  readonly topic: NotificationTopic;
  readonly encryptionKey: EncryptionKey;
  /** Days that the log of failed runs is kept. */
  readonly logDays: number;
}

/** Errors of the service by kind: new kinds within the hour after they appear, all kinds once a day, nothing when there is nothing. */
export class ErrorDigest extends Construct {
  readonly stateMachineArn: string;

  constructor(scope: Construct, id: string, props: ErrorDigestProps) {
    super(scope, id);
    const { project, environment, region } = placeOf(this);
    const workflow = new ScheduledWorkflow(this, 'workflow', {
      component: 'error-digest',
      description: 'Tells of new kinds of errors',
      definition: digestDefinition({
        desk: props.logs,
        topicArn: props.topic.arn,
        title: `${project} ${environment} ${region}`,
        groupPrefix: `/${project}/${environment}/service/`,
      }),
      // By then the last lines of the hour before are in the bucket. A later start would look at another hour.
      schedule: { expression: 'cron(20 * * * ? *)', timeZone: 'UTC', latest: 1800 },
      encryptionKey: props.encryptionKey,
      logDays: props.logDays,
    });
    props.logs.grantQuery(workflow);
    props.topic.grantPublish(workflow);
    this.stateMachineArn = workflow.stateMachineArn;
  }
}
