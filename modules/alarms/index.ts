export { Alarms, type AlarmsProps } from './alarms';
export { planAlarms, type AlarmInput } from './plan';
export type { AlarmPlan, Grade } from './types';
