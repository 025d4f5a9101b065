import type { Construct } from 'constructs';
import type { Deployment } from '../deployments/schema';
import { utcHour } from '../lib/local-time';
import { Cache } from '../modules/cache';
import { ObjectStorage } from '../modules/object-storage';
import { RelationalDatabase } from '../modules/relational-database';
import type { NetworkStack } from './network-stack';
import { TiersStack } from './tiers-stack';

/** All of a region that is stateful: the database, the cache, the objects and the balancer's logs. */
export class DataStack extends TiersStack {
  readonly database: RelationalDatabase;
  readonly cache?: Cache;
  readonly assets: ObjectStorage;
  readonly accessLogs: ObjectStorage;

  constructor(scope: Construct, id: string, deployment: Deployment, { network }: NetworkStack) {
    super(scope, id, { environment: deployment, region: deployment.region });
    const { database, cache, quietHours, timeZone, deletionProtection } = deployment;
    const quietHoursUtc = { from: utcHour(quietHours.from, timeZone), to: utcHour(quietHours.to, timeZone) };

    this.database = new RelationalDatabase(this, 'shard-00', {
      network,
      shard: 0,
      ...database,
      replicas: database.replicas,
      quietHoursUtc,
      deletionProtection,
      logDays: deployment.logDays,
    });
    if (cache)
      this.cache = new Cache(this, 'cache', {
        network,
        ...cache,
        quietHoursUtc,
        logDays: deployment.logDays,
      });
    this.assets = new ObjectStorage(this, 'assets', {
      component: 'assets',
      corsOrigins: [`https://www.${deployment.domain}`],
      cdnPrefixes: ['site/', 'media/'],
      keepObjects: deletionProtection,
    });
    this.publish(
      'asset_bucket',
      'Bucket of the page (site/), the pictures (media/) and the uploads',
      this.assets.bucketName,
    );
    this.accessLogs = new ObjectStorage(this, 'access-logs', {
      component: 'access-logs',
      logDelivery: ['load-balancer'],
      retention: { expireAfterDays: deployment.logDays },
      keepObjects: deletionProtection,
    });
  }
}
