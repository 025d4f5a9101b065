import { openPageCache } from './cdn/invalidation';
import { parseWorkerConfig } from './config';
import { jobHandler } from './jobs/handlers';
import { jobSchema } from './jobs/job';
import { JobQueue } from './jobs/queue';
import { runWorker } from './jobs/run-worker';
import { main } from './lifecycle';
import { Statistics } from './statistics/statistics';

main('worker', () =>
  runWorker('worker', parseWorkerConfig(process.env), (config, surroundings, log) => {
    const pages = openPageCache(config, log);
    const statistics = new Statistics(config, surroundings.shards, log);
    // What follows from a job is a job of its own.
    const queue = new JobQueue(config, config.QUEUE_URL);
    const tools = { ...surroundings, pages, statistics, fanoutLimit: config.FANOUT_LIMIT };
    return {
      schema: jobSchema,
      handle: jobHandler({ ...tools, send: (job) => queue.send(job) }, log),
      start: () => statistics.start(),
      close: async () => {
        await queue.close();
        await statistics.close();
        pages.close();
      },
    };
  }),
);
