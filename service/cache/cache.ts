import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from 'pino';
import { jitter } from '../backoff';
import type { CacheConfig } from '../config';
import { Breaker } from './breaker';
import { CacheConnection } from './connection';
import { decode, encode, isFresh, type AsOf, type Entry } from './entry';

/** A value that is missing in the database may be written at any moment. */
const ABSENT_SECONDS = 5;
/** Who holds the lock of a key loads it; others look for what it brings, for so long at most. */
const LOCK_MS = 500;
const WAIT_MS = 300;
const LOOK_MS = 25;

/** One endpoint, and whether it is worth asking. */
interface Side {
  readonly connection: CacheConnection;
  readonly breaker: Breaker;
}

/**
 * The cache tier. It may be absent, slow or wrong about its own health: every method answers, none throws, and none waits for longer than
 * a command may take. What is kept here lives in the database as well.
 */
export class Cache {
  constructor(
    /** Takes the writes. */
    private readonly primary: Side | undefined,
    /** Serves the reads; the same as `primary` where there is no reader endpoint. */
    private readonly reader: Side | undefined,
    private readonly ttlSeconds: number,
  ) {}

  get present(): boolean {
    return this.primary !== undefined;
  }

  /** @returns null for a miss, undefined when the cache does not say */
  async read(key: string): Promise<Entry | null | undefined> {
    const found = await this.reader?.breaker.run(() => this.reader!.connection.get(key));
    return typeof found === 'string' ? (decode(found) ?? null) : found;
  }

  /**
   * Keeps a value for half of to the whole of the TTL, so that what was filled together does not expire together, unless what is kept is
   * as of a later moment.
   * @param body JSON, `null` for a value that is not there, empty for one that is out of date
   * @param cost what it took to load, in ms
   * @returns whether the cache has it, or something newer
   */
  async keep(key: string, asOf: AsOf, body: string, cost = 0): Promise<boolean> {
    const seconds = Math.max(1, Math.round(jitter(this.ttlSeconds)));
    // What has expired is still there to be compared with: a replica that is behind fills in nothing old.
    const lifetime = body === 'null' ? jitter(ABSENT_SECONDS) : seconds;
    const entry = encode({ asOf, body, cost, expiresAt: Date.now() + lifetime * 1000 });
    const kept = await this.primary?.breaker.run(async () => {
      await this.primary!.connection.keep(key, entry, seconds);
      return true;
    });
    return kept === true;
  }

  /** @returns whether the caller is the one of all processes that loads the key; undefined when the cache does not say */
  async lock(key: string): Promise<boolean | undefined> {
    return this.primary?.breaker.run(() => this.primary!.connection.lock(`lock:${key}`, LOCK_MS));
  }

  async unlock(key: string): Promise<void> {
    await this.primary?.breaker.run(() => this.primary!.connection.unlock(`lock:${key}`));
  }

  /** Waits for a moment for what the holder of the lock brings. */
  async waitForOther(key: string): Promise<Entry | undefined> {
    for (const end = Date.now() + WAIT_MS; Date.now() < end;) {
      await sleep(LOOK_MS);
      const found = await this.read(key);
      if (found === undefined) return undefined;
      if (found !== null && isFresh(found)) return found;
    }
    return undefined;
  }

  /** Any command, for what is kept nowhere else; undefined when the cache can't answer in time. */
  async command(side: 'primary' | 'reader', name: string, ...values: (string | number)[]): Promise<unknown> {
    return this[side]?.breaker.run(() => this[side]!.connection.command(name, values));
  }

  /** @throws the connection's error, for the readiness report */
  async ping(): Promise<void> {
    await Promise.all([this.primary?.connection.ping(), this.reader?.connection.ping()]);
  }

  async open(): Promise<void> {
    const sides = new Set([this.primary, this.reader].filter((side) => side !== undefined));
    await Promise.all([...sides].map(({ connection }) => connection.open()));
  }

  close(): void {
    this.primary?.connection.close();
    this.reader?.connection.close();
  }
}

/** The cache of the configuration; without CACHE_HOST every read is a miss. */
export function createCache(config: CacheConfig, log: Logger): Cache {
  const { CACHE_HOST: host, CACHE_READER_HOST: readerHost = host } = config;
  const side = (name: string): Side => ({
    connection: new CacheConnection(name, config, log),
    breaker: new Breaker((error) => log.warn({ err: error, host: name }, 'cache left alone for a while')),
  });
  const primary = host === undefined ? undefined : side(host);
  const reader = readerHost === undefined || readerHost === host ? primary : side(readerHost);
  return new Cache(primary, primary && reader, config.CACHE_TTL_SECONDS);
}
