/** Events of AWS that somebody has to hear of within a working day, as plain data. */
export interface EventPlan {
  /** Construct id, and last part of the rule's name. */
  readonly id: string;
  readonly description: string;
  /** As EventBridge takes it. */
  readonly pattern: object;
  /** Where in the event the values of the text are. */
  readonly paths: Readonly<Record<string, string>>;
  /** What people read; `<name>` is the value of a path. */
  readonly text: string;
}

export interface EventInput {
  /** Identifiers of the database instances. */
  readonly databases: readonly string[];
}

/**
 * Amazon RDS User Guide, "Amazon RDS event categories and event messages", beside whole categories: storage is full, nearly full, at
 * 80% of what it may grow to, and a fix of the operating system waits for a maintenance window.
 */
const DATABASE = {
  categories: ['failure', 'low storage'],
  ids: ['RDS-EVENT-0221', 'RDS-EVENT-0222', 'RDS-EVENT-0225', 'RDS-EVENT-0230'],
} as const;

/** What has no metric: storage that RDS cannot grow, images that cannot be built, changes that AWS has planned. */
export function planEvents({ databases }: EventInput): readonly EventPlan[] {
  return [
    {
      id: 'database-event',
      description: 'RDS cannot do what it is asked for, or storage comes to its end',
      pattern: {
        source: ['aws.rds'],
        'detail-type': ['RDS DB Instance Event'],
        detail: {
          SourceIdentifier: databases,
          $or: [{ EventCategories: DATABASE.categories }, { EventID: DATABASE.ids }],
        },
      },
      paths: {
        database: '$.detail.SourceIdentifier',
        message: '$.detail.Message',
        event: '$.detail.EventID',
      },
      text: 'Database <database>: <message> (<event>). Nothing to do tonight; act within the next working day. Runbook: docs/runbooks/database-storage.md',
    },
    {
      // Of the whole account and region: the ARN of an image has the name of its recipe, in a form of its own.
      id: 'image-failed',
      description: 'A machine image was not built',
      pattern: {
        source: ['aws.imagebuilder'],
        'detail-type': ['EC2 Image Builder Image State Change'],
        detail: { state: { status: ['FAILED'] } },
      },
      paths: { image: '$.resources[0]', reason: '$.detail.state.reason' },
      text: 'The image <image> was not built: <reason>. Running machines are not affected; they get no fixes. Nothing to do tonight; act within the next working day. Runbook: docs/runbooks/aging.md',
    },
    {
      id: 'image-pipeline-disabled',
      description: 'EC2 Image Builder has given up on a pipeline',
      pattern: {
        source: ['aws.imagebuilder'],
        'detail-type': ['EC2 Image Builder Image Pipeline Automatically Disabled'],
      },
      paths: { pipeline: '$.resources[0]' },
      text: 'The image pipeline <pipeline> failed so often that EC2 Image Builder turned it off: machines get no fixes any more. Nothing to do tonight; act within the next working day. Runbook: docs/runbooks/aging.md',
    },
    {
      id: 'aws-health',
      description: 'AWS has planned a change, or has a fault, that touches this account',
      pattern: {
        source: ['aws.health'],
        'detail-type': ['AWS Health Event'],
        detail: { eventTypeCategory: ['issue', 'scheduledChange'] },
      },
      paths: {
        service: '$.detail.service',
        code: '$.detail.eventTypeCode',
        start: '$.detail.startTime',
      },
      text: 'AWS Health, <service>: <code>, from <start>. The AWS Health Dashboard names what is touched, and until when to act. Runbook: docs/runbooks/aging.md',
    },
  ];
}
