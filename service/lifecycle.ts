import type { Logger } from 'pino';
import { ConfigError } from './config';
import { fingerprint } from './fingerprint';
import { describeError } from './masking';

/**
 * Longest time between a stop signal and the end of the process, in seconds, drain time not counted. Below the 120 s
 * notice of a Spot interruption together with the longest drain in use.
 */
const STOP_LIMIT_SECONDS = 30;

/** Runs `stop` once on SIGTERM or SIGINT and ends the process; a second signal ends it at once. */
export function stopOnSignal(log: Logger, stop: () => Promise<void>, drainSeconds = 0): void {
  let stopping = false;
  const onSignal = (signal: NodeJS.Signals): void => {
    if (stopping) process.exit(1);
    stopping = true;
    log.info({ signal }, 'stopping');
    const limit = setTimeout(
      () => {
        log.error({ limitSeconds: STOP_LIMIT_SECONDS }, 'not stopped within the limit, ending');
        process.exit(1);
      },
      (drainSeconds + STOP_LIMIT_SECONDS) * 1000,
    );
    limit.unref();
    stop().then(
      () => {
        log.info('stopped');
        process.exit(0);
      },
      (error: unknown) => {
        log.error({ err: error }, 'stopped with an error');
        process.exit(1);
      },
    );
  };
  process.on('SIGTERM', onSignal);
  process.on('SIGINT', onSignal);
}

/** One line like those of the logger, so that it is counted among the errors and carries no more than they do. */
function lastWords(service: string, error: unknown): void {
  const time = new Date().toISOString();
  const said = { err: describeError(error), fingerprint: fingerprint(error) };
  console.error(JSON.stringify({ level: 'fatal', time, service, ...said, msg: 'ends' }));
}

/**
 * Runs the entry point of a role. What ends it is one line of the log: an environment with faults, readable by people, or
 * an error that nothing caught, at the start or later.
 */
export function main(service: string, run: () => Promise<void>): void {
  process.on('uncaughtException', (error) => {
    lastWords(service, error);
    process.exit(1);
  });
  run().catch((error: unknown) => {
    const wrong = error instanceof ConfigError;
    if (wrong) console.error(error.message);
    else lastWords(service, error);
    // 78 is EX_CONFIG of sysexits.h: starting again won't help.
    process.exit(wrong ? 78 : 1);
  });
}
