import { AssetStore } from './aws/assets';
import { parseWorkerConfig } from './config';
import { openDatabase } from './database/database';
import { Pictures } from './database/pictures';
import { ErrorTracking } from './error-tracking';
import { Consumer } from './jobs/consumer';
import { ThumbnailJob } from './jobs/thumbnail';
import { main, stopOnSignal } from './lifecycle';
import { createLogger } from './logger';
import { Metrics } from './metrics/metrics';

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
  const database = openDatabase({ ...config, DB_READER_HOSTS: [] }, 'worker', log, (source) =>
    metrics.read(source),
  );
  const assets = new AssetStore(config, config.ASSET_BUCKET);
  const thumbnails = new ThumbnailJob(new Pictures(database), assets);
  const consumer = new Consumer(config, (job, jobLog) => thumbnails.run(job.pictureId, jobLog), log, metrics);
  stopOnSignal(log, async () => {
    await consumer.stop();
    await database.close();
    assets.close();
    metrics.close();
    await tracking.close();
  });
  consumer.start();
  log.info({ lanes: config.WORKER_CONCURRENCY }, 'working');
}

main('worker', run);
