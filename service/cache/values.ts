import type { Posts, Post } from '../database/posts';
import type { User, Users } from '../database/users';
import type { Metrics } from '../metrics/metrics';
import { post, user } from '../routes/schemas';
import { positionOf } from '../sharding/position';
import type { Shards } from '../sharding/shards';
import type { Cache } from './cache';
import { Cached } from './cached';
import { sortable, type AsOf } from './entry';

/** Everything that is read through the cache. */
export interface CachedValues {
  readonly posts: Cached<Post>;
  readonly users: Cached<User>;
}

export function cachedValues(
  cache: Cache,
  { shards, posts, users }: { readonly shards: Shards; readonly posts: Posts; readonly users: Users },
  metrics: Metrics,
): CachedValues {
  const common = {
    covers: (id: string, { shard, lsn }: AsOf, position: string) => {
      const wanted = positionOf(shard, position);
      if (wanted !== undefined && lsn < sortable(wanted)) return false;
      // What was cached before its row moved to another shard says nothing of writes there.
      const { number: home } = shards.of(id);
      return home === shard || positionOf(home, position) === undefined;
    },
    onRead: (hit: boolean) => {
      metrics.cache(hit);
      if (hit) metrics.read('cache');
    },
  };
  return {
    posts: new Cached(cache, {
      ...common,
      kind: 'post',
      schema: post,
      load: (id, position) => posts.seen(id, position),
    }),
    users: new Cached(cache, {
      ...common,
      kind: 'user',
      schema: user,
      load: (id, position) => users.seen(id, position),
    }),
  };
}
