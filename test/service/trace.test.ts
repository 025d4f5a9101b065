import fc from 'fast-check';
import { Client } from 'pg';
import { traced } from '../../service/database/traced-client';
import { Bench } from '../support/bench';
import { DATABASE } from '../support/postgres';
import { waitFor } from '../support/wait';

let bench: Bench;
beforeAll(async () => {
  bench = await Bench.start();
}, 120_000);
afterAll(() => bench.stop(), 60_000);

const TRACE = '1-67891233-abcdef012345678912345678';

/** Holds a table, so that who wants it can be looked at while it waits; resolves with the waiting statement of a role. */
async function statementWaitingFor(
  table: string,
  role: string,
  begin: () => Promise<unknown>,
): Promise<string> {
  const { socketFolder, primary } = bench.cluster;
  const holder = new Client({ host: socketFolder, port: primary.port, user: 'postgres', database: DATABASE });
  await holder.connect();
  try {
    await holder.query(`BEGIN; LOCK TABLE ${table} IN ACCESS EXCLUSIVE MODE`);
    void begin();
    return await waitFor(`${role} to wait for ${table}`, async () => {
      // Not by the holder: a transaction goes on seeing what it saw first.
      const rows = await primary.query(
        `SELECT query FROM pg_stat_activity
         WHERE application_name = $1 AND wait_event_type = 'Lock' AND query LIKE '%request_id%'`,
        [`tiers-${role}`],
      );
      return rows[0] && String(rows[0].query);
    });
  } finally {
    await holder.end();
  }
}

test("the balancer's id of a request stands in its statements, and in those of the job that it asked for", async () => {
  const { url } = await bench.api();
  await bench.worker();
  const send = (path: string, body: unknown, token?: string) =>
    fetch(`${url}${path}`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        'x-amzn-trace-id': `Root=${TRACE}`,
        ...(token && { authorization: `Bearer ${token}` }),
      },
      body: JSON.stringify(body),
    });
  const signedUp = await send('/v1/users', { name: 'traced', password: 'a long enough password' });
  const { token } = (await signedUp.json()) as { token: string };
  let answered: Promise<Response> | undefined;
  const write = () => (answered = send('/v1/posts', { text: 'to be found again' }, token));
  const comment = `/*request_id='${TRACE}'*/`;
  expect(await statementWaitingFor('posts', 'api', write)).toContain(comment);
  expect((await answered!).status).toBe(201);
  // The event of a post becomes a job, which looks for followers.
  expect(await statementWaitingFor('followers', 'worker', write)).toContain(comment);
  expect((await answered!).status).toBe(201);
});

test('no id ends its comment, or begins another', () => {
  fc.assert(
    fc.property(fc.string(), (id) => {
      const [comment, statement] = traced('SELECT 1', id).split("'*/ ");
      expect(statement).toBe('SELECT 1');
      expect(comment).toMatch(/^\/\*request_id='((?!\*\/|\/\*|').)*$/s);
    }),
  );
  expect(traced('SELECT 1', undefined)).toBe('SELECT 1');
});
