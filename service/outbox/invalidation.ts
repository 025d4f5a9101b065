import type { Logger } from 'pino';
import { z } from 'zod';
import { Topic } from '../aws/topic';
import type { CachedValues } from '../cache/values';
import type { ApiConfig } from '../config';
import { Consumer } from '../jobs/consumer';
import { staleSchema, type Event } from './events';

/** What the region that writes tells the others. */
const message = staleSchema.extend({
  type: z.literal('cache.stale'),
  requestId: z.string(),
  position: z.string(),
  age: z.number(),
});
/** Seconds for the deletion of a key, and how long a poll lasts: the end of a process waits for neither. */
const VISIBILITY = 30;
const WAIT = 20;

/**
 * Makes caches forget what has changed: that of this region, which the outbox tells itself, and those of the others, by a topic to a queue
 * in each of them.
 */
export class Invalidation {
  private readonly topic?: Topic;
  private readonly consumer?: Consumer<z.infer<typeof message>>;
  /** Seconds after which nothing of before is cached any more, whoever could not be told. */
  private readonly oldest: number;

  constructor(
    config: ApiConfig,
    private readonly cached: CachedValues,
    log: Logger,
  ) {
    this.oldest = 2 * config.CACHE_TTL_SECONDS;
    const { INVALIDATION_TOPIC_ARN: arn, INVALIDATION_QUEUE_URL: url } = config;
    if (arn !== undefined) this.topic = new Topic(config, arn);
    if (url === undefined) return;
    const source = { url, lanes: 1, visibilitySeconds: VISIBILITY, waitSeconds: WAIT };
    this.consumer = new Consumer(
      config,
      source,
      { schema: message, handle: (told, ownLog) => this.forget(told, told, ownLog) },
      log,
    );
  }

  start(): void {
    this.consumer?.start();
  }

  async stop(): Promise<void> {
    await this.consumer?.stop();
    this.topic?.close();
  }

  /** @throws when the cache did not confirm, until what it may hold has expired */
  here(event: Event<'cache.stale'>, log: Logger): Promise<void> {
    return this.forget(event.data, event, log);
  }

  /** @throws the topic's error */
  async elsewhere({ type, requestId, position, age, data }: Event<'cache.stale'>): Promise<void> {
    await this.topic?.publish({ type, requestId, position, age, ...data } as { readonly type: string });
  }

  private async forget(
    { kind, id }: z.infer<typeof staleSchema>,
    { position, age }: { readonly position: string; readonly age: number },
    log: Logger,
  ): Promise<void> {
    try {
      await this.cached[kind].forget(id, position);
    } catch (error) {
      if (age < this.oldest) throw error;
      log.warn({ err: error }, 'cache not told; what it held has expired');
    }
  }
}
