import { pino } from 'pino';
import { createCache, type Cache } from '../../../service/cache/cache';
import { ActiveUsers } from '../../../service/statistics/active-users';
import { addDays, dayOf } from '../../../service/statistics/days';
import { ValkeyServer } from '../../support/valkey';
import { waitFor } from '../../support/wait';

const log = pino({ level: 'silent' });
const today = dayOf(Date.now());
const yesterday = addDays(today, -1);
const config = {
  TIERS_ENVIRONMENT: 'test',
  AWS_REGION: 'us-east-1',
  INSTANCE_ID: 'i-test',
  LOG_LEVEL: 'silent',
  CACHE_AUTH: 'none',
  CACHE_TLS: 'false',
  CACHE_TTL_SECONDS: 60,
} as const;

let valkey: ValkeyServer;
let cache: Cache;

beforeAll(async () => {
  valkey = await ValkeyServer.start();
  cache = createCache({ ...config, CACHE_HOST: '127.0.0.1', CACHE_PORT: valkey.port }, log);
  await cache.open();
  await waitFor('the cache', async () => (await cache.command('primary', 'PING')) === 'PONG');
}, 60_000);
afterAll(async () => {
  cache.close();
  await valkey.stop();
});

describe('active users', () => {
  const kept = new Map<string, number>();
  const counter = (over = cache) =>
    new ActiveUsers(over, async (day, count) => void kept.set(day, count), log);

  test('are counted once each, by all processes together', async () => {
    const [one, two] = [counter(), counter()];
    for (let user = 0; user < 3_000; user += 1) {
      one.saw(`u${user}`);
      two.saw(`u${user + 1_000}`);
      one.saw(`u${user}`, Date.now() - 86_400_000);
    }
    await Promise.all([one.flush(), two.flush()]);
    // One of the two has them kept.
    await Promise.all([one.report(), two.report()]);
    expect(kept.get(today)! / 4_000).toBeCloseTo(1, 1);
    expect(kept.get(yesterday)! / 3_000).toBeCloseTo(1, 1);
    kept.clear();
    await Promise.all([one.report(), two.report()]);
    expect(kept.size).toBe(0);
  });

  test('that the cache did not take are added once it is back', async () => {
    const users = counter();
    const far = Date.UTC(2031, 0, 1);
    users.saw('late', far);
    // Killed: one that only hangs would do afterwards what it was asked meanwhile.
    await valkey.kill();
    await users.flush();
    await valkey.restart();
    await waitFor('the cache', async () => {
      await users.flush();
      return (await cache.command('primary', 'PFCOUNT', 'active:1:2031-01-01')) === 1;
    });
  });

  test('without a cache are not counted, and their number is not known', async () => {
    const none = createCache({ ...config, CACHE_PORT: 1 }, log);
    const users = counter(none);
    users.saw('one');
    await users.flush();
    await users.report();
    expect(kept.size).toBe(0);
  });
});
