import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { unavailable } from '../http/errors';
import type { ZodTypes } from '../http/zod';
import type { Dependencies } from '../dependencies';
import { RangesUnknownError } from '../statistics/day-ranges';
import { addDays, dayOf, daysBetween, isDay } from '../statistics/days';
import { requireFeature } from './features';
import { failures } from './schemas';

const DAYS_LIMIT = 92;
const DEFAULT_DAYS = 7;

const day = z.string().refine(isDay, 'must be a day of the calendar such as 2026-12-31');
const range = z
  .object({
    from: day.optional().describe('First day, of UTC. Default: six days before `to`'),
    to: day.optional().describe('Last day. Default: today'),
  })
  .transform(({ from, to = dayOf(Date.now()) }) => ({ from: from ?? addDays(to, 1 - DEFAULT_DAYS), to }))
  .refine(({ from, to }) => from <= to, { path: ['from'], message: 'must not be after `to`' })
  .refine(({ from, to }) => daysBetween(from, to).length <= DAYS_LIMIT, {
    path: ['from'],
    message: `must be at most ${DAYS_LIMIT - 1} days before \`to\``,
  });
const numbers = z.record(z.string(), z.number());
const figures = z.object({
  day: z.string(),
  activeUsers: z.number().nullable().describe('Estimated; null where it is not known'),
  events: numbers.describe('Number of events by type'),
  revenue: numbers.describe('Hundredths of each currency'),
});

/** What happened each day, in public numbers. */
export async function statisticsRoutes(
  instance: FastifyInstance,
  { statistics, clientConfig }: Dependencies,
): Promise<void> {
  instance.withTypeProvider<ZodTypes>().get(
    '/v1/statistics/daily',
    {
      preHandler: requireFeature(clientConfig, 'statistics'),
      schema: {
        summary: 'Figures of each day; those of today are of the day so far, at most an hour or so old',
        querystring: range,
        response: { 200: z.object({ days: z.array(figures), missing: z.array(z.string()) }), ...failures() },
      },
    },
    async (request, reply) => {
      const { from, to } = request.query;
      const found = await statistics.daily.read(from, to).catch((error: unknown) => {
        throw error instanceof RangesUnknownError ? unavailable('table', error) : error;
      });
      // The same for everybody. An answer with a part missing is asked for again soon.
      void reply.header('cache-control', found.missing.length > 0 ? 'no-store' : 'public, max-age=60');
      return found;
    },
  );
}
