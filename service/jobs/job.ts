import { z } from 'zod';
import { isIdOf, type RowType } from '../ids/layout';
import { isDay } from '../statistics/days';
import { eventSchema } from '../statistics/event-log';

const idOf = (type: RowType) => z.string().refine((id) => isIdOf(type, id), `must be the id of a ${type}`);
/** Ties the worker's log lines to the request that asked for the work. */
const requestId = z.string();

/** An event: the worker shows what was uploaded, and the fleet for it makes what every browser plays. */
export const videoUploaded = z.object({
  type: z.literal('video.uploaded'),
  pictureId: idOf('picture'),
  requestId,
});

/** The body of a message. */
export const jobSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('thumbnail'), pictureId: idOf('picture'), requestId }),
  videoUploaded,
  /** What the CDN has of a post is out of date. */
  z.object({ type: z.literal('forget-page'), postId: idOf('post'), requestId }),
  z.object({
    type: z.literal('fan-out'),
    postId: idOf('post'),
    authorId: idOf('user'),
    /** When the post was written, and the last follower who has it: set in all messages but the first. */
    at: z
      .string()
      .regex(/^\d{1,16}$/)
      .optional(),
    after: idOf('user').optional(),
    requestId,
  }),
  z.object({
    type: z.literal('fill-feed'),
    followerId: idOf('user'),
    followeeId: idOf('user'),
    version: z.int(),
    requestId,
  }),
  z.object({ type: z.literal('rebuild-feed'), userId: idOf('user'), requestId }),
  z.object({
    type: z.literal('rebuild-feeds'),
    /** Number of a physical shard. */
    shard: z.int().min(0),
    after: idOf('user').optional(),
    requestId,
  }),
  /** Something happened, to be kept with the events of its day. */
  z.object({ type: z.literal('event'), event: eventSchema, requestId }),
  /** So many users were there on a day. */
  z.object({
    type: z.literal('active-users'),
    day: z.string().refine(isDay),
    number: z.int().min(0),
    requestId,
  }),
]);

export type Job = z.infer<typeof jobSchema>;
export type JobType = Job['type'];
export type JobOf<T extends JobType> = Extract<Job, { type: T }>;
