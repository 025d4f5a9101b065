import type { Logger } from 'pino';
import { AssetStore } from '../aws/assets';
import type { QueueRoleConfig } from '../config';
import { Pictures } from '../database/pictures';
import { ErrorTracking } from '../error-tracking';
import { stopOnSignal } from '../lifecycle';
import { createLogger } from '../logger';
import { Metrics } from '../metrics/metrics';
import { Schema } from '../schema';
import { openShards } from '../sharding/open';
import type { Shards } from '../sharding/shards';
import { Consumer, type Message, type Work } from './consumer';

/** What jobs of every queue are done with. */
export interface Surroundings {
  readonly shards: Shards;
  readonly pictures: Pictures;
  readonly assets: AssetStore;
}

/** What a role does with its queue. */
export interface Working<T extends Message> extends Work<T> {
  readonly start?: () => Promise<void>;
  readonly close?: () => Promise<void>;
}

/** Works on the queue that the environment names, until the process is told to stop. */
export async function runWorker<C extends QueueRoleConfig, T extends Message>(
  role: string,
  config: C,
  prepare: (config: C, surroundings: Surroundings, log: Logger) => Working<T>,
): Promise<void> {
  const tracking = new ErrorTracking(config);
  const log = createLogger(role, config, tracking.report);
  void tracking.start(log);
  const metrics = new Metrics(
    { namespace: config.METRICS_NAMESPACE, intervalSeconds: config.METRICS_INTERVAL_SECONDS },
    log,
  );
  // Workers read what they are about to change, so replicas are of no use to them.
  const shards = openShards(config, role, log, {
    readers: false,
    onRead: (source) => metrics.read(source),
  });
  const assets = new AssetStore(config, config.ASSET_BUCKET);
  const work = prepare(config, { shards, pictures: new Pictures(shards), assets }, log);
  const source = {
    url: config.QUEUE_URL,
    deadLetterUrl: config.DEAD_LETTER_QUEUE_URL,
    lanes: config.WORKER_CONCURRENCY,
    visibilitySeconds: config.VISIBILITY_SECONDS,
    waitSeconds: config.QUEUE_WAIT_SECONDS,
  };
  const consumer = new Consumer(config, source, work, log, metrics);
  stopOnSignal(log, async () => {
    // Jobs that were given back still use what would be closed.
    if (!(await consumer.stop())) return;
    await work.close?.();
    await shards.close();
    assets.close();
    metrics.close();
    await tracking.close();
  });
  await shards.start();
  await new Schema(shards, log).wait();
  await work.start?.();
  consumer.start();
  log.info({ lanes: config.WORKER_CONCURRENCY }, 'working');
}
