import type { Logger } from 'pino';
import type { Topic } from '../aws/topic';
import type { Follows } from '../feed/follows';
import type { Jobs } from '../jobs/queue';
import type { Invalidation } from './invalidation';
import type { DataOf, Event, EventType } from './events';

type Takers = { readonly [T in EventType]: readonly ((event: Event<T>, log: Logger) => Promise<void>)[] };

/** Where events go from here. */
export interface Destinations {
  readonly jobs: Jobs;
  /** Of events that several queues take; without it the work queue alone does. */
  readonly topic?: Pick<Topic, 'publish'>;
  readonly follows: Follows;
  readonly caches: Pick<Invalidation, 'here' | 'elsewhere'>;
}

/** Who is told of what. A type without takers is told to nobody, and its rows are deleted. */
function takersOf({ jobs, topic, follows, caches }: Destinations): Takers {
  const thumbnail = ({ data, requestId }: { data: DataOf<'picture.uploaded'>; requestId: string }) =>
    jobs.send({ type: 'thumbnail', pictureId: data.pictureId, requestId });
  const video = ({ data, requestId }: { data: DataOf<'video.uploaded'>; requestId: string }) => {
    const message = { type: 'video.uploaded', ...data, requestId } as const;
    return topic ? topic.publish(message) : jobs.send(message);
  };
  const page = ({ data, requestId }: { data: { postId: string }; requestId: string }) =>
    jobs.send({ type: 'forget-page', postId: data.postId, requestId });
  const fanOut = ({ data, requestId }: { data: DataOf<'post.created'>; requestId: string }) =>
    jobs.send({ type: 'fan-out', ...data, requestId });
  const follow = async ({ data, requestId }: { data: DataOf<'follow.changed'>; requestId: string }) => {
    await follows.mirror(data);
    const { active, ...about } = data;
    // Not before the mirror: what is written from now on reaches the feed by itself.
    if (active) await jobs.send({ type: 'fill-feed', ...about, requestId });
  };
  /** Into the events of its day, by who makes ids. */
  const keep = ({ id, type, at, data, requestId }: Event): Promise<void> =>
    jobs.send({ type: 'event', event: { source: id, type, at, data }, requestId });
  return {
    'user.created': [keep],
    'post.created': [fanOut, keep],
    'follow.changed': [follow, keep],
    'post.changed': [page, keep],
    'post.deleted': [page, keep],
    'boost.paid': [keep],
    'picture.uploaded': [thumbnail, keep],
    'video.uploaded': [video, keep],
    'cache.stale': [(event, log) => caches.here(event, log), (event) => caches.elsewhere(event)],
  };
}

/** Tells everybody who is to know of an event; all of them are told again where one could not be. */
export function delivery(destinations: Destinations): (event: Event, log: Logger) => Promise<void> {
  const takers = takersOf(destinations);
  return async (event, log) => {
    const told: readonly ((event: never, log: Logger) => Promise<void>)[] = takers[event.type];
    await Promise.all(told.map((taker) => taker(event as never, log)));
  };
}
