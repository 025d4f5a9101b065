import type { Construct } from 'constructs';
import type { Deployment } from '../deployments/schema';
import { retiredOf } from '../deployments/writer';
import type { Lineage } from '../lib/lineage';
import { inUtc } from '../lib/local-time';
import { Cache } from '../modules/cache';
import { DataVolume } from '../modules/data-volume';
import { EncryptionKey } from '../modules/encryption-key';
import { ObjectStorage } from '../modules/object-storage';
import { RelationalDatabase, shardId } from '../modules/relational-database';
import { SecretRotation } from '../modules/secret-rotation';
import type { NetworkStack } from './network-stack';
import { TiersStack } from './tiers-stack';

/** All of a region that is stateful: the databases, the cache, the objects and the balancer's logs. */
export class DataStack extends TiersStack {
  /** The physical shards, by their numbers; none where the database is on the one server. */
  readonly databases: readonly RelationalDatabase[];
  /** Of the administrators' passwords, in a region that writes: the others have no administrators. */
  readonly rotations: readonly SecretRotation[];
  /** Volume of the one server. */
  readonly volume?: DataVolume;
  readonly cache?: Cache;
  readonly assets: ObjectStorage;
  readonly accessLogs: ObjectStorage;

  constructor(
    scope: Construct,
    id: string,
    deployment: Deployment,
    networkStack: NetworkStack,
    lineage: Lineage,
  ) {
    super(scope, id, { environment: deployment, region: deployment.region });
    const { network } = networkStack;
    const { cache, server, zones, quietHours, timeZone, deletionProtection } = deployment;
    const quietHoursUtc = inUtc(quietHours, timeZone);

    const encryptionKey = new EncryptionKey(this, 'encryption', { component: 'data' });
    const shards = this.shards(deployment, networkStack, encryptionKey, lineage);
    this.databases = shards.map(({ database }) => database);
    this.rotations = shards.flatMap(({ rotation }) => rotation ?? []);
    if (server?.dataVolume)
      this.volume = new DataVolume(this, 'server', {
        zone: zones[0]!,
        ...server.dataVolume,
        encryptionKey,
        quietHoursUtc,
        deletionProtection,
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
      ...(deployment.database ? { database: deployment.database.hardware.reason } : {}),
      ...(cache ? { cache: cache.hardware.reason } : {}),
    });
    this.publish(
      'asset_bucket',
      'Bucket of the page (site/), the pictures (media/) and the uploads',
      this.assets.bucketName,
    );
  }

  /** Each physical shard as large and as safe as the others, with an administrator of its own. */
  private shards(
    deployment: Deployment,
    { network }: NetworkStack,
    encryptionKey: EncryptionKey,
    lineage: Lineage,
  ): { database: RelationalDatabase; rotation?: SecretRotation }[] {
    const { database, backupCopies, serviceVersion, secretRotation, logDays } = deployment;
    if (!database) return [];
    const quietHoursUtc = inUtc(deployment.quietHours, deployment.timeZone);
    const { shards: count = 1, ...settings } = database;
    let copies: { encryptionKey: EncryptionKey } | undefined;
    const copiesOf = (region: string): { encryptionKey: EncryptionKey } =>
      (copies ??= {
        encryptionKey: new EncryptionKey(this, 'copies-encryption', { component: 'data-copies', region }),
      });
    return Array.from({ length: count }, (_, shard) => {
      const id = shardId(shard);
      const declared = new RelationalDatabase(this, id, {
        network,
        encryptionKey,
        shard,
        ...settings,
        copies: 'region' in backupCopies ? copiesOf(backupCopies.region) : backupCopies,
        quietHoursUtc,
        deletionProtection: deployment.deletionProtection,
        lineage,
        retired: retiredOf(deployment, id),
        logDays,
      });
      const { admin } = declared;
      if (!admin) return { database: declared };
      const rotation = new SecretRotation(this, shard === 0 ? 'admin-rotation' : `${id}-admin-rotation`, {
        component: `${id}-admin`,
        secret: admin,
        database: declared,
        schedule: secretRotation,
        quietHoursUtc,
        version: serviceVersion,
        network,
        encryptionKey,
        logDays,
      });
      return { database: declared, rotation };
    });
  }
}
