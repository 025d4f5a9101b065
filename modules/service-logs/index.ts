export { ERROR_LINES, ServiceLogs, type ServiceLogsProps, type ServiceRole } from './service-logs';
