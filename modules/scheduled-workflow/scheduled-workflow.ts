import { CloudwatchLogGroup } from '@cdktf/provider-aws/lib/cloudwatch-log-group';
import { IamRole } from '@cdktf/provider-aws/lib/iam-role';
import { IamRolePolicy } from '@cdktf/provider-aws/lib/iam-role-policy';
import { SchedulerSchedule } from '@cdktf/provider-aws/lib/scheduler-schedule';
import { SchedulerScheduleGroup } from '@cdktf/provider-aws/lib/scheduler-schedule-group';
import { SfnStateMachine } from '@cdktf/provider-aws/lib/sfn-state-machine';
import { dependable } from 'cdktf';
import { Construct } from 'constructs';
import { policyDocument, trustedBy, type Grantable, type Statement } from '../../lib/grants';
import { Names } from '../../lib/naming';
import { placeOf, type Place } from '../../lib/place';
import type { EncryptionKey } from '../encryption-key';
import { definitionText, type WorkflowDefinition } from './definition';

/** When a workflow runs. */
export interface Schedule {
  /** `cron(30 6 * * ? *)` or `rate(1 hour)` (Amazon EventBridge Scheduler User Guide, "Schedule types"). */
  readonly expression: string;
  /** Time zone of the IANA database that the expression is meant in; it follows daylight saving time. */
  readonly timeZone: string;
  /** Seconds for which a start that failed is tried again, 60 to 86400. Default: 3600. */
  readonly latest?: number;
}

export interface ScheduledWorkflowProps {
  /** What it does, in lower case and hyphens, such as `daily-report`; part of the names. */
  readonly component: string;
  /** One sentence for whoever finds it in the console. */
  readonly description: string;
  /**
   * In the Amazon States Language with JSONata. What goes from state to state stands in the history of each run, and after an
   * error in the log: no secret may be among it.
   */
  readonly definition: WorkflowDefinition;
  readonly schedule: Schedule;
  /** Under which definition, history, log and schedule are kept. */
  readonly encryptionKey: EncryptionKey;
  /** Days that the log is kept. */
  readonly logDays: number;
}

/**
 * Work by the clock: a state machine of Step Functions that EventBridge Scheduler starts. What it may do is granted to it. A start that
 * fails is tried again; one that fails for good leaves no message anywhere, which the alarm on missing runs finds
 * (modules/alarms/workflows.ts).
 */
export class ScheduledWorkflow extends Construct implements Grantable {
  readonly stateMachineName: string;
  readonly stateMachineArn: string;
  private readonly role: IamRole;
  private readonly schedule: SchedulerSchedule;

  constructor(scope: Construct, id: string, props: ScheduledWorkflowProps) {
    super(scope, id);
    const { component, encryptionKey } = props;
    const place = placeOf(this);
    const names = Names.of(this);
    const name = names.regional('stateMachine', component);
    // Written out: the role's policies are there before the machine, which is refused without them.
    const machineArn = `arn:aws:states:${place.region}:${place.account}:stateMachine:${name}`;
    const groupName = names.path('logGroup', `workflows/${component}`);
    const logGroup = new CloudwatchLogGroup(this, 'log', {
      name: groupName,
      retentionInDays: props.logDays,
      kmsKeyId: encryptionKey.forLogGroup(groupName),
    });
    encryptionKey.allowWorkflowLogs();
    this.role = new IamRole(this, 'role', {
      name: names.account('role', component),
      description: `Workflow: ${component}`,
      // AWS Step Functions Developer Guide, "Prevent cross-service confused deputy issue".
      assumeRolePolicy: trustedBy('states.amazonaws.com', {
        account: place.account,
        sourceArn: machineArn,
      }),
    });
    const own = new IamRolePolicy(this, 'run', {
      name: 'run',
      role: this.role.name,
      policy: policyDocument(ownStatements(place, machineArn, encryptionKey)),
    });
    const machine = new SfnStateMachine(this, 'machine', {
      name,
      roleArn: this.role.arn,
      definition: definitionText(this.node.path, props.definition),
      // The history of each run is kept for 90 days anyway; the log is for what went wrong.
      loggingConfiguration: {
        level: 'ERROR',
        includeExecutionData: true,
        logDestination: `${logGroup.arn}:*`,
      },
      tracingConfiguration: { enabled: true },
      encryptionConfiguration: {
        type: 'CUSTOMER_MANAGED_KMS_KEY',
        kmsKeyId: encryptionKey.arn,
        kmsDataKeyReusePeriodSeconds: 900,
      },
      dependsOn: [own],
    });
    this.stateMachineName = machine.name;
    this.stateMachineArn = machine.arn;
    this.schedule = this.startBy(props, place);
  }

  /** Adds an inline policy of that name to the workflow's role. Each name once: a second one is refused by cdktf. */
  grant(id: string, statements: readonly Statement[]): void {
    const policy = new IamRolePolicy(this, id, {
      name: id,
      role: this.role.name,
      policy: policyDocument(statements),
    });
    // A schedule starts its first run at once; without the permission that one would fail.
    this.schedule.dependsOn = [...(this.schedule.dependsOn ?? []), dependable(policy)];
  }

  /** A group of its own for the schedule: the role is for that group alone, and costs can be told apart by its tags. */
  private startBy(
    { component, description, encryptionKey, schedule }: ScheduledWorkflowProps,
    place: Place,
  ): SchedulerSchedule {
    const names = Names.of(this);
    const name = names.regional('schedule', component);
    const arn = (kind: string): string => `arn:aws:scheduler:${place.region}:${place.account}:${kind}`;
    const group = new SchedulerScheduleGroup(this, 'schedule-group', { name });
    const role = new IamRole(this, 'schedule-role', {
      name: names.account('role', `${component}-schedule`),
      description: `Starts by the clock: ${component}`,
      // Amazon EventBridge Scheduler User Guide, "Cross-service confused deputy prevention": the source is the group.
      assumeRolePolicy: trustedBy('scheduler.amazonaws.com', {
        account: place.account,
        sourceArn: arn(`schedule-group/${name}`),
      }),
    });
    const start = new IamRolePolicy(this, 'start', {
      name: 'start',
      role: role.name,
      policy: policyDocument([
        { actions: ['states:StartExecution'], resources: [this.stateMachineArn] },
        // The same guide, "Encryption at rest": the schedule's input is decrypted as this role.
        encryptionKey.contextStatement('read', {
          'aws:scheduler:schedule:arn': arn(`schedule/${name}/${name}`),
        }),
      ]),
    });
    return new SchedulerSchedule(this, 'schedule', {
      name,
      groupName: group.name,
      description,
      scheduleExpression: schedule.expression,
      scheduleExpressionTimezone: schedule.timeZone,
      flexibleTimeWindow: { mode: 'OFF' },
      kmsKeyArn: encryptionKey.arn,
      target: {
        arn: this.stateMachineArn,
        roleArn: role.arn,
        retryPolicy: { maximumEventAgeInSeconds: schedule.latest ?? 3600, maximumRetryAttempts: 20 },
      },
      dependsOn: [start],
    });
  }
}

/** What every workflow does by itself: keeps its data under the key, writes its log, sends its traces. */
function ownStatements(place: Place, machineArn: string, key: EncryptionKey): Statement[] {
  // None of these actions knows resources (Service Authorization Reference); calls to other regions are left out.
  const here = { StringEquals: { 'aws:RequestedRegion': place.region } };
  return [
    key.contextStatement('both', { 'aws:states:stateMachineArn': machineArn }),
    key.contextStatement('generate', { SourceArn: `arn:aws:logs:${place.region}:${place.account}:*` }),
    {
      // AWS Step Functions Developer Guide, "Using CloudWatch Logs to log execution history".
      actions: [
        'logs:CreateLogDelivery',
        'logs:DeleteLogDelivery',
        'logs:DescribeLogGroups',
        'logs:DescribeResourcePolicies',
        'logs:GetLogDelivery',
        'logs:ListLogDeliveries',
        'logs:PutResourcePolicy',
        'logs:UpdateLogDelivery',
      ],
      resources: ['*'],
      conditions: here,
    },
    {
      // The same guide, "Trace Step Functions request data in AWS X-Ray".
      actions: [
        'xray:GetSamplingRules',
        'xray:GetSamplingTargets',
        'xray:PutTelemetryRecords',
        'xray:PutTraceSegments',
      ],
      resources: ['*'],
      conditions: here,
    },
  ];
}
