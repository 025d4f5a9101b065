import { pino, type Logger } from 'pino';
import type { CommonConfig } from './config';

/** What no log line may carry, wherever a caller puts it. */
const SECRET_PATHS = [
  'password',
  'token',
  '*.password',
  '*.token',
  '*.authorization',
  '*.headers.authorization',
];

/** JSON lines on standard output; the log pipeline collects them. */
export function createLogger(role: string, config: CommonConfig): Logger {
  return pino({
    level: config.LOG_LEVEL,
    base: {
      service: role,
      instance: config.INSTANCE_ID,
      environment: config.TIERS_ENVIRONMENT,
      region: config.AWS_REGION,
    },
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label) => ({ level: label }) },
    redact: { paths: SECRET_PATHS, censor: '[redacted]' },
  });
}
