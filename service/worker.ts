import { AssetStore } from './aws/assets';
import { parseWorkerConfig } from './config';
import { Pictures } from './database/pictures';
import { ErrorTracking } from './error-tracking';
import { Consumer } from './jobs/consumer';
import { ThumbnailJob } from './jobs/thumbnail';
import { main, stopOnSignal } from './lifecycle';
import { createLogger } from './logger';
import { Metrics } from './metrics/metrics';
import { openShards } from './sharding/open';

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
  const thumbnails = new ThumbnailJob(new Pictures(shards), assets);
  const consumer = new Consumer(config, (job, jobLog) => thumbnails.run(job.pictureId, jobLog), log, metrics);
  stopOnSignal(log, async () => {
    await consumer.stop();
    await shards.close();
    assets.close();
    metrics.close();
    await tracking.close();
  });
  await shards.start();
  consumer.start();
  log.info({ lanes: config.WORKER_CONCURRENCY }, 'working');
}

main('worker', run);
