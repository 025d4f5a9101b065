import { createApp } from '../../../service/http/app';
import { signingKey } from '../../../service/http/signing-key';
import { authenticate } from '../../../service/http/authentication';
import { createLogger } from '../../../service/logger';
import { Metrics } from '../../../service/metrics/metrics';

/**
 * Prints the lines that the service writes over some days: its own logger, HTTP server and metrics, with a clock that is
 * set by hand.
 */

/** Milliseconds since 1970. */
let clock = 0;
/** Milliseconds that requests have taken so far. */
let worked = 0;
Date.now = () => clock;
performance.now = () => worked;

const config = {
  TIERS_ENVIRONMENT: 'production',
  AWS_REGION: 'us-east-1',
  INSTANCE_ID: 'i-0123456789abcdef0',
  LOG_LEVEL: 'info',
} as const;
const api = createLogger('api', config);
const worker = createLogger('worker', config);

/** How long a request takes, and whether it fails. */
interface Work {
  readonly ms: number;
  readonly fails?: Error;
}

async function run(): Promise<void> {
  const settings = {
    API_BASE_URL: 'https://api.example.com',
    WEB_ORIGIN: 'https://www.example.com',
    ACCESS_LIFETIME_SECONDS: 900,
  };
  const { kid, privateKey, publicKey } = signingKey({ text: 'k'.repeat(32), version: 'one' });
  const app = await createApp(settings, { find: async () => publicKey }, api);
  let work: Work = { ms: 1 };
  const handler = async () => {
    worked += work.ms;
    if (work.fails) throw work.fails;
    return {};
  };
  app.get('/v1/posts/:id', handler);
  app.post('/v1/posts', { onRequest: authenticate }, handler);
  app.get('/healthz', handler);

  const at = async (time: string, method: 'GET' | 'POST', url: string, todo: Work, user?: string) => {
    clock = Date.parse(time);
    work = todo;
    const authorization =
      user && `Bearer ${app.jwt.sign({ sub: user, sid: 's', auth_time: 0 }, { kid, key: privateKey })}`;
    await app.inject({
      method,
      url,
      headers: {
        'x-amzn-trace-id': `Root=1-${Math.floor(clock / 1000).toString(16)}-0123456789abcdef01234567`,
        ...(authorization ? { authorization } : {}),
      },
    });
  };
  const event = (time: string, line: object) => {
    clock = Date.parse(time);
    api.info(line, 'something happened');
  };
  const lost = (port: number) =>
    Object.assign(new Error(`connect ECONNREFUSED 10.0.12.${port}:5432`), { code: 'ECONNREFUSED' });

  // A week before, the day before, and between them an error.
  await at('2026-03-03T09:00:00Z', 'POST', '/v1/posts', { ms: 40 }, '11');
  await at('2026-03-03T10:00:00Z', 'POST', '/v1/posts', { ms: 40 }, '17');
  await at('2026-03-05T10:00:00Z', 'GET', '/v1/posts/1', { ms: 9, fails: lost(7) });
  for (const user of ['11', '12', '16'])
    await at('2026-03-09T12:00:00Z', 'POST', '/v1/posts', { ms: 40 }, user);
  // Arrives on the day itself, and belongs to the day before.
  await at('2026-03-09T23:59:50Z', 'GET', '/v1/posts/2', { ms: 9_000 });

  // The day.
  for (const minute of ['01', '02', '03'])
    await at(`2026-03-10T08:${minute}:00Z`, 'GET', `/v1/posts/${minute}`, { ms: 10 });
  await at('2026-03-10T08:30:00Z', 'GET', '/v1/posts/4', { ms: 250.25 });
  for (const user of ['11', '12', '13', '14', '15'])
    await at('2026-03-10T18:15:00Z', 'POST', '/v1/posts', { ms: 40 }, user);
  await at('2026-03-10T18:20:00Z', 'POST', '/v1/posts', { ms: 5, fails: lost(19) }, '11');
  await at('2026-03-10T18:25:00Z', 'GET', '/v1/posts/5', {
    ms: 5,
    fails: new TypeError('rows is not iterable'),
  });
  await at('2026-03-10T18:30:00Z', 'GET', '/nothing', { ms: 2 });
  await at('2026-03-10T18:31:00Z', 'GET', '/healthz', { ms: 1 });
  event('2026-03-10T18:40:00Z', { event: 'sign_up', userId: '15' });
  event('2026-03-10T18:41:00Z', { event: 'sign_up', userId: '14' });
  event('2026-03-10T18:42:00Z', { event: 'post', userId: '11' });
  event('2026-03-10T18:43:00Z', { event: 'purchase', userId: '11', amountCents: 499, currency: 'USD' });
  event('2026-03-10T18:44:00Z', { event: 'purchase', userId: '12', amountCents: 1499, currency: 'USD' });
  event('2026-03-10T18:45:00Z', { event: 'purchase', userId: '13', amountCents: 299, currency: 'EUR' });
  for (const id of ['4711', '4712']) {
    clock = Date.parse('2026-03-10T18:50:00Z');
    worker.error({ jobId: id }, `job ${id} failed for good`);
  }
  // Arrives on the day after.
  await at('2026-03-10T23:59:50Z', 'GET', '/v1/posts/6', { ms: 20 });
  // The day after.
  await at('2026-03-11T00:00:10Z', 'POST', '/v1/posts', { ms: 7_000 }, '18');

  // Metrics are lines too.
  clock = Date.parse('2026-03-10T12:00:00Z');
  const metrics = new Metrics({ namespace: 'tiers/production/service', intervalSeconds: 60 }, api);
  metrics.request('GET', '/v1/posts/:id', 200, 10);
  metrics.close();
  await app.close();
}

void run();
