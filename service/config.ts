import { z } from 'zod';

/** host[:port]; the port falls back to DB_PORT or CACHE_PORT. */
export interface Endpoint {
  readonly host: string;
  readonly port: number;
}

const text = z.string().trim().min(1);
const port = z.coerce.number().int().min(1).max(65_535);
const seconds = (low: number, high: number) => z.coerce.number().min(low).max(high);
const host = z.string().regex(/^[A-Za-z0-9._-]+$/, 'must be a host name or an IPv4 address');
const hostPort = z
  .string()
  .regex(/^[A-Za-z0-9._-]+(:\d{1,5})?$/, 'must be host or host:port, entries separated by commas');
const hostList = z
  .string()
  .default('')
  .transform((value) => value.split(',').map((entry) => entry.trim()))
  .transform((entries) => entries.filter((entry) => entry !== ''))
  .pipe(z.array(hostPort));
const origin = z.url({ protocol: /^https?$/ }).transform((value) => value.replace(/\/+$/, ''));

const common = {
  TIERS_ENVIRONMENT: text,
  AWS_REGION: z.string().regex(/^[a-z]{2}(-[a-z]+)+-\d$/, 'must be an AWS region such as us-east-1'),
  AWS_ENDPOINT_URL: z.url().optional(),
  INSTANCE_ID: text.default('local'),
  LOG_LEVEL: z.enum(['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent']).default('info'),
};
const databaseServer = {
  DB_WRITER_HOST: host,
  DB_PORT: port.default(5432),
  DB_NAME: text,
  DB_USER: text,
  DB_CA_FILE: text,
};
const database = {
  ...databaseServer,
  DB_READER_HOSTS: hostList,
  DB_AUTH: z.literal('iam'),
  DB_POOL_SIZE: z.coerce.number().int().min(1).max(500).default(10),
};
const cache = {
  CACHE_HOST: host.optional(),
  CACHE_READER_HOST: host.optional(),
  CACHE_PORT: port.default(6379),
  CACHE_USER: text.optional(),
  CACHE_NAME: text.optional(),
  CACHE_AUTH: z.enum(['iam', 'none']).default('none'),
  CACHE_TLS: z.enum(['true', 'false']).default('false'),
  CACHE_CA_FILE: text.optional(),
  CACHE_TTL_SECONDS: seconds(1, 86_400).default(300),
};
const jobs = { QUEUE_URL: z.url(), ASSET_BUCKET: text };

const apiSchema = z
  .object({
    ...common,
    ...database,
    ...cache,
    ...jobs,
    PORT: port.default(8080),
    LISTEN_HOST: text.default('0.0.0.0'),
    TABLE_NAME: text,
    SIGNING_SECRET_ARN: text,
    CLIENT_CONFIG_PARAMETER: text,
    CLIENT_CONFIG_POLL_SECONDS: seconds(0.1, 3600).default(30),
    API_BASE_URL: origin,
    WEB_ORIGIN: origin,
    WEB_ROOT: text.optional(),
    DRAIN_SECONDS: seconds(0, 300).default(12),
  })
  .refine((c) => c.CACHE_HOST === undefined || c.CACHE_AUTH === 'none' || (c.CACHE_USER && c.CACHE_NAME), {
    path: ['CACHE_AUTH'],
    message: 'iam needs CACHE_USER and CACHE_NAME as well',
  });

const workerSchema = z.object({
  ...common,
  ...database,
  ...jobs,
  WORKER_CONCURRENCY: z.coerce.number().int().min(1).max(64).default(2),
  // SQS allows 0 to 43,200 s; below a few seconds the heartbeat could not keep up.
  VISIBILITY_SECONDS: seconds(2, 43_200).default(30),
});

const migrateSchema = z.object({ ...common, ...databaseServer, DB_ADMIN_SECRET_ARN: text });

export type ApiConfig = z.output<typeof apiSchema>;
export type WorkerConfig = z.output<typeof workerSchema>;
export type MigrateConfig = z.output<typeof migrateSchema>;
export type CommonConfig = Pick<ApiConfig, keyof typeof common>;
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
    return `  ${name} ${received}; ${value === undefined ? 'it is required' : issue.message}`;
  });
  throw new ConfigError(
    `The environment of the ${role} has ${faults.length} fault(s):\n${faults.join('\n')}\n` +
      'Correct them in /etc/tiers/service.env or in the machine environment; docs/service.md lists every variable.',
  );
}

export const parseApiConfig = (environment: Environment): ApiConfig => parse(apiSchema, 'api', environment);
export const parseWorkerConfig = (environment: Environment): WorkerConfig =>
  parse(workerSchema, 'worker', environment);
export const parseMigrateConfig = (environment: Environment): MigrateConfig =>
  parse(migrateSchema, 'migrate', environment);

/** Splits `host` or `host:port`. */
export function endpoint(value: string, defaultPort: number): Endpoint {
  const [name = value, own] = value.split(':');
  return { host: name, port: own === undefined ? defaultPort : Number(own) };
}
