import { readMessage } from '../daily-report/definition';
import { ask, type Desk } from '../log-pipeline';
import type { WorkflowDefinition } from '../scheduled-workflow';

export interface ErrorDigestInput {
  readonly desk: Desk;
  readonly topicArn: string;
  /** What the digest is of, such as `tiers production us-east-1`. */
  readonly title: string;
  /** Log group of a service is this and the service's name. */
  readonly groupPrefix: string;
}

/** Milliseconds since 1970 of the hour that the run began in. */
const HOUR = '$floor($toMillis($states.context.Execution.StartTime) / 3600000) * 3600000';

/** The hour before: what is new. In the first hour of a day (UTC), the day before: everything. */
export function digestDefinition(input: ErrorDigestInput): WorkflowDefinition {
  return {
    Comment: 'Errors by kind, new ones first, if there are any to tell',
    TimeoutSeconds: 1800,
    StartAt: 'Choose the time',
    States: {
      'Choose the time': {
        Type: 'Pass',
        Assign: {
          title: input.title,
          groups: input.groupPrefix,
          until: `{% $fromMillis(${HOUR}) %}`,
          daily: `{% $substring($fromMillis(${HOUR}), 11, 2) = '00' %}`,
        },
        Next: 'Look back',
      },
      'Look back': {
        Type: 'Pass',
        Assign: {
          from: '{% $fromMillis($toMillis($until) - ($daily ? 24 : 1) * 3600000) %}',
          since: '{% $fromMillis($toMillis($until) - ($daily ? 24 : 1) * 3600000 - 7 * 86400000) %}',
        },
        Next: 'Ask errors',
      },
      ...ask(input.desk, 'errors', { Next: 'Anything to tell' }),
      'Anything to tell': {
        Type: 'Choice',
        Choices: [
          {
            Condition: "{% $count($states.input.errors[$daily or seen = 'new']) > 0 %}",
            Next: 'Send the digest',
          },
        ],
        Default: 'Nothing',
      },
      Nothing: { Type: 'Succeed' },
      'Send the digest': {
        Type: 'Task',
        Resource: 'arn:aws:states:::sns:publish',
        Arguments: {
          TopicArn: input.topicArn,
          Subject: "{% $substring(($daily ? 'Errors of a day: ' : 'New errors: ') & $title, 0, 99) %}",
          Message: readMessage('error-digest'),
        },
        End: true,
      },
    },
  };
}
