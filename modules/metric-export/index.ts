export { exportAlarm } from './alarm';
export { MetricExport, type MetricExportProps, type MetricName } from './metric-export';
