import { z } from 'zod';

/** The body of a message. New kinds of work become members of a union over `type`. */
export const jobSchema = z.object({
  type: z.literal('thumbnail'),
  pictureId: z.string().regex(/^\d{1,19}$/),
  /** Ties the worker's log lines to the request that asked for the work. */
  requestId: z.string(),
});

export type Job = z.infer<typeof jobSchema>;
