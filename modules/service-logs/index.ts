export { ServiceLogs, type ServiceLogsProps, type ServiceRole } from './service-logs';
