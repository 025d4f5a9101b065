import { z } from 'zod';
import { isIdOf } from '../ids/layout';

/** The body of a message. New kinds of work become members of a union over `type`. */
export const jobSchema = z.object({
  type: z.literal('thumbnail'),
  pictureId: z.string().refine((id) => isIdOf('picture', id)),
  /** Ties the worker's log lines to the request that asked for the work. */
  requestId: z.string(),
});

export type Job = z.infer<typeof jobSchema>;
