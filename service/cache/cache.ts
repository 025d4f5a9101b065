import type { Logger } from 'pino';
import { jitter } from '../backoff';
import type { CacheConfig } from '../config';
import { CacheConnection } from './connection';

/** After this many failures in a row the cache is not asked for a while, so that a silent one costs little. */
const FAILURE_LIMIT = 5;
const REST_MS = 2_000;

/**
 * The cache tier. It may be absent, slow or wrong about its own health: every method answers, none throws. What is
 * kept here lives in the database as well.
 */
export class Cache {
  private failures = 0;
  private restUntil = 0;

  constructor(
    /** Takes the writes. */
    private readonly primary: CacheConnection | undefined,
    /** Serves the reads; the same as `primary` where there is no reader endpoint. */
    private readonly reader: CacheConnection | undefined,
    private readonly ttlSeconds: number,
    private readonly log: Logger,
  ) {}

  get present(): boolean {
    return this.primary !== undefined;
  }

  /** The cached value, or undefined on a miss and whenever the cache can't answer in time. */
  async get(key: string): Promise<unknown> {
    const found = await this.attempt(this.reader, (connection) => connection.get(key));
    if (found === undefined || found === null) return undefined;
    try {
      return JSON.parse(found);
    } catch {
      return undefined;
    }
  }

  /** Keeps a value for half of to the whole of the TTL, so that what was filled together does not expire together. */
  async set(key: string, value: unknown): Promise<void> {
    const seconds = Math.max(1, Math.round(jitter(this.ttlSeconds)));
    await this.attempt(this.primary, (connection) => connection.set(key, JSON.stringify(value), seconds));
  }

  /** @throws the connection's error, for the readiness report */
  async ping(): Promise<void> {
    await Promise.all([this.primary?.ping(), this.reader?.ping()]);
  }

  async open(): Promise<void> {
    const connections = new Set([this.primary, this.reader].filter((one) => one !== undefined));
    await Promise.all([...connections].map((connection) => connection.open()));
  }

  close(): void {
    this.primary?.close();
    this.reader?.close();
  }

  private async attempt<T>(
    connection: CacheConnection | undefined,
    run: (connection: CacheConnection) => Promise<T>,
  ): Promise<T | undefined> {
    if (connection === undefined || Date.now() < this.restUntil) return undefined;
    try {
      const result = await run(connection);
      this.failures = 0;
      return result;
    } catch (error) {
      this.failures += 1;
      if (this.failures >= FAILURE_LIMIT) {
        this.restUntil = Date.now() + jitter(REST_MS);
        this.failures = 0;
        this.log.warn({ err: error, host: connection.host }, 'cache left alone for a while');
      }
      return undefined;
    }
  }
}

/** The cache of the configuration; without CACHE_HOST every read is a miss. */
export function createCache(config: CacheConfig, log: Logger): Cache {
  const { CACHE_HOST: host, CACHE_READER_HOST: readerHost } = config;
  const primary = host === undefined ? undefined : new CacheConnection(host, config, log);
  const reader =
    primary === undefined || readerHost === undefined || readerHost === host
      ? primary
      : new CacheConnection(readerHost, config, log);
  return new Cache(primary, reader, config.CACHE_TTL_SECONDS, log);
}
