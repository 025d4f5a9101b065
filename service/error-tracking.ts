import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { defaultStackParser, LightNodeClient, makeNodeTransport, Scope } from '@sentry/node-core/light';
import type { Logger } from 'pino';
import { Secrets } from './aws/secrets';
import { retry } from './backoff';
import type { CommonConfig } from './config';
import type { ErrorListener } from './logger';
import { mask } from './masking';

/** Errors that wait to be sent; what comes on top is lost to the tracker, and stands in the log. */
const WAITING_LIMIT = 30;
/** What a stopping process waits for the last of them. */
const CLOSE_MS = 2_000;
const CAUSES_LIMIT = 5;

/** Of the packed service, /opt/tiers/package.json; unknown where the bundle lies alone. */
function release(): string {
  try {
    const { version } = JSON.parse(readFileSync(join(__dirname, '../../package.json'), 'utf8')) as {
      version: string;
    };
    return `tiers@${version}`;
  } catch {
    return 'tiers@unknown';
  }
}

/** An error with its causes, as Sentry takes it: what is thrown last stands last. No more of it than the log has. */
function exceptions(error: unknown, depth = CAUSES_LIMIT): { type: string; value: string; stack: string }[] {
  if (!(error instanceof Error) || depth === 0) return [];
  const { stack = '', message, cause, code } = error as Error & { code?: unknown };
  // Several failed tries to connect are one error without a message, and with a code.
  const value = mask(message || (typeof code === 'string' ? code : ''));
  return [...exceptions(cause, depth - 1), { type: error.constructor.name, value, stack }];
}

/**
 * Sends what the log says of errors to Sentry as well, under the same fingerprint. Without SENTRY_DSN_SECRET_ARN it does nothing; while
 * Sentry is away or slow errors are dropped, and nothing else changes. None of the SDK's integrations is on: it sees what is
 * handed to it here and nothing of the process, its requests or its environment.
 */
export class ErrorTracking {
  private client: LightNodeClient | undefined;

  constructor(private readonly config: CommonConfig) {}

  /** In the background: errors of the first moments are in the log alone. */
  async start(log: Logger, reader?: Pick<Secrets, 'read' | 'close'>): Promise<void> {
    const arn = this.config.SENTRY_DSN_SECRET_ARN;
    if (arn === undefined) return;
    const secrets = reader ?? new Secrets(this.config);
    try {
      const dsn = await retry({ attempts: 5, baseMs: 1_000, retryable: () => true }, () => secrets.read(arn));
      this.client = new LightNodeClient({
        dsn: dsn?.text.trim(),
        environment: this.config.TIERS_ENVIRONMENT,
        release: release(),
        serverName: this.config.INSTANCE_ID,
        integrations: [],
        stackParser: defaultStackParser,
        transport: makeNodeTransport,
        transportOptions: { bufferSize: WAITING_LIMIT },
        sendClientReports: false,
      });
      this.client.init();
      if (this.client.getDsn() === undefined) log.warn({ arn }, 'the secret holds no DSN of Sentry');
    } catch (error) {
      log.warn({ err: error }, 'no error goes to Sentry: its DSN could not be read');
    } finally {
      secrets.close();
    }
  }

  readonly report: ErrorListener = (members, message, group) => {
    if (this.client === undefined) return;
    const scope = new Scope();
    scope.setFingerprint([group]);
    for (const tag of ['service', 'region', 'requestId', 'endpoint', 'code', 'job']) {
      if (members[tag] !== undefined) scope.setTag(tag, String(members[tag]));
    }
    const values = exceptions(members['err']).map(({ type, value, stack }) => ({
      type,
      value,
      stacktrace: { frames: defaultStackParser(stack) },
    }));
    const said = mask(message);
    this.client.captureEvent(
      {
        level: 'error',
        ...(values.length > 0 ? { exception: { values }, extra: { log: said } } : { message: said }),
      },
      undefined,
      scope,
    );
  };

  async close(): Promise<void> {
    await this.client?.close(CLOSE_MS);
  }
}
