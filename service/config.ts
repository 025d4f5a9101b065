import { z } from 'zod';

/** host[:port], or the folder of a socket; the port falls back to DB_PORT or CACHE_PORT. */
export interface Endpoint {
  readonly host: string;
  readonly port: number;
}

/** The servers of one physical shard. */
export interface ShardHosts {
  readonly writer: string;
  readonly readers: readonly string[];
}

/** Each schema's message says what is allowed; it ends the sentence "it must be ..." of a fault. */
const text = (words: string) => z.string(words).trim().min(1, words);
const whole = (low: number, high: number) => {
  const words = `a whole number from ${low} to ${high}`;
  return z.coerce.number(words).int(words).min(low, words).max(high, words);
};
const decimal = (low: number, high: number) => {
  const words = `a number from ${low} to ${high}`;
  return z.coerce.number(words).min(low, words).max(high, words);
};
const oneOf = <const T extends readonly string[]>(...values: T) =>
  z.enum(
    values,
    values.length === 1 ? `${values[0]}` : `${values.slice(0, -1).join(', ')} or ${values.at(-1)}`,
  );
const HOST = 'a host name or an IPv4 address, with :port or without';
const HOST_PORT = /^[A-Za-z0-9._-]+(:\d{1,5})?$/;
const host = z.string(HOST).regex(HOST_PORT, HOST);
const hostList = z
  .string()
  .default('')
  .transform((value) => value.split(',').map((entry) => entry.trim()))
  .transform((entries) => entries.filter((entry) => entry !== ''))
  .pipe(z.array(z.string().regex(HOST_PORT, 'host or host:port, entries separated by commas')));
const url = (words: string) => z.url({ protocol: /^https?$/, error: words });
const origin = url('an http or https URL without a path').transform((value) => value.replace(/\/+$/, ''));
const REGION_URL = 'an http or https URL without a path, with {region} in its host name';
const port = whole(1, 65_535);

const common = {
  TIERS_ENVIRONMENT: text('the name of the environment, such as production'),
  AWS_REGION: z
    .string('an AWS region such as us-east-1')
    .regex(/^[a-z]{2}(-[a-z]+)+-\d$/, 'an AWS region such as us-east-1'),
  AWS_ENDPOINT_URL: url('the URL of an AWS emulator, on a development machine only').optional(),
  SENTRY_DSN_SECRET_ARN: text('the ARN of the secret that holds the DSN of Sentry').optional(),
  INSTANCE_ID: text('the id of this machine').default('local'),
  LOG_LEVEL: oneOf('trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent').default('info'),
};
const SOCKET = /^\/[\w./-]+$/;
const SHARDS = 'writer or writer/reader,reader of each shard, separated by spaces';
const shards = z
  .string(SHARDS)
  .default('')
  .transform((value) => value.split(' ').filter((entry) => entry !== ''))
  .pipe(z.array(z.string().regex(/^[^/,\s]+(\/[^/,\s]+(,[^/,\s]+)*)?$/, SHARDS)))
  .transform((entries) =>
    entries.map((entry): ShardHosts => {
      const [writer = '', readers = ''] = entry.split('/');
      return { writer, readers: readers.split(',').filter((reader) => reader !== '') };
    }),
  );
const databaseHost = z
  .string(HOST)
  .refine((value) => HOST_PORT.test(value) || SOCKET.test(value), `${HOST}, or the folder of a socket`);
const databaseServer = {
  DB_WRITER_HOST: databaseHost,
  DB_PORT: port.default(5432),
  DB_NAME: text('the name of the database'),
  DB_USER: text('the role that the service logs in as'),
  DB_CA_FILE: text('the path of the CA certificates of the database, as PEM'),
};
const database = {
  ...databaseServer,
  DB_READER_HOSTS: hostList,
  DB_AUTH: oneOf('iam', 'peer'),
  DB_SHARDS: shards,
  DB_POOL_SIZE: whole(1, 500).default(10),
};
const cache = {
  CACHE_HOST: host.optional(),
  CACHE_READER_HOST: host.optional(),
  CACHE_PORT: port.default(6379),
  CACHE_USER: text('the user of the cache').optional(),
  CACHE_NAME: text('the id of the replication group').optional(),
  CACHE_AUTH: oneOf('iam', 'none').default('none'),
  CACHE_TLS: oneOf('true', 'false').default('false'),
  CACHE_CA_FILE: text('the path of the CA certificates of the cache, as PEM').optional(),
  CACHE_TTL_SECONDS: whole(1, 86_400).default(300),
};
const metrics = {
  // Amazon CloudWatch API Reference, "PutMetricData": characters of a namespace.
  METRICS_NAMESPACE: z
    .string()
    .regex(/^[A-Za-z0-9._/#-]{1,255}$/, 'up to 255 letters, digits and . _ / # -')
    .optional(),
  METRICS_INTERVAL_SECONDS: decimal(0.1, 60).default(10),
};
const OBJECTIVES = 'METHOD /route=milliseconds, entries separated by commas';
const objectives = z
  .string(OBJECTIVES)
  .default('')
  .transform((value) => value.split(',').filter((entry) => entry.trim() !== ''))
  .pipe(z.array(z.string().regex(/^\s*[A-Z]+ \/[^\s,=]*=\d+\s*$/, OBJECTIVES)))
  .transform(
    (entries): ReadonlyMap<string, number> =>
      new Map(
        entries.map((entry) => {
          const [endpointName = '', milliseconds] = entry.trim().split('=');
          return [endpointName, Number(milliseconds)] as const;
        }),
      ),
  );
/** All of it in an environment whose regions may hand the writer to one another; none of it elsewhere. */
const regions = {
  WRITER_REGION_PARAMETER: text('the name of the SSM parameter that says which region writes').optional(),
  WRITER_REGION_POLL_SECONDS: decimal(0.1, 60).default(5),
  REGION_API_URL: z
    .string()
    .regex(/^https?:\/\/[a-z0-9.:-]*\{region\}[a-z0-9.:-]*$/, REGION_URL)
    .optional(),
};
const QUEUE_URL = url('the URL of the work queue');
const assets = {
  ASSET_BUCKET: text('the name of the bucket of pictures'),
};

const apiSchema = z.object({
  ...common,
  ...metrics,
  ...database,
  ...cache,
  ...regions,
  ...assets,
  QUEUE_URL: QUEUE_URL.optional(),
  RESPONSE_TIME_OBJECTIVES: objectives,
  PORT: port.default(8080),
  LISTEN_HOST: text('the address to listen on').default('0.0.0.0'),
  TABLE_NAME: text('the name of the DynamoDB table of shared state').optional(),
  SIGNING_SECRET_ARN: text('the ARN of the secret that holds the key of the tokens'),
  SIGNING_KEY_POLL_SECONDS: decimal(0.1, 3600).default(300),
  CLIENT_CONFIG_PARAMETER: text('the name of the SSM parameter of client configuration'),
  CLIENT_CONFIG_POLL_SECONDS: decimal(0.1, 3600).default(30),
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
  if (config.CACHE_HOST === undefined || config.CACHE_AUTH !== 'iam') return;
  if (config.CACHE_USER !== undefined && config.CACHE_NAME !== undefined) return;
  context.addIssue({
    code: 'custom',
    path: ['CACHE_AUTH'],
    message: 'none, or iam with CACHE_USER and CACHE_NAME set',
  });
});

const workerSchema = z.object({
  ...common,
  ...metrics,
  ...database,
  ...assets,
  QUEUE_URL,
  WORKER_CONCURRENCY: whole(1, 64).default(2),
  // SQS allows 0 to 43,200 s ("Amazon SQS visibility timeout"); below a few seconds the heartbeat could not keep up.
  VISIBILITY_SECONDS: whole(2, 43_200).default(30),
  // 20 s is the longest long poll (ReceiveMessage, WaitTimeSeconds).
  QUEUE_WAIT_SECONDS: whole(1, 20).default(20),
});

const migrateSchema = z.object({
  ...common,
  ...databaseServer,
  DB_ADMIN_SECRET_ARN: text('the ARN of the secret with the administrator of the database').optional(),
  DB_ADMIN_USER: text('the administrator whom the server knows by the user of the system').optional(),
});
const checkedMigrateSchema = migrateSchema.superRefine((config, context) => {
  if ((config.DB_ADMIN_SECRET_ARN === undefined) !== (config.DB_ADMIN_USER === undefined)) return;
  context.addIssue({
    code: 'custom',
    path: ['DB_ADMIN_SECRET_ARN'],
    message:
      'the ARN of the secret with the administrator of the database, or DB_ADMIN_USER in place of it on the server itself',
  });
});

export type ApiConfig = z.output<typeof checkedApiSchema>;
export type WorkerConfig = z.output<typeof workerSchema>;
export type MigrateConfig = z.output<typeof checkedMigrateSchema>;
export type CommonConfig = Pick<ApiConfig, keyof typeof common>;
export type MetricsConfig = Pick<ApiConfig, keyof typeof metrics>;
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
export const parseMigrateConfig = (environment: Environment): MigrateConfig =>
  parse(checkedMigrateSchema, 'migrate', environment);

/** Splits `host` or `host:port`; the folder of a socket stays whole. */
export function endpoint(value: string, defaultPort: number): Endpoint {
  if (SOCKET.test(value)) return { host: value, port: defaultPort };
  const [name = value, own] = value.split(':');
  return { host: name, port: own === undefined ? defaultPort : Number(own) };
}
