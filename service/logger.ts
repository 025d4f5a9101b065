import { pino, type Logger } from 'pino';
import type { CommonConfig } from './config';
import { describeError, MASKED, PRIVATE_PATHS } from './masking';

/** JSON lines on standard output, without personal data; the log pipeline collects them. */
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
    serializers: { err: describeError },
    redact: { paths: [...PRIVATE_PATHS], censor: MASKED },
  });
}
