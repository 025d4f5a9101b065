import { z } from 'zod';
import { decimal, origin, port, text, url, whole } from './fields';
import {
  adminSecrets,
  assets,
  cache,
  cdn,
  common,
  database,
  databaseServer,
  events,
  FANOUT_LIMIT,
  invalidations,
  ids,
  metrics,
  objectives,
  QUEUE_URL,
  rateLimits,
  REGION_URL,
  regions,
} from './sections';

export { endpoint, type Endpoint } from './fields';
export type { Rate, RateLimits, ShardHosts } from './sections';

const apiSchema = z.object({
  ...common,
  ...metrics,
  ...database,
  ...cache,
  ...regions,
  ...invalidations,
  ...events,
  ...assets,
  ...cdn,
  QUEUE_URL: QUEUE_URL.optional(),
  FANOUT_LIMIT,
  RESPONSE_TIME_OBJECTIVES: objectives,
  PORT: port.default(8080),
  LISTEN_HOST: text('the address to listen on').default('0.0.0.0'),
  ...ids,
  SIGNING_SECRET_ARN: text('the ARN of the secret that holds the key of the tokens'),
  SIGNING_KEY_POLL_SECONDS: decimal(0.1, 3600).default(300),
  ACCESS_LIFETIME_SECONDS: whole(1, 3600).default(900),
  CLIENT_CONFIG_PARAMETER: text('the name of the SSM parameter of client configuration').optional(),
  CLIENT_CONFIG_FILE: text('the path of client configuration on this machine').optional(),
  CLIENT_CONFIG_POLL_SECONDS: decimal(0.1, 3600).default(10),
  RATE_LIMITS: rateLimits,
  API_BASE_URL: origin,
  WEB_ORIGIN: origin,
  WEB_ROOT: text('the folder of the built page').optional(),
  DRAIN_SECONDS: decimal(0, 300).default(12),
});
const checkedApiSchema = apiSchema.superRefine((config, context) => {
  if (config.WRITER_REGION_PARAMETER !== undefined && config.REGION_API_URL === undefined) {
    context.addIssue({
      code: 'custom',
      path: ['REGION_API_URL'],
      message: `${REGION_URL}, where WRITER_REGION_PARAMETER is set`,
    });
  }
  if (config.CLIENT_CONFIG_PARAMETER === undefined && config.CLIENT_CONFIG_FILE === undefined) {
    context.addIssue({
      code: 'custom',
      path: ['CLIENT_CONFIG_PARAMETER'],
      message:
        'the name of the SSM parameter of client configuration, or CLIENT_CONFIG_FILE set in place of it',
    });
  }
  if (config.CACHE_HOST === undefined || config.CACHE_AUTH !== 'iam') return;
  if (config.CACHE_USER !== undefined && config.CACHE_NAME !== undefined) return;
  context.addIssue({
    code: 'custom',
    path: ['CACHE_AUTH'],
    message: 'none, or iam with CACHE_USER and CACHE_NAME set',
  });
});

/** Of every role that works on a queue. */
const queueRole = {
  ...common,
  ...metrics,
  ...database,
  ...assets,
  QUEUE_URL,
  DEAD_LETTER_QUEUE_URL: url('the URL of the dead-letter queue').optional(),
  WORKER_CONCURRENCY: whole(1, 64).default(2),
  // SQS allows 0 to 43,200 s ("Amazon SQS visibility timeout"); below a few seconds the heartbeat could not keep up.
  VISIBILITY_SECONDS: whole(2, 43_200).default(30),
  // 20 s is the longest long poll (ReceiveMessage, WaitTimeSeconds).
  QUEUE_WAIT_SECONDS: whole(1, 20).default(20),
};
const workerSchema = z.object({ ...queueRole, ...cdn, ...ids, FANOUT_LIMIT });
const transcodeSchema = z.object({
  ...queueRole,
  FFMPEG: text('the program that makes videos, by name or path').default('ffmpeg'),
  TRANSCODE_SECONDS: whole(1, 3600).default(600),
  // Of the disk: with /tmp in memory, a video there would be taken from what encodes it.
  WORK_FOLDER: text('a folder for the files of a job').default('/var/tmp'),
});

const migrateSchema = z.object({
  ...common,
  ...databaseServer,
  TABLE_NAME: ids.TABLE_NAME,
  DB_ADMIN_SECRET_ARN: adminSecrets,
  DB_ADMIN_USER: text('the administrator whom the server knows by the user of the system').optional(),
});
const checkedMigrateSchema = migrateSchema.superRefine((config, context) => {
  if ((config.DB_ADMIN_SECRET_ARN.length === 0) !== (config.DB_ADMIN_USER === undefined)) return;
  context.addIssue({
    code: 'custom',
    path: ['DB_ADMIN_SECRET_ARN'],
    message:
      'the ARN of the secret with the administrator of the database, or DB_ADMIN_USER in place of it on the server itself',
  });
});

export type ApiConfig = z.output<typeof checkedApiSchema>;
export type WorkerConfig = z.output<typeof workerSchema>;
export type TranscodeConfig = z.output<typeof transcodeSchema>;
export type QueueRoleConfig = Pick<WorkerConfig, keyof typeof queueRole>;
export type MigrateConfig = z.output<typeof checkedMigrateSchema>;
export type CommonConfig = Pick<ApiConfig, keyof typeof common>;
export type MetricsConfig = Pick<ApiConfig, keyof typeof metrics>;
export type CdnConfig = Pick<ApiConfig, keyof typeof cdn> & CommonConfig;
export type DatabaseConfig = Pick<ApiConfig, keyof typeof database> & CommonConfig;
export type CacheConfig = Pick<ApiConfig, keyof typeof cache> & CommonConfig;

type Environment = Readonly<Record<string, string | undefined>>;

/** Raised with every fault of the environment at once; the process ends with status 78 (EX_CONFIG). */
export class ConfigError extends Error {}

/** Values of these variables are named in no message and no log line. */
const SECRET = /PASSWORD|TOKEN|PRIVATE|CREDENTIAL/;

function parse<S extends z.ZodType>(schema: S, role: string, environment: Environment): z.output<S> {
  // An empty value in an environment file means "not set".
  const given = Object.fromEntries(Object.entries(environment).filter(([, value]) => value !== ''));
  const result = schema.safeParse(given);
  if (result.success) return result.data;
  const faults = result.error.issues.map((issue) => {
    const name = String(issue.path[0]);
    const value = given[name];
    const received = value === undefined ? 'is not set' : SECRET.test(name) ? 'is set' : `is '${value}'`;
    return `  ${name} ${received}; it must be ${issue.message}`;
  });
  throw new ConfigError(
    `The environment of the ${role} has ${faults.length} fault(s):\n${faults.join('\n')}\n` +
      'Correct them in /etc/tiers/service.env or in the machine environment; docs/service.md lists every variable.',
  );
}

export const parseApiConfig = (environment: Environment): ApiConfig =>
  parse(checkedApiSchema, 'api', environment);
export const parseWorkerConfig = (environment: Environment): WorkerConfig =>
  parse(workerSchema, 'worker', environment);
export const parseTranscodeConfig = (environment: Environment): TranscodeConfig =>
  parse(transcodeSchema, 'transcode', environment);
export const parseMigrateConfig = (environment: Environment): MigrateConfig =>
  parse(checkedMigrateSchema, 'migrate', environment);
