import { readFileSync } from 'node:fs';
import { Redis } from 'ioredis';
import type { Logger } from 'pino';
import { jitter } from '../backoff';
import { endpoint, type CacheConfig } from '../config';
import { tokenSource } from './iam-token';

/**
 * Renewal of the login, in ms. A token may be used for 15 minutes, a connection lives for 12 hours unless it
 * authenticates again ("Authenticating with IAM", Amazon ElastiCache): every 10 minutes satisfies both.
 */
const RENEW_MS = 600_000;

/** A cache that takes longer than this costs more than the database would. */
const COMMAND_TIMEOUT_MS = 100;

/**
 * Keeps an entry, unless the one that is there is as of a later moment and says something else; where it says the same, it lives longer.
 * Entries of another shard are replaced.
 */
const KEEP = `
local PARTS = '^(%d+:)(%x+)(|%d+|%d+|)(.*)$'
local shard, lsn, _, body = string.match(redis.call('GET', KEYS[1]) or '', PARTS)
local newShard, newLsn, numbers, newBody = string.match(ARGV[1], PARTS)
local later = shard == newShard and lsn > newLsn
if later and body ~= newBody then return 0 end
redis.call('SET', KEYS[1], newShard .. (later and lsn or newLsn) .. numbers .. newBody, 'EX', ARGV[2])
return 1`;

/** One connection to one endpoint; it reconnects by itself and refuses commands at once while it is away. */
export class CacheConnection {
  private readonly redis: Redis;
  private readonly login: { readonly user: string; readonly token: () => Promise<string> } | undefined;
  private timer: NodeJS.Timeout | undefined;

  constructor(
    readonly host: string,
    config: CacheConfig,
    private readonly log: Logger,
  ) {
    const server = endpoint(host, config.CACHE_PORT);
    this.redis = new Redis({
      host: server.host,
      port: server.port,
      username: config.CACHE_AUTH === 'iam' ? config.CACHE_USER : undefined,
      tls:
        config.CACHE_TLS === 'true'
          ? {
              servername: server.host,
              ...(config.CACHE_CA_FILE && { ca: readFileSync(config.CACHE_CA_FILE, 'utf8') }),
            }
          : undefined,
      lazyConnect: true,
      connectTimeout: 1_000,
      commandTimeout: COMMAND_TIMEOUT_MS,
      enableOfflineQueue: false,
      autoResendUnfulfilledCommands: false,
      maxRetriesPerRequest: 0,
      retryStrategy: (attempt) => jitter(Math.min(100 * 2 ** Math.min(attempt, 6), 5_000)),
      // A replica that was promoted, or a primary that was demoted, is found again by connecting anew.
      reconnectOnError: (error) => error.message.startsWith('READONLY'),
    });
    this.redis.on('error', (error: Error) => log.debug({ err: error, host }, 'cache connection'));
    this.redis.on('ready', () => log.info({ host }, 'cache connected'));
    this.redis.on('close', () => log.warn({ host }, 'cache connection closed'));
    if (config.CACHE_AUTH === 'iam' && config.CACHE_USER && config.CACHE_NAME) {
      const identity = { region: config.AWS_REGION, cacheName: config.CACHE_NAME, user: config.CACHE_USER };
      this.login = { user: config.CACHE_USER, token: tokenSource(identity) };
    }
  }

  /** Starts connecting in the background. A cache that is away is no fault at start. */
  async open(): Promise<void> {
    await this.renew();
    this.timer = setInterval(() => void this.renew(), RENEW_MS);
    this.timer.unref();
    this.redis
      .connect()
      .catch((error: unknown) => this.log.warn({ err: error, host: this.host }, 'cache away'));
  }

  get(key: string): Promise<string | null> {
    return this.redis.get(key);
  }

  /** Keeps an entry, unless the one that is there is as of a later moment. */
  async keep(key: string, entry: string, seconds: number): Promise<void> {
    await this.redis.eval(KEEP, 1, key, entry, seconds);
  }

  /** Whether nobody else holds the lock; it frees itself. */
  async lock(key: string, milliseconds: number): Promise<boolean> {
    return (await this.redis.set(key, '1', 'PX', milliseconds, 'NX')) === 'OK';
  }

  async unlock(key: string): Promise<void> {
    await this.redis.del(key);
  }

  command(name: string, values: readonly (string | number)[]): Promise<unknown> {
    return this.redis.call(name, ...values);
  }

  async ping(): Promise<void> {
    await this.redis.ping();
  }

  close(): void {
    clearInterval(this.timer);
    this.redis.disconnect();
  }

  /** Sets the password of the next connection and authenticates the one that stands. */
  private async renew(): Promise<void> {
    if (this.login === undefined) return;
    try {
      const token = await this.login.token();
      this.redis.options.password = token;
      if (this.redis.status === 'ready') await this.redis.auth(this.login.user, token);
    } catch (error) {
      this.log.warn({ err: error, host: this.host }, 'cache login not renewed');
    }
  }
}
