import { randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { budgetAddress, OwnBuckets, SharedBuckets, type Draw } from '../../service/rate-limits/buckets';
import { Bench, type RunningApi } from '../support/bench';
import { Visitor, type Reply } from '../support/visitor';
import { waitFor } from '../support/wait';

let bench: Bench;
beforeAll(async () => {
  bench = await Bench.start();
}, 120_000);
afterAll(() => bench.stop(), 60_000);

/** Budgets of their own for each test: all requests here come from one address. */
const from = (address: string): Record<string, string> => ({ 'x-forwarded-for': address });
let next = 0;
const newAddress = (): string => `198.51.100.${(next += 1)}`;
const guess = ({ url }: RunningApi, address: string, name = randomBytes(8).toString('hex')): Promise<Reply> =>
  new Visitor(url).call('POST', '/v1/sessions', { name, password: 'not the password' }, from(address));
const statuses = (replies: readonly Reply[]): number[] => replies.map(({ status }) => status);
async function inTurn<T>(count: number, run: (index: number) => Promise<T>): Promise<T[]> {
  const results: T[] = [];
  for (let index = 0; index < count; index += 1) results.push(await run(index));
  return results;
}

describe('budgets', () => {
  const draw = (of: string, requests: number, seconds: number): Draw => ({
    limit: 'test',
    of,
    rate: { requests, seconds },
  });

  test('give so many at once, and then one after each share of the time', () => {
    const buckets = new OwnBuckets();
    const one = draw('a', 3, 30);
    expect([0, 0, 0].map((now) => buckets.draw([one], now))).toEqual([
      { waitMs: 0, remaining: 2 },
      { waitMs: 0, remaining: 1 },
      { waitMs: 0, remaining: 0 },
    ]);
    expect(buckets.draw([one], 1_000)).toEqual({ waitMs: 9_000, remaining: 0 });
    expect(buckets.draw([one], 10_000).waitMs).toBe(0);
    expect(buckets.draw([one], 10_000).waitMs).toBe(10_000);
    expect(buckets.draw([draw('b', 3, 30)], 10_000).waitMs).toBe(0);
  });

  test('of a request are drawn on together or not at all', () => {
    const buckets = new OwnBuckets();
    const [narrow, wide] = [draw('narrow', 1, 60), draw('wide', 3, 60)];
    buckets.draw([narrow, wide], 0);
    for (let attempt = 0; attempt < 5; attempt += 1)
      expect(buckets.draw([narrow, wide], 0).waitMs).toBeGreaterThan(0);
    expect(buckets.draw([wide], 0)).toEqual({ waitMs: 0, remaining: 1 });
  });

  test('never let more through than their rate allows, whatever the pattern', () => {
    const gaps = fc.array(fc.integer({ min: 0, max: 5_000 }), { maxLength: 200 });
    fc.assert(
      fc.property(
        gaps,
        fc.integer({ min: 1, max: 20 }),
        fc.integer({ min: 1, max: 60 }),
        (all, requests, seconds) => {
          const buckets = new OwnBuckets();
          let now = 0;
          let passed = 0;
          for (const gap of all) {
            now += gap;
            if (buckets.draw([draw('a', requests, seconds)], now).waitMs === 0) passed += 1;
            expect(passed).toBeLessThanOrEqual(requests + (now * requests) / (seconds * 1000) + 1e-6);
          }
        },
      ),
    );
  });

  test('are the same in the cache and in a process', async () => {
    await bench.valkey.with(async (client) => {
      const cache = {
        command: (_side: string, name: string, ...values: (string | number)[]) =>
          client.call(name, ...values),
      };
      const [shared, own] = [new SharedBuckets(cache), new OwnBuckets()];
      const draws = [
        draw(randomBytes(8).toString('hex'), 5, 3600),
        draw(randomBytes(8).toString('hex'), 3, 3600),
      ];
      for (let index = 0; index < 5; index += 1) {
        const [one, other] = [await shared.draw(draws), own.draw(draws)];
        expect([one.waitMs > 0, one.remaining]).toEqual([other.waitMs > 0, other.remaining]);
        expect(Math.abs(one.waitMs - other.waitMs)).toBeLessThan(60_000);
      }
      const [kept] = await client.keys('rate:*');
      expect(kept).toBeDefined();
      expect(await client.pttl(kept!)).toBeGreaterThan(0);
    });
  });

  test('forget the oldest when there are too many', () => {
    const buckets = new OwnBuckets();
    buckets.draw([draw('first', 1, 3600)], 0);
    for (let index = 0; index < 20_000; index += 1) buckets.draw([draw(String(index), 1, 3600)], 0);
    expect(buckets.draw([draw('first', 1, 3600)], 0).waitMs).toBe(0);
    expect(buckets.draw([draw('19999', 1, 3600)], 0).waitMs).toBeGreaterThan(0);
  });
});

test.each([
  ['203.0.113.9', '203.0.113.9'],
  ['::ffff:203.0.113.9', '203.0.113.9'],
  ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
  ['2001:0db8:0001:0002::1', '2001:db8:1:2::/64'],
  ['2001:db8::1', '2001:db8:0:0::/64'],
  ['::1', '0:0:0:0::/64'],
])('the budget of %s is that of %s', (address, budget) => {
  expect(budgetAddress(address)).toBe(budget);
});

test('nodes share the budget of an address, and another address has its own', async () => {
  const nodes = [
    await bench.api({ RATE_LIMITS: 'logIn=4/3600' }),
    await bench.api({ RATE_LIMITS: 'logIn=4/3600' }),
  ];
  const address = newAddress();
  const replies = await inTurn(6, (index) => guess(nodes[index % 2]!, address));
  expect(statuses(replies)).toEqual([401, 401, 401, 401, 429, 429]);
  const refused = replies[4]!;
  expect(refused.body['error']).toMatchObject({ code: 'too_many_requests' });
  expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(600);
  expect(replies.map(({ headers }) => headers.get('ratelimit-remaining')).slice(0, 5)).toEqual([
    '3',
    '2',
    '1',
    '0',
    '0',
  ]);
  expect((await guess(nodes[0]!, newAddress())).status).toBe(401);
}, 30_000);

test('a name is guarded against guesses from everywhere', async () => {
  const api = await bench.api({ RATE_LIMITS: 'logInName=3/3600' });
  const name = randomBytes(8).toString('hex');
  const replies = await inTurn(4, (index) => guess(api, newAddress(), index % 2 ? name.toUpperCase() : name));
  expect(statuses(replies)).toEqual([401, 401, 401, 429]);
});

test('what a user changes is counted by user; what is read, by each node for itself', async () => {
  const api = await bench.api({ RATE_LIMITS: 'signUp=off,write=3/3600,writeAddress=off,read=5/3600' });
  const [one, other] = [await new Visitor(api.url).signUp(), await new Visitor(api.url).signUp()];
  const post = (visitor: Visitor) => visitor.call('POST', '/v1/posts', { text: 'hello' }, from(newAddress()));
  expect(statuses(await inTurn(4, () => post(one)))).toEqual([201, 201, 201, 429]);
  expect((await post(other)).status).toBe(201);
  const address = newAddress();
  const read = () => one.call('GET', `/v1/users/${one.userId}/posts`, undefined, from(address));
  expect(statuses(await inTurn(6, read))).toEqual([200, 200, 200, 200, 200, 429]);
  const probe = () => one.call('GET', '/healthz', undefined, from(address));
  expect(statuses(await inTurn(3, probe))).toEqual([200, 200, 200]);
}, 30_000);

test('with the cache away each node goes by its own count, and with it back by the common one', async () => {
  const limits = { RATE_LIMITS: 'logIn=2/3600' };
  const [one, other] = [await bench.api(limits), await bench.api(limits)];
  const address = newAddress();
  await bench.valkey.kill();
  try {
    expect(statuses(await inTurn(3, () => guess(one, address)))).toEqual([401, 401, 429]);
    expect(statuses(await inTurn(3, () => guess(other, address)))).toEqual([401, 401, 429]);
  } finally {
    await bench.valkey.restart();
  }
  await waitFor('the common count', async () => {
    const fresh = newAddress();
    await inTurn(2, () => guess(one, fresh));
    return (await guess(other, fresh)).status === 429;
  });
}, 60_000);

test('an address that is only claimed, from outside the network of the balancer, counts for nothing', async () => {
  // The balancer appends who connected to it; what stands before that is the client's own claim.
  const api = await bench.api({ RATE_LIMITS: 'logIn=2/3600' });
  const address = newAddress();
  const claims = ['192.0.2.1', '192.0.2.2', '192.0.2.3'];
  const replies = await inTurn(3, (index) => guess(api, `${claims[index]}, ${address}`));
  expect(statuses(replies)).toEqual([401, 401, 429]);
});
