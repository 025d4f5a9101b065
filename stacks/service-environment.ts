import { datacenterOf } from '../deployments/datacenter';
import type { Deployment } from '../deployments/schema';
import type { Cache } from '../modules/cache';
import type { CdnInvalidation } from '../modules/cdn-invalidation';
import type { ClientConfig } from '../modules/client-config';
import type { ErrorTracking } from '../modules/error-tracking';
import type { Events } from '../modules/events';
import type { RegionalSecret } from '../modules/generated-secret';
import type { Invalidations } from '../modules/invalidations';
import type { ObjectStorage } from '../modules/object-storage';
import type { RelationalDatabase } from '../modules/relational-database';
import type { RegionalTable } from '../modules/shared-state';
import type { ServiceLogs } from '../modules/service-logs';
import type { ShardMap } from '../modules/shard-map';
import type { WorkQueue } from '../modules/work-queue';
import type { WriterRegion } from '../modules/writer-region';
import { RESPONSE_TIMES } from './objectives';

/** What the service is told about: everything that an instance's environment names. */
export interface ServiceParts {
  readonly deployment: Deployment;
  /** The physical shards, by their numbers; none where the database is on the server itself. */
  readonly databases: readonly RelationalDatabase[];
  readonly cache?: Cache;
  readonly assets: ObjectStorage;
  /** Without one, web servers do jobs themselves. */
  readonly jobs?: WorkQueue;
  /** Where there are transcoders. */
  readonly videos?: WorkQueue;
  /** What several queues take. */
  readonly events?: Events;
  readonly invalidations?: Invalidations;
  readonly sharedState?: RegionalTable;
  readonly signingKey: RegionalSecret;
  readonly clientConfig: ClientConfig;
  /** Where there are databases. */
  readonly shardMap?: ShardMap;
  readonly writerRegion: WriterRegion;
  readonly logs: ServiceLogs;
  readonly errorTracking?: ErrorTracking;
  /** Where the environment has a CDN; for the servers that do the jobs. */
  readonly cdnInvalidation?: CdnInvalidation;
}

/** Role of the database that the service logs in as; the migration job creates it. */
const DATABASE_USER = 'service';

/** What the service is paid in; a test holds it against the service's own list. */
export const CURRENCIES = ['EUR', 'GBP', 'USD'] as const;

/** What the machines of each fleet call themselves in their metrics; the agent of the image reads it as `FLEET`. */
export const WEB_FLEET = 'web';
export const WORKER_FLEET = 'worker';
export const TRANSCODER_FLEET = 'transcoder';

/** Environment of the web fleet, read by `service/config`; docs/service.md lists the variables. */
export function apiEnvironment(parts: ServiceParts): Record<string, string> {
  const { deployment } = parts;
  return {
    ...common(parts),
    ...cacheEnvironment(parts.cache),
    ...invalidationEnvironment(parts.invalidations),
    ...(parts.events ? { EVENTS_TOPIC_ARN: parts.events.topicArn } : {}),
    // Where there are no workers, web servers do their jobs.
    ...(parts.jobs ? {} : parts.cdnInvalidation?.environment),
    FLEET: WEB_FLEET,
    RESPONSE_TIME_OBJECTIVES: RESPONSE_TIMES.map(
      ({ endpoint, milliseconds }) => `${endpoint}=${milliseconds}`,
    ).join(','),
    PORT: '8080',
    SIGNING_SECRET_ARN: parts.signingKey.arn,
    CLIENT_CONFIG_PARAMETER: parts.clientConfig.parameterName,
    API_BASE_URL: `https://api.${deployment.domain}`,
    WRITER_REGION_PARAMETER: parts.writerRegion.parameterName,
    REGION_API_URL: `https://api-{region}.${deployment.domain}`,
    WEB_ORIGIN: `https://www.${deployment.domain}`,
  };
}

/** Environment of the workers, which also migrate the database where it takes writes. */
export function workerEnvironment(parts: ServiceParts): Record<string, string> {
  return {
    ...common(parts),
    ...(parts.jobs ? { DEAD_LETTER_QUEUE_URL: parts.jobs.deadLetterUrl } : {}),
    ...parts.cdnInvalidation?.environment,
    FLEET: WORKER_FLEET,
    ...migrationEnvironment(parts),
  };
}

/** Environment of the transcoders: one video at a time, with all that the machine has. */
export function transcoderEnvironment(parts: ServiceParts, videos: WorkQueue): Record<string, string> {
  const { TABLE_NAME: _table, DATACENTER: _number, ...rest } = common(parts);
  return {
    ...rest,
    QUEUE_URL: videos.url,
    DEAD_LETTER_QUEUE_URL: videos.deadLetterUrl,
    WORKER_CONCURRENCY: '1',
    FLEET: TRANSCODER_FLEET,
  };
}

/** Environment of the one server, which keeps its cache, and the database where there is no other. */
export function serverEnvironment(parts: ServiceParts): Record<string, string> {
  return {
    ...apiEnvironment(parts),
    ...migrationEnvironment(parts),
    // Behind the proxy that ends TLS, and for nobody else.
    LISTEN_HOST: '127.0.0.1',
    CACHE_HOST: '127.0.0.1',
    CACHE_AUTH: 'none',
    CACHE_TLS: 'false',
  };
}

/** Empty in the one region of an environment: nobody else's cache has to forget anything. */
function invalidationEnvironment(invalidations?: Invalidations): Record<string, string> {
  if (!invalidations) return {};
  return {
    INVALIDATION_TOPIC_ARN: invalidations.topicArn,
    INVALIDATION_QUEUE_URL: invalidations.queue.url,
  };
}

/** Whether the schema is migrated here: to a copy of another region's database it comes by itself. */
export function migrates({ databases: [first] }: ServiceParts): boolean {
  return first === undefined || first.admin !== undefined;
}

/** What migrating the schema needs beside the common part. */
export function migrationEnvironment(parts: ServiceParts): Record<string, string> {
  const [first] = parts.databases;
  if (!first) return { DB_ADMIN_USER: 'tiers_admin' };
  const admins = parts.databases.flatMap(({ admin }) => admin?.arn ?? []);
  return first.admin ? { DB_ADMIN_SECRET_ARN: admins.join(',') } : {};
}

/** Empty without a cache tier: the service then reads from the database. */
function cacheEnvironment(cache?: Cache): Record<string, string> {
  if (!cache) return {};
  return {
    CACHE_HOST: cache.primaryEndpoint,
    CACHE_READER_HOST: cache.readerEndpoint,
    CACHE_PORT: String(cache.port),
    CACHE_USER: cache.userName,
    CACHE_NAME: cache.replicationGroupId,
    CACHE_AUTH: 'iam',
    CACHE_TLS: 'true',
  };
}

/** One shard as the service knows it, or the server's own PostgreSQL, which knows its users by those of the system. */
function databaseEnvironment(databases: readonly RelationalDatabase[]): Record<string, string> {
  const [first] = databases;
  if (!first) {
    return { DB_WRITER_HOST: '/run/postgresql', DB_NAME: 'app', DB_USER: DATABASE_USER, DB_AUTH: 'peer' };
  }
  return {
    DB_WRITER_HOST: first.writerAddress,
    DB_READER_HOSTS: first.readerAddresses.join(','),
    DB_PORT: String(first.port),
    DB_NAME: first.databaseName,
    DB_USER: DATABASE_USER,
    DB_AUTH: 'iam',
    ...(databases.length > 1 ? { DB_SHARDS: databases.map(shardHosts).join(' ') } : {}),
  };
}

/** `writer/reader,reader` of a shard; shards stand in the order of their numbers. */
function shardHosts({ writerAddress, readerAddresses }: RelationalDatabase): string {
  return [writerAddress, readerAddresses.join(',')].filter(Boolean).join('/');
}

function common(parts: ServiceParts): Record<string, string> {
  const { deployment, databases, shardMap, assets, jobs, logs, sharedState, errorTracking } = parts;
  return {
    ...errorTracking?.environment,
    TIERS_ENVIRONMENT: deployment.environment,
    AWS_REGION: deployment.region,
    DATACENTER: String(datacenterOf(deployment)),
    ...(sharedState ? { TABLE_NAME: sharedState.tableName } : {}),
    LOG_LEVEL: 'info',
    METRICS_NAMESPACE: logs.namespace,
    ...databaseEnvironment(databases),
    ...(shardMap ? { SHARD_MAP_PARAMETER: shardMap.parameterName } : {}),
    ...(jobs ? { QUEUE_URL: jobs.url } : {}),
    ASSET_BUCKET: assets.bucketName,
  };
}
