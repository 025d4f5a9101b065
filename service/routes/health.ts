import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { withClient, type Pool } from '../database/pool';
import type { ZodTypes } from '../http/zod';
import type { Dependencies } from '../dependencies';
import { within } from '../within';
import type { Shards } from '../sharding/shards';

/** A dependency that takes longer to answer counts as away. */
const CHECK_TIMEOUT_MS = 1_500;
/** Everybody may ask; the dependencies are asked at most this often. */
const REPORT_LIFETIME_MS = 1_000;

const part = z.object({
  ok: z.boolean(),
  /** Without a required part this node can't do its work; without another it works with less. */
  required: z.boolean(),
  ms: z.number(),
});
const report = z.object({
  status: z.enum(['starting', 'ready', 'degraded', 'unready']),
  parts: z.record(z.string(), part),
});
type Report = z.infer<typeof report>;

interface Check {
  readonly name: string;
  readonly required: boolean;
  readonly run: () => Promise<unknown>;
}

const query = (pool: Pool) => withClient(pool, (client) => client.query('SELECT 1'));

/** One shard's servers by the names that runbooks use; of several, each is somebody's, and none is everybody's. */
function databaseChecks({ all }: Shards): Check[] {
  return all.flatMap(({ number, writer, readers }) => {
    const name = all.length === 1 ? 'database' : `shard${number}`;
    return [
      { name: `${name}Writer`, required: all.length === 1, run: () => query(writer) },
      ...readers.map((reader, index) => ({
        name: `${name}Reader${index + 1}`,
        required: false,
        run: () => query(reader.pool),
      })),
    ];
  });
}

function checks({ shards, schema, cache, queue, assets, idempotency, clientConfig }: Dependencies): Check[] {
  return [
    ...databaseChecks(shards),
    { name: 'schema', required: false, run: () => schema.check() },
    // With every writer gone nobody is served; with one of several, its users are not, and others are.
    ...(shards.all.length > 1
      ? [
          {
            name: 'database',
            required: true,
            run: () => Promise.any(shards.all.map(({ writer }) => query(writer))),
          },
        ]
      : []),
    ...(cache.present ? [{ name: 'cache', required: false, run: () => cache.ping() }] : []),
    ...(queue.present ? [{ name: 'queue', required: false, run: () => queue.ping() }] : []),
    { name: 'bucket', required: false, run: () => assets.ping() },
    ...(idempotency.present ? [{ name: 'table', required: false, run: () => idempotency.ping() }] : []),
    { name: 'clientConfig', required: false, run: () => clientConfig.refresh() },
  ];
}

export async function healthRoutes(instance: FastifyInstance, dependencies: Dependencies): Promise<void> {
  const app = instance.withTypeProvider<ZodTypes>();
  const all = checks(dependencies);
  let latest: { readonly until: number; readonly report: Promise<Report> } | undefined;

  // Shallow on purpose: a fault of a shared dependency must not make the balancer replace the whole fleet.
  app.get(
    '/healthz',
    { schema: { summary: 'Is this process serving', response: { 200: z.object({ status: z.string() }) } } },
    async (_request, reply) => {
      void reply.header('cache-control', 'no-store');
      const { drain, schema } = dependencies;
      if (!drain.draining && !schema.waiting) return { status: 'ok' };
      void reply.status(503 as 200);
      return { status: drain.draining ? 'draining' : 'starting' };
    },
  );

  app.get(
    '/readyz',
    { schema: { summary: 'State of each dependency', response: { 200: report, 503: report } } },
    async (_request, reply) => {
      if (latest === undefined || latest.until < Date.now()) {
        latest = { until: Date.now() + REPORT_LIFETIME_MS, report: ask(all) };
      }
      const { parts, status } = await latest.report;
      const result = { status: dependencies.schema.waiting ? ('starting' as const) : status, parts };
      void reply
        .header('cache-control', 'no-store')
        .status(['starting', 'unready'].includes(result.status) ? 503 : 200);
      return result;
    },
  );
}

async function ask(all: readonly Check[]): Promise<Report> {
  const entries = await Promise.all(
    all.map(async ({ name, required, run }) => {
      const started = performance.now();
      const ok = await settles(run());
      return [name, { ok, required, ms: Math.round(performance.now() - started) }] as const;
    }),
  );
  const missing = entries.filter(([, state]) => !state.ok);
  const status = missing.some(([, state]) => state.required)
    ? 'unready'
    : missing.length > 0
      ? 'degraded'
      : 'ready';
  return { status, parts: Object.fromEntries(entries) };
}

/** True when the promise is fulfilled in time. */
const settles = (work: Promise<unknown>): Promise<boolean> =>
  within(CHECK_TIMEOUT_MS, work).then(
    () => true,
    () => false,
  );
