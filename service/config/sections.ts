import { z } from 'zod';
import { decimal, HOST, HOST_PORT, host, hostList, oneOf, port, SOCKET, text, url, whole } from './fields';

/** The servers of one physical shard. */
export interface ShardHosts {
  readonly writer: string;
  readonly readers: readonly string[];
}

export const common = {
  TIERS_ENVIRONMENT: text('the name of the environment, such as production'),
  AWS_REGION: z
    .string('an AWS region such as us-east-1')
    .regex(/^[a-z]{2}(-[a-z]+)+-\d$/, 'an AWS region such as us-east-1'),
  AWS_ENDPOINT_URL: url('the URL of an AWS emulator, on a development machine only').optional(),
  SENTRY_DSN_SECRET_ARN: text('the ARN of the secret that holds the DSN of Sentry').optional(),
  INSTANCE_ID: text('the id of this machine').default('local'),
  LOG_LEVEL: oneOf('trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent').default('info'),
};
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
export const databaseServer = {
  DB_WRITER_HOST: databaseHost,
  DB_PORT: port.default(5432),
  DB_NAME: text('the name of the database'),
  DB_USER: text('the role that the service logs in as'),
  DB_CA_FILE: text('the path of the CA certificates of the database, as PEM'),
  DB_SHARDS: shards,
  SHARD_MAP_PARAMETER: text('the name of the SSM parameter with the map of the shards').optional(),
};
/** Separated by commas: one of all databases, or one of each, in the order of the shards. */
export const adminSecrets = z
  .string()
  .default('')
  .transform((value) => value.split(',').filter((entry) => entry !== ''));
export const database = {
  ...databaseServer,
  DB_READER_HOSTS: hostList,
  DB_AUTH: oneOf('iam', 'peer'),
  SHARD_MAP_POLL_SECONDS: decimal(0.1, 60).default(10),
  DB_POOL_SIZE: whole(1, 500).default(10),
};
export const cache = {
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
export const metrics = {
  // Amazon CloudWatch API Reference, "PutMetricData": characters of a namespace.
  METRICS_NAMESPACE: z
    .string()
    .regex(/^[A-Za-z0-9._/#-]{1,255}$/, 'up to 255 letters, digits and . _ / # -')
    .optional(),
  METRICS_INTERVAL_SECONDS: decimal(0.1, 60).default(10),
};
const OBJECTIVES = 'METHOD /route=milliseconds, entries separated by commas';
export const objectives = z
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
export const REGION_URL = 'an http or https URL without a path, with {region} in its host name';
/** All of it in an environment whose regions may hand the writer to one another; none of it elsewhere. */
export const regions = {
  WRITER_REGION_PARAMETER: text('the name of the SSM parameter that says which region writes').optional(),
  WRITER_REGION_POLL_SECONDS: decimal(0.1, 60).default(5),
  REGION_API_URL: z
    .string()
    .regex(/^https?:\/\/[a-z0-9.:-]*\{region\}[a-z0-9.:-]*$/, REGION_URL)
    .optional(),
};
/** What makes time-ordered ids; the table keeps who has which worker number. */
export const ids = {
  DATACENTER: whole(0, 31).default(0),
  TABLE_NAME: text('the name of the DynamoDB table of shared state').optional(),
};
/** With several regions: what caches are to forget goes from the region that writes to all others. */
export const invalidations = {
  INVALIDATION_TOPIC_ARN: text('the ARN of the topic of what caches must forget').optional(),
  INVALIDATION_QUEUE_URL: url('the URL of the queue of what the cache of this region must forget').optional(),
};
/** Of what several queues take. */
export const events = { EVENTS_TOPIC_ARN: text('the ARN of the topic of events').optional() };
export const QUEUE_URL = url('the URL of the work queue');
/** Above so many followers, a post is not written into each feed; readers fetch it. */
export const FANOUT_LIMIT = whole(0, 1_000_000).default(10_000);
export const assets = {
  ASSET_BUCKET: text('the name of the bucket of pictures'),
};
/** So many requests at once, and after them one each `seconds / requests`. */
export interface Rate {
  readonly requests: number;
  readonly seconds: number;
}
/** Who logs in or signs up costs a hash of a password and may be guessing; see docs/service.md. */
const RATES = {
  signUp: { requests: 60, seconds: 3600 },
  logIn: { requests: 120, seconds: 600 },
  logInName: { requests: 20, seconds: 600 },
  refresh: { requests: 300, seconds: 600 },
  write: { requests: 120, seconds: 60 },
  writeAddress: { requests: 1200, seconds: 60 },
  read: { requests: 6000, seconds: 60 },
} satisfies Record<string, Rate>;
export type RateLimits = Readonly<Partial<Record<keyof typeof RATES, Rate>>>;
const RATE_WORDS = `name=requests/seconds or name=off, separated by commas; names: ${Object.keys(RATES).join(', ')}`;
const RATE = new RegExp(`^(${Object.keys(RATES).join('|')})=(off|([1-9]\\d{0,6})/([1-9]\\d{0,4}))$`);
export const rateLimits = z
  .string(RATE_WORDS)
  .default('')
  .transform((value) => value.split(',').filter((entry) => entry !== ''))
  .pipe(z.array(z.string().regex(RATE, RATE_WORDS)))
  .transform((entries): RateLimits => {
    const given = entries.map((entry) => {
      const [, name = '', value, requests, seconds] = RATE.exec(entry) ?? [];
      return [name, value === 'off' ? undefined : { requests: Number(requests), seconds: Number(seconds) }];
    });
    return { ...RATES, ...Object.fromEntries(given) };
  });

/** At most one of them is set: the first by the plan, the second where a stand-in of the CDN runs. */
export const cdn = {
  CDN_DISTRIBUTION_PARAMETER: text(
    'the name of the SSM parameter of the distribution, in us-east-1',
  ).optional(),
  CDN_PURGE_URL: url('the URL of a stand-in of the CDN that takes PURGE').optional(),
};
