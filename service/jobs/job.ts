import { z } from 'zod';
import { isIdOf } from '../ids/layout';

/** Ties the worker's log lines to the request that asked for the work. */
const requestId = z.string();

/** The body of a message. New kinds of work become members of the union. */
export const jobSchema = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('thumbnail'),
    pictureId: z.string().refine((id) => isIdOf('picture', id)),
    requestId,
  }),
  /** What the CDN has of a post is out of date. */
  z.object({
    type: z.literal('forget-page'),
    postId: z.string().refine((id) => isIdOf('post', id)),
    requestId,
  }),
]);

export type Job = z.infer<typeof jobSchema>;
