import { pino } from 'pino';
import { tokenSource } from '../../service/cache/iam-token';
import { parseWorkerConfig } from '../../service/config';
import { createIamPool } from '../../service/database/pool';
import { PostgresCluster } from '../support/postgres';

const log = pino({ level: 'silent' });
const KEYS = {
  AWS_ACCESS_KEY_ID: 'AKIDEXAMPLE',
  AWS_SECRET_ACCESS_KEY: 'secret',
  AWS_SESSION_TOKEN: 'session',
};

beforeAll(() => void Object.assign(process.env, KEYS));
afterAll(() => {
  for (const name of Object.keys(KEYS)) delete process.env[name];
});

describe('the login of the cache', () => {
  test('is a presigned connect request of 15 minutes for the replication group, without scheme', async () => {
    const token = await tokenSource({ region: 'us-east-1', cacheName: 'App-Cache', user: 'service' })();
    expect(token).toMatch(/^app-cache\/\?/);
    const query = new URL(`http://${token}`).searchParams;
    expect(Object.fromEntries(query)).toMatchObject({
      Action: 'connect',
      User: 'service',
      'X-Amz-Algorithm': 'AWS4-HMAC-SHA256',
      'X-Amz-Expires': '900',
      'X-Amz-SignedHeaders': 'host',
      'X-Amz-Security-Token': 'session',
      'X-Amz-Signature': expect.stringMatching(/^[0-9a-f]{64}$/),
    });
    expect(query.get('X-Amz-Credential')).toMatch(
      /^AKIDEXAMPLE\/\d{8}\/us-east-1\/elasticache\/aws4_request$/,
    );
  });
});

describe('the login of the database', () => {
  test('is a new IAM token for each connection, for that host, port and role', async () => {
    const cluster = await PostgresCluster.start();
    try {
      const config = parseWorkerConfig({
        TIERS_ENVIRONMENT: 'test',
        AWS_REGION: 'eu-west-1',
        DB_WRITER_HOST: 'writer.internal',
        DB_NAME: 'app',
        DB_USER: 'service',
        DB_AUTH: 'iam',
        DB_CA_FILE: cluster.certificates.caFile,
        QUEUE_URL: 'https://queue.internal/jobs',
        ASSET_BUCKET: 'assets',
      });
      const pool = createIamPool(config, { host: 'writer.internal', port: 5432 }, 'worker', log);
      const { password } = pool.options;
      const token = typeof password === 'function' ? await password() : '';
      await pool.end();
      expect(token).toMatch(/^writer\.internal:5432\/\?/);
      const query = new URL(`http://${token}`).searchParams;
      expect(query.get('Action')).toBe('connect');
      expect(query.get('DBUser')).toBe('service');
      expect(query.get('X-Amz-Credential')).toMatch(/\/eu-west-1\/rds-db\/aws4_request$/);
    } finally {
      await cluster.stop();
    }
  }, 60_000);
});
