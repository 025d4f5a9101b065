import { type Facts, type KnownTypes, listed, named } from './known-type';

const stateMachineArn = (facts: Facts): string => facts.arn('states', `stateMachine:${facts.text('name')}`);

/** What works by itself: workflows and the clock that starts them. */
export const AUTOMATION: KnownTypes = {
  aws_sfn_state_machine: listed({ id: stateMachineArn, arn: stateMachineArn, name: named('name') }),
  aws_scheduler_schedule_group: listed({
    id: named('name'),
    name: named('name'),
    arn: (facts) => facts.arn('scheduler', `schedule-group/${facts.text('name')}`),
  }),
  aws_scheduler_schedule: listed({
    id: (facts) => `${facts.text('group_name')}/${facts.text('name')}`,
    arn: (facts) => facts.arn('scheduler', `schedule/${facts.text('group_name')}/${facts.text('name')}`),
  }),
};
