import type { Logger } from 'pino';
import type { PageCache } from '../cdn/invalidation';
import type { Job } from './job';
import type { ThumbnailJob } from './thumbnail';

/** Does a job, whoever has it in hand. */
export const workOn =
  (thumbnails: ThumbnailJob, pages: PageCache) =>
  (job: Job, log: Logger): Promise<void> =>
    job.type === 'thumbnail' ? thumbnails.run(job.pictureId, log) : pages.forget(job.postId);
