export { Alarms, type AlarmsProps } from './alarms';
export { certificateAlarm } from './certificate';
export { declareAlarms, type AlarmsPlan } from './declare';
export { deliveryAlarms, drillId } from './delivery';
export { planAlarms, type AlarmInput } from './plan';
export { AlarmTopics, type AlarmTopicsProps } from './topics';
export type { AlarmPlan, Grade, Metric } from './types';
export { webAclAlarm } from './web-acl';
export type { WorkflowInput } from './workflows';
