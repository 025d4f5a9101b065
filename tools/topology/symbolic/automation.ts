import { type Facts, type KnownTypes, listed, named, opaque } from './known-type';

const stateMachineArn = (facts: Facts): string => facts.arn('states', `stateMachine:${facts.text('name')}`);

const functionArn = (facts: Facts): string => facts.arn('lambda', `function:${facts.text('function_name')}`);

const glue =
  (kind: string, ...names: string[]) =>
  (facts: Facts): string =>
    facts.arn('glue', [kind, ...names.map((name) => facts.text(name))].join('/'));

/** What works by itself: workflows, the clock that starts them, the questions to logs that they ask, the canary, functions. */
export const AUTOMATION: KnownTypes = {
  aws_sfn_state_machine: listed({ id: stateMachineArn, arn: stateMachineArn, name: named('name') }),
  aws_lambda_function: listed({
    id: named('function_name'),
    function_name: named('function_name'),
    arn: functionArn,
  }),
  aws_lambda_permission: listed({ id: (facts) => facts.text('statement_id') }),
  aws_scheduler_schedule_group: listed({
    id: named('name'),
    name: named('name'),
    arn: (facts) => facts.arn('scheduler', `schedule-group/${facts.text('name')}`),
  }),
  aws_chatbot_slack_channel_configuration: listed({
    chat_configuration_arn: (facts) =>
      facts.arn('chatbot', `chat-configuration/slack-channel/${facts.text('configuration_name')}`),
  }),
  aws_chatbot_teams_channel_configuration: listed({
    chat_configuration_arn: (facts) =>
      facts.arn('chatbot', `chat-configuration/microsoft-teams-channel/${facts.text('configuration_name')}`),
  }),
  aws_synthetics_canary: listed({
    id: named('name'),
    name: named('name'),
    arn: (facts) => facts.arn('synthetics', `canary:${facts.text('name')}`),
  }),
  aws_scheduler_schedule: listed({
    id: (facts) => `${facts.text('group_name')}/${facts.text('name')}`,
    arn: (facts) => facts.arn('scheduler', `schedule/${facts.text('group_name')}/${facts.text('name')}`),
  }),
  aws_athena_workgroup: listed({
    id: named('name'),
    name: named('name'),
    arn: (facts) => facts.arn('athena', `workgroup/${facts.text('name')}`),
  }),
  aws_athena_named_query: listed({ id: opaque('query') }),
  aws_glue_catalog_database: listed({
    id: (facts) => `${facts.resource.account}:${facts.text('name')}`,
    name: named('name'),
    arn: glue('database', 'name'),
  }),
  aws_glue_catalog_table: listed({
    id: (facts) => `${facts.resource.account}:${facts.text('database_name')}:${facts.text('name')}`,
    name: named('name'),
    arn: glue('table', 'database_name', 'name'),
  }),
  aws_cloudwatch_log_stream: listed({ id: named('name'), name: named('name') }),
  aws_cloudwatch_metric_stream: listed({ id: named('name'), name: named('name') }),
};
