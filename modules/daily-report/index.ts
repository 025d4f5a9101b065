export { BUSINESS_METRICS, businessNamespace } from './business-metrics';
export { DailyReport, type DailyReportProps } from './daily-report';
