import { pino, type Bindings, type Logger } from 'pino';
import type { CommonConfig } from './config';
import { fingerprint } from './fingerprint';
import { describeError, MASKED, PRIVATE_PATHS } from './masking';

/** Told of every line of level error and above: the members of the line, the message, and its group. */
export type ErrorListener = (members: Bindings, message: string, group: string) => void;

const ERROR = 50;

/** JSON lines on standard output, without personal data; the log pipeline collects them. */
export function createLogger(role: string, config: CommonConfig, onError?: ErrorListener): Logger {
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
    hooks: {
      logMethod(args, method, level) {
        if (level < ERROR) return method.apply(this, args);
        const [first, second]: unknown[] = args;
        const members: Bindings =
          first instanceof Error ? { err: first } : Object(typeof first === 'string' ? {} : first);
        const message = typeof first === 'string' ? first : String(second ?? '');
        const group = fingerprint(members['err'] ?? message);
        onError?.({ ...this.bindings(), ...members }, message, group);
        return method.apply(this, [{ ...members, fingerprint: group }, message]);
      },
    },
  });
}
