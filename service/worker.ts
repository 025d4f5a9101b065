import { AssetStore } from './aws/assets';
import { openPageCache } from './cdn/invalidation';
import { parseWorkerConfig } from './config';
import { Pictures } from './database/pictures';
import { ErrorTracking } from './error-tracking';
import { Consumer, type Work } from './jobs/consumer';
import { jobHandler } from './jobs/handlers';
import { jobSchema, type Job } from './jobs/job';
import { JobQueue } from './jobs/queue';
import { main, stopOnSignal } from './lifecycle';
import { createLogger } from './logger';
import { Metrics } from './metrics/metrics';
import { openShards } from './sharding/open';
import { Statistics } from './statistics/statistics';

async function run(): Promise<void> {
  const config = parseWorkerConfig(process.env);
  const tracking = new ErrorTracking(config);
  const log = createLogger('worker', config, tracking.report);
  void tracking.start(log);
  const metrics = new Metrics(
    { namespace: config.METRICS_NAMESPACE, intervalSeconds: config.METRICS_INTERVAL_SECONDS },
    log,
  );
  // Workers read what they are about to change, so replicas are of no use to them.
  const shards = openShards(config, 'worker', log, {
    readers: false,
    onRead: (source) => metrics.read(source),
  });
  const assets = new AssetStore(config, config.ASSET_BUCKET);
  const pages = openPageCache(config, log);
  const statistics = new Statistics(config, shards, log);
  // What follows from a job is a job of its own.
  const queue = new JobQueue(config, config.QUEUE_URL);
  const tools = {
    shards,
    pictures: new Pictures(shards),
    assets,
    pages,
    statistics,
    fanoutLimit: config.FANOUT_LIMIT,
  };
  const source = {
    url: config.QUEUE_URL,
    deadLetterUrl: config.DEAD_LETTER_QUEUE_URL,
    lanes: config.WORKER_CONCURRENCY,
    visibilitySeconds: config.VISIBILITY_SECONDS,
    waitSeconds: config.QUEUE_WAIT_SECONDS,
  };
  const work: Work<Job> = {
    schema: jobSchema,
    handle: jobHandler({ ...tools, send: (job) => queue.send(job) }, log),
  };
  const consumer = new Consumer(config, source, work, log, metrics);
  stopOnSignal(log, async () => {
    // Jobs that were given back still use what would be closed.
    if (!(await consumer.stop())) return;
    await queue.close();
    await statistics.close();
    await shards.close();
    assets.close();
    pages.close();
    metrics.close();
    await tracking.close();
  });
  await shards.start();
  await statistics.start();
  consumer.start();
  log.info({ lanes: config.WORKER_CONCURRENCY }, 'working');
}

main('worker', run);
