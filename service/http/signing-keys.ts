import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from 'pino';
import { Secrets } from '../aws/secrets';
import { jitter, retry } from '../backoff';
import type { ApiConfig } from '../config';
import { SECRET_MINIMUM_BYTES, signingKey, type PublicJwk, type SigningKey } from './signing-key';

/** Time between two reads, whatever ids of keys are made up. */
const PAUSE_MS = 1_000;

/**
 * The keys of the tokens: the current one signs, it and the one before are accepted. A rotation so ends no session, as long as
 * a token lives shorter than the time between two. A node learns of a rotation at the next poll or from the first token
 * that another node signed with the new key; until then it signs with the key that has become the one before.
 */
export class SigningKeys {
  private keys: readonly SigningKey[] = [];
  private readAt = 0;
  private reading: Promise<void> | undefined;
  private timer: NodeJS.Timeout | undefined;
  private readonly secrets: Secrets;

  constructor(
    private readonly config: ApiConfig,
    private readonly log: Logger,
  ) {
    this.secrets = new Secrets(config);
  }

  /** Without a key nothing can be served, so the start waits some seconds for it. */
  async start(): Promise<void> {
    await retry({ attempts: 5, baseMs: 300, retryable: () => true }, () => this.read());
    this.poll();
  }

  close(): void {
    clearTimeout(this.timer);
    this.secrets.close();
  }

  get current(): SigningKey {
    const [current] = this.keys;
    if (current === undefined) throw new Error('the keys of the tokens are not read yet');
    return current;
  }

  /** The keys whose tokens are accepted, for anybody who wants to verify one. */
  get published(): readonly PublicJwk[] {
    return this.keys.map(({ jwk }) => jwk);
  }

  /** Codes of a text under every key that is accepted, that of the current key first. */
  macs(text: string): readonly Buffer[] {
    return this.keys.map(({ mac }) => mac(text));
  }

  /**
   * The public key that a token names, if it is still accepted.
   * @throws the error of the read for a key that is not known here, as it may be a new one
   */
  async find(kid: unknown): Promise<string | undefined> {
    if (typeof kid !== 'string') return undefined;
    const known = (): string | undefined => this.keys.find((one) => one.kid === kid)?.publicKey;
    if (known() === undefined) await this.readSoon();
    return known();
  }

  /** Reads once more, a second after the last time at the earliest; whoever waits shares the read. */
  private readSoon(): Promise<void> {
    this.reading ??= sleep(Math.max(0, this.readAt + PAUSE_MS - Date.now()))
      .then(() => this.read())
      .finally(() => {
        this.reading = undefined;
      });
    return this.reading;
  }

  private poll(): void {
    this.timer = setTimeout(
      () =>
        void this.readSoon()
          .catch((error: unknown) => this.log.warn({ err: error }, 'signing keys not read, those known stay'))
          .then(() => this.poll()),
      jitter(this.config.SIGNING_KEY_POLL_SECONDS * 1000),
    );
    this.timer.unref();
  }

  private async read(): Promise<void> {
    this.readAt = Date.now();
    const arn = this.config.SIGNING_SECRET_ARN;
    const [current, previous] = await Promise.all([
      this.secrets.read(arn),
      this.secrets.read(arn, 'AWSPREVIOUS'),
    ]);
    const bytes = Buffer.byteLength(current?.text ?? '');
    if (current === undefined || bytes < SECRET_MINIMUM_BYTES) {
      throw new Error(
        `SIGNING_SECRET_ARN ${arn}: the secret has ${bytes} bytes, the keys need ${SECRET_MINIMUM_BYTES}`,
      );
    }
    this.keys = [current, ...(previous ? [previous] : [])].map(
      (text) => this.keys.find(({ kid }) => kid === text.version) ?? signingKey(text),
    );
  }
}
