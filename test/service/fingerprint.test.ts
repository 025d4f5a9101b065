import { Pool } from 'pg';
import { fingerprint } from '../../service/fingerprint';
import { createLogger } from '../../service/logger';
import { parseWorkerConfig } from '../../service/config';

const at = (stack: string, message = 'boom'): Error =>
  Object.assign(new Error(message), { stack: `Error: ${message}\n${stack}` });
const OWN = '    at async Posts.insert (/opt/tiers/service/database/posts.ts:31:7)';

describe('the fingerprint of an error', () => {
  test('is the same for another line of the same function, in another release and folder', () => {
    const other = '    at Posts.insert (file:///srv/app/service/database/posts.ts:47:12)';
    expect(fingerprint(at(OWN))).toMatch(/^[0-9a-f]{16}$/);
    expect(fingerprint(at(other, 'another message'))).toBe(fingerprint(at(OWN)));
  });

  test('goes by the first frame that is neither of Node nor of a library', () => {
    const deep = [
      '    at TCP.onStreamRead (node:internal/stream_base_commons:216:20)',
      '    at Client.query (/opt/tiers/node_modules/pg/lib/client.js:10:3)',
      OWN,
      '    at handler (/opt/tiers/service/routes/posts.ts:1:1)',
    ].join('\n');
    expect(fingerprint(at(deep))).toBe(fingerprint(at(OWN)));
    expect(fingerprint(at(OWN.replace('insert', 'find')))).not.toBe(fingerprint(at(OWN)));
  });

  test('tells types and codes apart', () => {
    const coded = (code: string): Error => Object.assign(at(OWN), { code });
    expect(fingerprint(coded('08006'))).not.toBe(fingerprint(coded('57P01')));
    const typed = Object.assign(new TypeError('boom'), { stack: `TypeError: boom\n${OWN}` });
    expect(fingerprint(typed)).not.toBe(fingerprint(at(OWN)));
  });

  test.each([
    ['connect ECONNREFUSED 10.0.3.7:5432', 'connect ECONNREFUSED 10.1.44.201:6432'],
    ['picture 70368744177665 of user "jo" is gone', 'picture 9 of user "al" is gone'],
    [
      'request 7f3a2b1c-0000-4000-8000-1234567890ab failed',
      'request a1b2c3d4-ffff-4000-9000-ab1234567890 failed',
    ],
  ])('without a frame of its own goes by the message, without what varies: %s', (one, two) => {
    const bare = (message: string): Error => at('    at node:internal/main:1:1', message);
    expect(fingerprint(bare(one))).toBe(fingerprint(bare(two)));
    expect(fingerprint(bare(one))).not.toBe(fingerprint(bare(`not ${one}`)));
  });

  test('of what is no error at all is there too', () => {
    expect(fingerprint('gone after 30 s')).toBe(fingerprint('gone after 45 s'));
    expect(fingerprint(undefined)).toMatch(/^[0-9a-f]{16}$/);
  });

  test('of two real errors of one place is one', async () => {
    const failure = async (port: number): Promise<unknown> => {
      const pool = new Pool({ host: '127.0.0.1', port, connectionTimeoutMillis: 1_000 });
      return pool.query('SELECT 1').catch((error: unknown) => error);
    };
    expect(fingerprint(await failure(1))).toBe(fingerprint(await failure(2)));
  });
});

test('the logger gives the group to lines of errors, and to the listener what to report', () => {
  const config = parseWorkerConfig({
    TIERS_ENVIRONMENT: 'test',
    AWS_REGION: 'us-east-1',
    DB_WRITER_HOST: 'h',
    DB_NAME: 'd',
    DB_USER: 'u',
    DB_AUTH: 'iam',
    DB_CA_FILE: 'f',
    QUEUE_URL: 'https://q.example',
    ASSET_BUCKET: 'b',
    LOG_LEVEL: 'fatal',
  });
  const told: unknown[][] = [];
  const log = createLogger('worker', { ...config, LOG_LEVEL: 'silent' }, (...all) => told.push(all));
  log.error({ err: new Error('silent') }, 'nobody listens to a silent logger');
  expect(told).toEqual([]);

  const loud = createLogger('worker', config, (...all) => told.push(all));
  const error = new Error('of the pool');
  loud.child({ requestId: 'r-1' }, { level: 'warn' }).warn('not an error');
  loud
    .child({ requestId: 'r-1' }, { level: 'error' })
    .error({ err: error, route: '/v1/posts' }, 'went wrong');
  expect(told).toEqual([
    [
      expect.objectContaining({ service: 'worker', requestId: 'r-1', err: error, route: '/v1/posts' }),
      'went wrong',
      fingerprint(error),
    ],
  ]);
});
