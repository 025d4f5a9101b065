import { ScheduledWorkflow, type WorkflowDefinition } from '../../modules/scheduled-workflow';
import { KEY_INVENTORY, keyOf } from '../support/encryption';
import { inventory, only, resourcesOf, synthesize, type TestStack } from '../support/synth';

const KEY = '${aws_kms_key.encryption_key.arn}';
const MACHINE = 'arn:aws:states:us-east-1:111122223333:stateMachine:tiers-test-daily-report';

const definition: WorkflowDefinition = {
  TimeoutSeconds: 600,
  StartAt: 'Ask',
  States: {
    Ask: {
      Type: 'Parallel',
      Branches: [
        {
          StartAt: 'One',
          States: { One: { Type: 'Task', Resource: 'arn:aws:states:::sns:publish', End: true } },
        },
      ],
      Next: 'Tell',
    },
    Tell: { Type: 'Task', Resource: 'arn:aws:states:::sns:publish', Retry: [], Catch: [], End: true },
  },
};

function workflow(stack: TestStack, states = definition): ScheduledWorkflow {
  return new ScheduledWorkflow(stack, 'report', {
    component: 'daily-report',
    description: 'Sends the report of the day before',
    definition: states,
    schedule: { expression: 'cron(30 6 * * ? *)', timeZone: 'Europe/Dublin' },
    encryptionKey: keyOf(stack),
    logDays: 30,
  });
}

interface Policy {
  readonly Statement: readonly {
    readonly Action: string | readonly string[];
    readonly Resource: readonly string[];
    readonly Condition?: Readonly<Record<string, Readonly<Record<string, string>>>>;
  }[];
}
const parsed = (text: unknown): Policy => JSON.parse(String(text)) as Policy;

describe('ScheduledWorkflow', () => {
  const synthesized = synthesize((stack) => {
    workflow(stack).grant('publish', [{ actions: ['sns:Publish'], resources: ['arn:topic'] }]);
  });
  const policies = resourcesOf(synthesized, 'aws_iam_role_policy');

  test('declares exactly these resources', () => {
    expect(inventory(synthesized)).toEqual({
      ...KEY_INVENTORY,
      aws_cloudwatch_log_group: 1,
      aws_iam_role: 2,
      // What it needs itself, what it is granted, and the start.
      aws_iam_role_policy: 3,
      aws_scheduler_schedule: 1,
      aws_scheduler_schedule_group: 1,
      aws_sfn_state_machine: 1,
    });
  });

  test('the machine is encrypted, logged and traced', () => {
    expect(only(synthesized, 'aws_sfn_state_machine')).toMatchObject({
      name: 'tiers-test-daily-report',
      encryption_configuration: { type: 'CUSTOMER_MANAGED_KMS_KEY', kms_key_id: KEY },
      logging_configuration: {
        level: 'ERROR',
        include_execution_data: true,
        log_destination: '${aws_cloudwatch_log_group.report_log.arn}:*',
      },
      tracing_configuration: { enabled: true },
      depends_on: ['aws_iam_role_policy.report_run'],
    });
    expect(only(synthesized, 'aws_cloudwatch_log_group')).toMatchObject({
      name: '/tiers/test/workflows/daily-report',
      retention_in_days: 30,
      kms_key_id: KEY,
    });
  });

  test('the clock of the time zone starts it, once its permissions are there, and tries a failed start again', () => {
    expect(only(synthesized, 'aws_scheduler_schedule')).toMatchObject({
      name: 'tiers-test-daily-report',
      group_name: '${aws_scheduler_schedule_group.report_schedule_group.name}',
      schedule_expression: 'cron(30 6 * * ? *)',
      schedule_expression_timezone: 'Europe/Dublin',
      flexible_time_window: { mode: 'OFF' },
      kms_key_arn: KEY,
      target: {
        arn: '${aws_sfn_state_machine.report_machine.arn}',
        role_arn: '${aws_iam_role.report_schedule_role.arn}',
        retry_policy: { maximum_event_age_in_seconds: 3600, maximum_retry_attempts: 20 },
      },
      depends_on: ['aws_iam_role_policy.report_start', 'aws_iam_role_policy.report_publish'],
    });
  });

  test('neither role can be assumed for anything else', () => {
    const roles = resourcesOf(synthesized, 'aws_iam_role');
    const trust = (role: string) => parsed(roles[role]!.assume_role_policy).Statement[0];
    expect(trust('report_role')).toMatchObject({
      Principal: { Service: 'states.amazonaws.com' },
      Condition: {
        StringEquals: { 'aws:SourceAccount': '111122223333' },
        ArnLike: { 'aws:SourceArn': MACHINE },
      },
    });
    expect(trust('report_schedule_role')).toMatchObject({
      Principal: { Service: 'scheduler.amazonaws.com' },
      Condition: {
        ArnLike: {
          'aws:SourceArn': 'arn:aws:scheduler:us-east-1:111122223333:schedule-group/tiers-test-daily-report',
        },
      },
    });
  });

  test('the schedule may start this machine, and read its own input', () => {
    expect(parsed(policies.report_start!.policy).Statement).toEqual([
      {
        Effect: 'Allow',
        Action: ['states:StartExecution'],
        Resource: ['${aws_sfn_state_machine.report_machine.arn}'],
      },
      {
        Effect: 'Allow',
        Action: ['kms:Decrypt'],
        Resource: [KEY],
        Condition: {
          StringLike: {
            'kms:EncryptionContext:aws:scheduler:schedule:arn':
              'arn:aws:scheduler:us-east-1:111122223333:schedule/tiers-test-daily-report/tiers-test-daily-report',
          },
        },
      },
    ]);
  });

  test('the workflow uses the key for its own data only; what knows no resource is held to the region', () => {
    const [data, logs, ...rest] = parsed(policies.report_run!.policy).Statement;
    expect(data).toMatchObject({
      Action: ['kms:Decrypt', 'kms:GenerateDataKey'],
      Condition: { StringLike: { 'kms:EncryptionContext:aws:states:stateMachineArn': MACHINE } },
    });
    expect(logs).toMatchObject({
      Action: ['kms:GenerateDataKey'],
      Condition: {
        StringLike: { 'kms:EncryptionContext:SourceArn': 'arn:aws:logs:us-east-1:111122223333:*' },
      },
    });
    for (const { Action, Resource, Condition } of rest) {
      expect(Resource).toEqual(['*']);
      expect(Condition).toEqual({ StringEquals: { 'aws:RequestedRegion': 'us-east-1' } });
      for (const action of Action) expect(action).toMatch(/^(logs|xray):/);
    }
  });

  test('the key lets the log delivery read, once for all workflows', () => {
    const two = synthesize((stack) => {
      workflow(stack);
      keyOf(stack).allowWorkflowLogs();
    });
    const { policy } = only(two, 'aws_kms_key');
    const uses = (parsed(policy).Statement as readonly { Sid?: string }[]).filter(
      ({ Sid }) => Sid === 'LogsOfWorkflows',
    );
    expect(uses).toEqual([
      {
        Sid: 'LogsOfWorkflows',
        Effect: 'Allow',
        Principal: { Service: 'delivery.logs.amazonaws.com' },
        Action: ['kms:Decrypt'],
        Resource: '*',
        Condition: {
          StringLike: { 'kms:EncryptionContext:SourceArn': 'arn:aws:logs:us-east-1:111122223333:*' },
        },
      },
    ]);
  });
});

describe('the definition', () => {
  const build = (states: WorkflowDefinition) => synthesize((stack) => void workflow(stack, states));
  const textOf = (states: WorkflowDefinition) =>
    JSON.parse(String(only(build(states), 'aws_sfn_state_machine').definition)) as WorkflowDefinition;

  test('speaks JSONata; tasks that do not say how they are tried again are, in branches too', () => {
    const written = textOf(definition);
    expect(written).toMatchObject({ QueryLanguage: 'JSONata', TimeoutSeconds: 600, StartAt: 'Ask' });
    const [branch] = written.States.Ask!.Branches as WorkflowDefinition[];
    expect(branch!.States.One!.Retry).toEqual([
      { ErrorEquals: ['States.QueryEvaluationError'], MaxAttempts: 0 },
      expect.objectContaining({ ErrorEquals: ['States.ALL'], MaxAttempts: 5 }),
    ]);
    expect(written.States.Tell!.Retry).toEqual([]);
  });

  test('references of Terraform stay references', () => {
    const synthesized = synthesize((stack) => {
      const { arn } = keyOf(stack);
      const Tell = { ...definition.States.Tell!, Arguments: { Key: arn } };
      workflow(stack, { ...definition, States: { ...definition.States, Tell } });
    });
    expect(only(synthesized, 'aws_sfn_state_machine').definition).toContain(`"Key":"${KEY}"`);
  });

  test.each<[string, Partial<WorkflowDefinition>, string]>([
    ['begins nowhere', { StartAt: 'Gone' }, 'report.definition.StartAt: received "Gone"; allowed: Ask, Tell'],
    [
      'goes on to a state that is not there',
      { States: { ...definition.States, Ask: { ...definition.States.Ask!, Next: 'Gone' } } },
      'report.definition.States.Ask: received "Gone"',
    ],
    [
      'leads nowhere',
      { States: { ...definition.States, Tell: { Type: 'Task' } } },
      'report.definition.States.Tell: received "Task"; allowed: Next, or End: true',
    ],
    [
      'has a state that is never reached',
      { States: { ...definition.States, Lonely: { Type: 'Succeed' } } },
      'report.definition.States.Lonely: received "Lonely"; allowed: states that the workflow reaches',
    ],
    [
      'has a choice that may fit nothing',
      {
        States: {
          ...definition.States,
          Ask: { Type: 'Choice', Choices: [{ Condition: '{% true %}', Next: 'Tell' }] },
        },
      },
      'report.definition.States.Ask: received "no Default"',
    ],
    [
      'has a branch that leads nowhere',
      {
        States: {
          ...definition.States,
          Ask: {
            Type: 'Parallel',
            Branches: [{ StartAt: 'One', States: { One: { Type: 'Pass' } } }],
            Next: 'Tell',
          },
        },
      },
      'report.definition.States.Ask.0.States.One: received "Pass"',
    ],
    [
      'would be read as a template by Terraform',
      { Comment: '{%{"a": 1}%}' },
      'allowed: texts that Terraform leaves alone',
    ],
    ['is read as a reference by Terraform', { Comment: '${path.root}' }, 'no %{ and no ${'],
  ])('one that %s is refused', (_what, change, message) => {
    expect(() => build({ ...definition, ...change })).toThrow(message);
  });
});
