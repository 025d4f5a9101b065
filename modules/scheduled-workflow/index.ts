export type { State, States, WorkflowDefinition } from './definition';
export { ScheduledWorkflow, type Schedule, type ScheduledWorkflowProps } from './scheduled-workflow';
