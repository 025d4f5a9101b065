import { CloudwatchEventRule } from '@cdktf/provider-aws/lib/cloudwatch-event-rule';
import { CloudwatchEventTarget } from '@cdktf/provider-aws/lib/cloudwatch-event-target';
import { Construct } from 'constructs';
import { Names } from '../../lib/naming';
import type { NotificationTopic } from '../notification-topic';
import { planEvents, type EventInput } from './plan';

export interface EventTicketsProps extends EventInput {
  /** Where they go; a topic that lets `rules` publish. */
  readonly topic: NotificationTopic;
}

/** Tells people what AWS says in events only. An event may come twice or, rarely, not at all; alarms are what is relied on. */
export class EventTickets extends Construct {
  constructor(scope: Construct, id: string, { topic, ...input }: EventTicketsProps) {
    super(scope, id);
    for (const { id: event, description, pattern, paths, text } of planEvents(input)) {
      const rule = new CloudwatchEventRule(this, event, {
        name: Names.of(this).regional('eventRule', event),
        description,
        eventPattern: JSON.stringify(pattern),
      });
      new CloudwatchEventTarget(this, `${event}-ticket`, {
        rule: rule.name,
        arn: topic.arn,
        inputTransformer: { inputPaths: { ...paths }, inputTemplate: JSON.stringify(text) },
      });
    }
  }
}
