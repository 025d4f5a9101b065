import type { Logger } from 'pino';
import { AssetStore } from './aws/assets';
import { ClientConfigSource } from './aws/client-config';
import { Topic } from './aws/topic';
import { openPageCache } from './cdn/invalidation';
import { createCache, type Cache } from './cache/cache';
import { cachedValues, type CachedValues } from './cache/values';
import type { ApiConfig } from './config';
import { Boosts } from './database/boosts';
import { Pictures } from './database/pictures';
import { Posts } from './database/posts';
import { Users } from './database/users';
import { Follows } from './feed/follows';
import { Idempotency } from './http/idempotency';
import { jobHandler, type Tools } from './jobs/handlers';
import { OwnHands } from './jobs/own-hands';
import { JobQueue, type Jobs } from './jobs/queue';
import { SigningKeys } from './http/signing-keys';
import { Metrics } from './metrics/metrics';
import { delivery } from './outbox/delivery';
import { Invalidation } from './outbox/invalidation';
import { Relay } from './outbox/relay';
import { WriterRegion } from './regions/writer-region';
import { Schema } from './schema';
import { DatabaseSessions } from './sessions/database-store';
import { Sessions, SESSION_LIFETIME_MS } from './sessions/sessions';
import { TableSessions } from './sessions/table-store';
import { openShards } from './sharding/open';
import type { Shards } from './sharding/shards';
import { ActiveUsers } from './statistics/active-users';
import { Statistics } from './statistics/statistics';

/** Everything the routes work with. */
export interface Dependencies {
  readonly config: ApiConfig;
  /** The databases, each with a part of the users. */
  readonly shards: Shards;
  readonly schema: Schema;
  readonly users: Users;
  readonly posts: Posts;
  readonly pictures: Pictures;
  readonly boosts: Boosts;
  readonly follows: Follows;
  readonly cache: Cache;
  /** What is read through the cache. */
  readonly cached: CachedValues;
  readonly assets: AssetStore;
  readonly queue: Jobs;
  readonly statistics: Statistics;
  readonly activeUsers: ActiveUsers;
  /** Tells others of what was written. */
  readonly relay: Relay;
  readonly invalidation: Invalidation;
  /** Where events are taken by several queues. */
  readonly topic?: Topic;
  readonly idempotency: Idempotency;
  readonly clientConfig: ClientConfigSource;
  readonly writerRegion: WriterRegion;
  readonly signingKeys: SigningKeys;
  readonly sessions: Sessions;
  readonly metrics: Metrics;
  /** True from the stop signal on. */
  readonly drain: { draining: boolean };
}

export function createDependencies(config: ApiConfig, log: Logger): Dependencies {
  const metrics = new Metrics(
    {
      namespace: config.METRICS_NAMESPACE,
      intervalSeconds: config.METRICS_INTERVAL_SECONDS,
      objectives: config.RESPONSE_TIME_OBJECTIVES,
    },
    log,
  );
  const writerRegion = new WriterRegion(config, log);
  const shards = openShards(config, 'api', log, {
    onRead: (source) => metrics.read(source),
    writesHere: () => writerRegion.isHere,
  });
  const pictures = new Pictures(shards);
  const users = new Users(shards);
  const posts = new Posts(shards);
  const cache = createCache(config, log);
  const assets = new AssetStore(config, config.ASSET_BUCKET);
  const signingKeys = new SigningKeys(config, log);
  const sessionStore =
    config.TABLE_NAME === undefined
      ? new DatabaseSessions(shards)
      : new TableSessions(config, config.TABLE_NAME, SESSION_LIFETIME_MS);
  const statistics = new Statistics(config, shards, log);
  const queue = openJobs(config, { shards, pictures, assets, statistics }, log);
  const follows = new Follows(shards);
  const cached = cachedValues(cache, { shards, users, posts }, metrics);
  const invalidation = new Invalidation(config, cached, log);
  const topic =
    config.EVENTS_TOPIC_ARN === undefined ? undefined : new Topic(config, config.EVENTS_TOPIC_ARN);
  const relay = new Relay(
    shards.all,
    {
      deliver: delivery({ jobs: queue, topic, follows, caches: invalidation }),
      writesHere: () => writerRegion.isHere,
    },
    metrics,
    log,
  );
  return {
    config,
    shards,
    schema: new Schema(shards, log),
    users,
    posts,
    pictures,
    boosts: new Boosts(shards),
    follows,
    cache,
    cached,
    assets,
    queue,
    statistics,
    activeUsers: new ActiveUsers(
      cache,
      (day, number) => queue.send({ type: 'active-users', day, number, requestId: '' }),
      log,
    ),
    relay,
    invalidation,
    topic,
    idempotency: new Idempotency(config, config.TABLE_NAME, log),
    clientConfig: new ClientConfigSource(config, log),
    writerRegion,
    signingKeys,
    sessions: new Sessions(sessionStore, cache, signingKeys, config, log),
    metrics,
    drain: { draining: false },
  };
}

/** Without a queue, jobs are done here. */
function openJobs(
  config: ApiConfig,
  tools: Pick<Tools, 'shards' | 'pictures' | 'assets' | 'statistics'>,
  log: Logger,
): Jobs {
  if (config.QUEUE_URL !== undefined) return new JobQueue(config, config.QUEUE_URL);
  return new OwnHands(
    jobHandler({ ...tools, pages: openPageCache(config, log), fanoutLimit: config.FANOUT_LIMIT }, log),
    log,
  );
}

export async function closeDependencies(dependencies: Dependencies): Promise<void> {
  await Promise.all([dependencies.relay.stop(), dependencies.invalidation.stop()]);
  dependencies.topic?.close();
  dependencies.clientConfig.close();
  dependencies.writerRegion.close();
  dependencies.signingKeys.close();
  await dependencies.activeUsers.close();
  dependencies.cache.close();
  // What this process has in hand needs the bucket and the database.
  await dependencies.queue.close();
  await dependencies.statistics.close();
  dependencies.assets.close();
  dependencies.idempotency.close();
  dependencies.sessions.close();
  await dependencies.shards.close();
  dependencies.metrics.close();
}
