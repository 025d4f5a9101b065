import type { Logger } from 'pino';
import type { AssetStore } from '../aws/assets';
import type { PageCache } from '../cdn/invalidation';
import type { Pictures } from '../database/pictures';
import type { Shards } from '../sharding/shards';
import type { Statistics } from '../statistics/statistics';
import { FeedJobs } from './feeds';
import type { Job, JobOf, JobType } from './job';
import { ThumbnailJob } from './thumbnail';
import { publishVideo } from './videos';

export interface Tools {
  readonly shards: Shards;
  readonly pictures: Pictures;
  readonly assets: AssetStore;
  readonly pages: PageCache;
  readonly statistics: Statistics;
  readonly fanoutLimit: number;
  /** Takes what follows from a job. Default: it is done at once, as a part of the job. */
  readonly send?: (job: Job) => Promise<void>;
}

/** Does jobs of every type. */
export function jobHandler(tools: Tools, log: Logger): (job: Job, log: Logger) => Promise<void> {
  const thumbnails = new ThumbnailJob(tools.pictures, tools.assets);
  const send =
    tools.send ?? ((job: Job) => handle(job, log.child({ job: job.type, requestId: job.requestId })));
  const feeds = new FeedJobs(tools.shards, { fanoutLimit: tools.fanoutLimit, send });
  const handlers: { readonly [T in JobType]: (job: JobOf<T>, log: Logger) => Promise<void> } = {
    thumbnail: ({ pictureId }, jobLog) => thumbnails.run(pictureId, jobLog),
    'video.uploaded': ({ pictureId }, jobLog) => publishVideo(tools, pictureId, jobLog),
    'forget-page': ({ postId }) => tools.pages.forget(postId),
    'fan-out': (job, jobLog) => feeds.fanOut(job, jobLog),
    'fill-feed': (job) => feeds.fill(job),
    'rebuild-feed': (job) => feeds.rebuild(job),
    'rebuild-feeds': (job) => feeds.rebuildAll(job),
    event: ({ event }) => tools.statistics.events.record(event),
    'active-users': ({ day, number }) => tools.statistics.daily.keepActiveUsers(day, number),
  };
  const handle = (job: Job, jobLog: Logger): Promise<void> => {
    const handler: (job: never, log: Logger) => Promise<void> = handlers[job.type];
    return handler(job as never, jobLog);
  };
  return handle;
}
