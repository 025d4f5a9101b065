import type { Construct } from 'constructs';
import type { Deployment } from '../deployments/schema';
import { inUtc } from '../lib/local-time';
import { Cache } from '../modules/cache';
import { EncryptionKey } from '../modules/encryption-key';
import { ObjectStorage } from '../modules/object-storage';
import { RelationalDatabase } from '../modules/relational-database';
import { SecretRotation } from '../modules/secret-rotation';
import type { NetworkStack } from './network-stack';
import { TiersStack } from './tiers-stack';

/** All of a region that is stateful: the database, the cache, the objects and the balancer's logs. */
export class DataStack extends TiersStack {
  readonly database: RelationalDatabase;
  readonly rotation: SecretRotation;
  readonly cache?: Cache;
  readonly assets: ObjectStorage;
  readonly accessLogs: ObjectStorage;

  constructor(scope: Construct, id: string, deployment: Deployment, { network }: NetworkStack) {
    super(scope, id, { environment: deployment, region: deployment.region });
    const { database, backupCopies, cache, quietHours, timeZone, deletionProtection } = deployment;
    const quietHoursUtc = inUtc(quietHours, timeZone);

    const encryptionKey = new EncryptionKey(this, 'encryption', { component: 'data' });
    this.database = new RelationalDatabase(this, 'shard-00', {
      network,
      encryptionKey,
      shard: 0,
      ...database,
      copies:
        'region' in backupCopies
          ? {
              encryptionKey: new EncryptionKey(this, 'copies-encryption', {
                component: 'data-copies',
                region: backupCopies.region,
              }),
            }
          : backupCopies,
      quietHoursUtc,
      deletionProtection,
      logDays: deployment.logDays,
    });
    this.rotation = new SecretRotation(this, 'admin-rotation', {
      component: 'shard-00-admin',
      secret: this.database.admin,
      database: this.database,
      schedule: deployment.secretRotation,
      quietHoursUtc,
      version: deployment.serviceVersion,
      network,
      encryptionKey,
      logDays: deployment.logDays,
    });
    if (cache)
      this.cache = new Cache(this, 'cache', {
        network,
        encryptionKey,
        ...cache,
        quietHoursUtc,
        logDays: deployment.logDays,
      });
    this.accessLogs = new ObjectStorage(this, 'access-logs', {
      component: 'access-logs',
      encryptionKey: {
        enabled: false,
        reason: 'balancers and S3 itself deliver their logs under keys of S3 only',
      },
      logDelivery: ['load-balancer', 's3'],
      retention: { expireAfterDays: deployment.logDays },
      keepObjects: deletionProtection,
    });
    this.assets = new ObjectStorage(this, 'assets', {
      component: 'assets',
      encryptionKey,
      accessLogs: this.accessLogs,
      corsOrigins: [`https://www.${deployment.domain}`],
      cdnPrefixes: ['site/', 'media/'],
      keepObjects: deletionProtection,
    });
    this.publishHardware({
      database: database.hardware.reason,
      ...(cache ? { cache: cache.hardware.reason } : {}),
    });
    this.publish(
      'asset_bucket',
      'Bucket of the page (site/), the pictures (media/) and the uploads',
      this.assets.bucketName,
    );
  }
}
