import { z } from 'zod';
import { id } from '../routes/schemas';

export const staleSchema = z.object({ kind: z.enum(['posts', 'users']), id });

/** What happened, by type. Whoever handles an event may get it twice, and after later ones. */
const DATA = {
  'user.created': z.object({ userId: id }),
  'post.created': z.object({ postId: id, authorId: id }),
  'post.changed': z.object({ postId: id, authorId: id, version: z.number() }),
  'post.deleted': z.object({ postId: id, authorId: id }),
  'boost.paid': z.object({ boostId: id, postId: id, amountCents: z.number(), currency: z.string() }),
  'picture.uploaded': z.object({ pictureId: id }),
  'video.uploaded': z.object({ pictureId: id }),
  /** Somebody follows somebody, or no longer does; of two changes the one with the higher version is the later one. */
  'follow.changed': z.object({ followerId: id, followeeId: id, active: z.boolean(), version: z.number() }),
  /** What is cached of it is out of date. */
  'cache.stale': staleSchema,
} as const;

export type EventType = keyof typeof DATA;
export type DataOf<T extends EventType> = z.infer<(typeof DATA)[T]>;

export interface Event<T extends EventType = EventType> {
  /** The same each time that the event is told: `<physical shard>-<number>`. */
  readonly id: string;
  readonly type: T;
  readonly data: DataOf<T>;
  readonly requestId: string;
  /** When it happened. */
  readonly at: string;
  /** Shard and position as of which the change shows. */
  readonly position: string;
  /** Seconds since the change. */
  readonly age: number;
}

const types = Object.keys(DATA) as [EventType, ...EventType[]];
const envelope = z.object({
  id: z.string(),
  type: z.enum(types),
  data: z.unknown(),
  requestId: z.string(),
  at: z.iso.datetime(),
  position: z.string(),
  age: z.number(),
});

/** @throws ZodError for what this version does not know */
export function parseEvent(given: unknown): Event {
  const event = envelope.parse(given);
  return { ...event, data: DATA[event.type].parse(event.data) };
}
