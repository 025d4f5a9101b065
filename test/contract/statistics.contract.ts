import { setTimeout as sleep } from 'node:timers/promises';
import { closeClient, get, newKey, post, signUp, type Failure, type Post } from './client';
import { storedRows } from './database';

afterAll(closeClient);

interface Figures {
  readonly days: readonly {
    readonly day: string;
    readonly activeUsers: number | null;
    readonly events: Readonly<Record<string, number>>;
    readonly revenue: Readonly<Record<string, number>>;
  }[];
  readonly missing: readonly string[];
}

const DAY_MS = 86_400_000;
const dayOf = (time: number): string => new Date(time).toISOString().slice(0, 10);
const daily = <T = Figures>(query = '') => get<T>(`/v1/statistics/daily${query}`);

describe('the figures of days', () => {
  test('are of the last seven days, in order, and may be kept for a minute', async () => {
    const { status, body, headers } = await daily();
    expect(status).toBe(200);
    expect(headers['cache-control']).toBe('public, max-age=60');
    const days = body.days.map(({ day }) => day);
    expect(days).toEqual([...days].sort());
    expect(new Set(days).size).toBe(days.length);
    // Midnight may have passed meanwhile.
    expect(days.every((day) => day >= dayOf(Date.now() - 8 * DAY_MS) && day <= dayOf(Date.now()))).toBe(true);
    expect(body.missing).toEqual([]);
    for (const { activeUsers, events, revenue } of body.days) {
      expect(activeUsers === null || Number.isInteger(activeUsers)).toBe(true);
      for (const number of [...Object.values(events), ...Object.values(revenue)]) {
        expect(Number.isInteger(number) && number >= 0).toBe(true);
      }
    }
  });

  test('are those of the days that were asked for, and of no other', async () => {
    const [from, to] = [dayOf(Date.now() - 3 * DAY_MS), dayOf(Date.now() - 2 * DAY_MS)];
    const { body } = await daily(`?from=${from}&to=${to}`);
    expect(body.days.every(({ day }) => day >= from && day <= to)).toBe(true);
    expect((await daily('?to=2020-02-29')).body).toEqual({ days: [], missing: [] });
  });

  test.each([
    ['a day that there is not', 'from=2026-02-30', 'from'],
    ['a time', 'to=2026-02-01T00:00:00Z', 'to'],
    ['no day', 'from=yesterday', 'from'],
    ['an end before the start', 'from=2026-02-02&to=2026-02-01', 'from'],
    ['too many days', 'from=2026-01-01&to=2026-04-03', 'from'],
  ])('of %s are refused', async (_case, query, path) => {
    const { status, body } = await daily<Failure>(`?${query}`);
    expect(status).toBe(400);
    expect(body.error.details?.[0]?.path).toBe(`querystring.${path}`);
  });

  test('of 92 days are the most', async () => {
    expect((await daily('?from=2026-01-01&to=2026-04-02')).status).toBe(200);
  });

  test('come from events, which are kept once for what a user did', async () => {
    const { user, token } = await signUp();
    const written = await post<{ post: Post }>('/v1/posts', { text: 'an event' }, { token });
    const { id } = written.body.post;
    const options = { token, headers: { 'idempotency-key': newKey() } };
    const paid = { amountCents: 700, currency: 'EUR' };
    for (let n = 0; n < 2; n += 1) await post(`/v1/posts/${id}/boosts`, paid, options);
    const kept = () =>
      storedRows<{ type: string }>(
        `SELECT type FROM events WHERE data->>'userId' = $1 OR data->>'postId' = $2 ORDER BY type`,
        [user.id, id],
      );
    let rows = await kept();
    for (let tries = 0; rows !== undefined && rows.length < 3 && tries < 100; tries += 1) {
      await sleep(200);
      rows = await kept();
    }
    if (rows === undefined) return;
    expect(rows.map(({ type }) => type)).toEqual(['boost.paid', 'post.created', 'user.created']);
  });
});
