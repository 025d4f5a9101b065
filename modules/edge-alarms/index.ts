export { EdgeAlarms, type EdgeAlarmsProps } from './edge-alarms';
export { planEdgeAlarms, type EdgeInput } from './plan';
