import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { compareVersions, resolveFeatures } from '../aws/client-config';
import type { ZodTypes } from '../http/zod';
import type { Dependencies } from '../dependencies';
import { failures } from './schemas';

const query = z.object({
  platform: z
    .string()
    .regex(/^[a-z]{1,16}$/, 'must be 1 to 16 small letters')
    .optional(),
  version: z
    .string()
    .regex(/^\d{1,6}(\.\d{1,6}){0,2}$/, 'must be a version such as 1.4.0')
    .optional(),
});
const answer = z.object({
  apiBaseUrl: z.string(),
  features: z.record(z.string(), z.boolean()),
  /** Features that are on for a share of people: percent, see docs/service.md. */
  rollouts: z.record(z.string(), z.number()),
  updateRequired: z.boolean(),
  message: z.string().nullable(),
  /** When to ask again. */
  refreshSeconds: z.number(),
});

export async function clientConfigRoutes(instance: FastifyInstance, { config, clientConfig }: Dependencies) {
  instance.withTypeProvider<ZodTypes>().get(
    '/v1/client-config',
    {
      schema: {
        summary: 'What this client should do, by platform and version',
        querystring: query,
        response: { 200: answer, ...failures() },
      },
    },
    async (request, reply) => {
      const { platform, version } = request.query;
      const current = clientConfig.current;
      const oldest = platform === undefined ? undefined : current.minimumVersions[platform];
      void reply.header('cache-control', 'public, max-age=30');
      return {
        apiBaseUrl: config.API_BASE_URL,
        ...resolveFeatures(current, platform, version),
        updateRequired: oldest !== undefined && version !== undefined && compareVersions(version, oldest) < 0,
        message: current.message,
        refreshSeconds: 60,
      };
    },
  );
}
