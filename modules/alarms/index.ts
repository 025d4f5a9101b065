export { Alarms, type AlarmsProps } from './alarms';
export { planAlarms, type AlarmInput } from './plan';
export { AlarmTopics, type AlarmTopicsProps } from './topics';
export type { AlarmPlan, Grade } from './types';
