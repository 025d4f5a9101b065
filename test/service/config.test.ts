import {
  ConfigError,
  endpoint,
  parseApiConfig,
  parseMigrateConfig,
  parseWorkerConfig,
} from '../../service/config';

const common = {
  TIERS_ENVIRONMENT: 'test',
  AWS_REGION: 'us-east-1',
  DB_WRITER_HOST: 'writer.internal',
  DB_NAME: 'app',
  DB_USER: 'service',
  DB_AUTH: 'iam',
  DB_CA_FILE: '/etc/tiers/ca.pem',
  QUEUE_URL: 'https://sqs.us-east-1.amazonaws.com/1/jobs',
  ASSET_BUCKET: 'assets',
};
const api = {
  ...common,
  TABLE_NAME: 'state',
  SIGNING_SECRET_ARN: 'arn:aws:secretsmanager:us-east-1:1:secret:key',
  CLIENT_CONFIG_PARAMETER: '/app/config',
  API_BASE_URL: 'https://api.example.com/',
  WEB_ORIGIN: 'https://www.example.com',
};

function faults(parse: () => unknown): string {
  try {
    parse();
  } catch (error) {
    if (error instanceof ConfigError) return error.message;
    throw error;
  }
  throw new Error('the configuration was accepted');
}

describe('a right environment', () => {
  test('gets the documented defaults', () => {
    expect(parseApiConfig(api)).toMatchObject({
      PORT: 8080,
      DB_PORT: 5432,
      DB_READER_HOSTS: [],
      LISTEN_HOST: '0.0.0.0',
      LOG_LEVEL: 'info',
      DRAIN_SECONDS: 12,
      DB_POOL_SIZE: 10,
    });
    expect(parseWorkerConfig(common)).toMatchObject({ WORKER_CONCURRENCY: 2, VISIBILITY_SECONDS: 30 });
  });

  test('may leave optional values empty, as a plan without the tier does', () => {
    const config = parseApiConfig({ ...api, DB_READER_HOSTS: '', CACHE_HOST: '', CACHE_READER_HOST: '' });
    expect(config.DB_READER_HOSTS).toEqual([]);
    expect(config.CACHE_HOST).toBeUndefined();
  });

  test('names several readers, each with a port or without', () => {
    const { DB_READER_HOSTS } = parseApiConfig({ ...api, DB_READER_HOSTS: ' a.internal, b.internal:5433 ' });
    expect(DB_READER_HOSTS.map((host) => endpoint(host, 5432))).toEqual([
      { host: 'a.internal', port: 5432 },
      { host: 'b.internal', port: 5433 },
    ]);
  });

  test('may lack the tiers that come later', () => {
    const { QUEUE_URL, TABLE_NAME, ...alone } = api;
    expect([QUEUE_URL, TABLE_NAME]).not.toContain(undefined);
    const config = parseApiConfig({ ...alone, DB_WRITER_HOST: '/run/postgresql', DB_AUTH: 'peer' });
    expect([config.QUEUE_URL, config.TABLE_NAME]).toEqual([undefined, undefined]);
    expect(endpoint(config.DB_WRITER_HOST, 5432)).toEqual({ host: '/run/postgresql', port: 5432 });
    expect(parseMigrateConfig({ ...common, DB_ADMIN_USER: 'tiers_admin' }).DB_ADMIN_USER).toBe('tiers_admin');
  });

  test('names the servers of every shard', () => {
    const { DB_SHARDS } = parseApiConfig({ ...api, DB_SHARDS: 'one.a/one.b,one.c two.a' });
    expect(DB_SHARDS).toEqual([
      { writer: 'one.a', readers: ['one.b', 'one.c'] },
      { writer: 'two.a', readers: [] },
    ]);
  });

  test('changes the limits that it names, and no other', () => {
    const { logIn, signUp, write } = parseApiConfig({
      ...api,
      RATE_LIMITS: 'logIn=5/10,signUp=off',
    }).RATE_LIMITS;
    expect([logIn, signUp]).toEqual([{ requests: 5, seconds: 10 }, undefined]);
    expect(write).toEqual(parseApiConfig(api).RATE_LIMITS.write);
  });

  test('loses the slash at the end of an address', () => {
    expect(parseApiConfig(api).API_BASE_URL).toBe('https://api.example.com');
  });
});

describe('a wrong environment', () => {
  test('is refused with every fault at once', () => {
    const text = faults(() => parseApiConfig({ ...api, PORT: '0', AWS_REGION: 'moon', DB_NAME: undefined }));
    expect(text).toContain('3 fault(s)');
    expect(text).toContain("AWS_REGION is 'moon'; it must be an AWS region such as us-east-1");
    expect(text).toContain("PORT is '0'; it must be a whole number from 1 to 65535");
    expect(text).toContain('DB_NAME is not set; it must be the name of the database');
  });

  test.each([
    ['PORT', '70000', 'a whole number from 1 to 65535'],
    ['PORT', '80.5', 'a whole number from 1 to 65535'],
    ['PORT', 'http', 'a whole number from 1 to 65535'],
    ['DB_PORT', '-1', 'a whole number from 1 to 65535'],
    ['DB_POOL_SIZE', '0', 'a whole number from 1 to 500'],
    ['DB_AUTH', 'password', 'iam or peer'],
    ['DB_SHARDS', 'one//two', 'writer or writer/reader,reader of each shard'],
    ['DB_WRITER_HOST', 'http://writer', 'a host name or an IPv4 address'],
    ['DB_READER_HOSTS', 'a b', 'host or host:port'],
    ['QUEUE_URL', 'jobs', 'the URL of the work queue'],
    ['API_BASE_URL', 'ftp://api.example.com', 'an http or https URL'],
    ['LOG_LEVEL', 'loud', 'trace, debug, info'],
    ['DRAIN_SECONDS', '301', 'a number from 0 to 300'],
    ['CACHE_TLS', 'yes', 'true or false'],
    ['CACHE_TTL_SECONDS', '0', 'a whole number from 1 to 86400'],
    ['RATE_LIMITS', 'logIn=fast', 'name=requests/seconds or name=off'],
    ['RATE_LIMITS', 'guesses=1/60', 'names: signUp, logIn, logInName, refresh, write, writeAddress, read'],
    ['CLIENT_CONFIG_POLL_SECONDS', '0', 'a number from 0.1 to 3600'],
  ])('%s=%s is answered with what is allowed', (name, value, allowed) => {
    const text = faults(() => parseApiConfig({ ...api, [name]: value }));
    expect(text).toContain(`${name} is '${value}'; it must be `);
    expect(text).toContain(allowed);
    expect(text).toContain('1 fault(s)');
  });

  test('an IAM cache needs its user and its name', () => {
    const text = faults(() => parseApiConfig({ ...api, CACHE_HOST: 'cache.internal', CACHE_AUTH: 'iam' }));
    expect(text).toContain("CACHE_AUTH is 'iam'");
    expect(text).toContain('CACHE_USER and CACHE_NAME');
  });

  test('each role asks for its own variables only', () => {
    expect(faults(() => parseMigrateConfig(common))).toContain('DB_ADMIN_SECRET_ARN is not set');
    const migrate = faults(() => parseMigrateConfig({}));
    expect(migrate).toContain('DB_CA_FILE');
    expect(migrate).not.toContain('QUEUE_URL');
    const worker = faults(() => parseWorkerConfig({}));
    expect(worker).toContain('QUEUE_URL');
    expect(worker).not.toContain('SIGNING_SECRET_ARN');
  });
});

describe('metrics', () => {
  test('objectives are read by endpoint', () => {
    const { RESPONSE_TIME_OBJECTIVES: objectives } = parseApiConfig({
      ...api,
      RESPONSE_TIME_OBJECTIVES: 'GET /v1/posts/:id=300,POST /v1/posts=500',
    });
    expect([...objectives]).toEqual([
      ['GET /v1/posts/:id', 300],
      ['POST /v1/posts', 500],
    ]);
    expect(parseApiConfig(api).RESPONSE_TIME_OBJECTIVES.size).toBe(0);
  });

  test.each(['GET /v1/posts', 'GET v1=3', 'GET /v1=fast', '/v1=3'])(
    'the objective %s is refused',
    (value) => {
      const text = faults(() => parseApiConfig({ ...api, RESPONSE_TIME_OBJECTIVES: value }));
      expect(text).toContain(`RESPONSE_TIME_OBJECTIVES is '${value}'; it must be METHOD /route=milliseconds`);
    },
  );

  test('a namespace that CloudWatch would refuse is refused here', () => {
    const text = faults(() => parseWorkerConfig({ ...common, METRICS_NAMESPACE: 'tiers service' }));
    expect(text).toContain("METRICS_NAMESPACE is 'tiers service'; it must be up to 255 letters");
  });
});
