import fastifySwagger from '@fastify/swagger';
import type { FastifyInstance } from 'fastify';
import { z } from 'zod';

const PARTS = ['body', 'querystring', 'params', 'headers'] as const;

const inputSchema = (schema: unknown): unknown =>
  schema instanceof z.ZodType ? z.toJSONSchema(schema, { io: 'input', target: 'openapi-3.0' }) : schema;

const outputSchema = (schema: unknown): unknown =>
  // An answer without a body.
  schema instanceof z.ZodNull
    ? { type: 'null', description: schema.description }
    : schema instanceof z.ZodType
      ? z.toJSONSchema(schema, { io: 'output', target: 'openapi-3.0' })
      : schema;

/** Generates the OpenAPI document from the schemas that check the requests, so the two can't differ. */
export async function useOpenApi(app: FastifyInstance, serverUrl: string): Promise<void> {
  await app.register(fastifySwagger, {
    openapi: {
      openapi: '3.0.3',
      info: {
        title: 'Tiers sample service',
        version: '1.0.0',
        description: 'Sign up, write posts, read and boost them, upload pictures.',
      },
      servers: [{ url: serverUrl }],
      components: { securitySchemes: { bearer: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT' } } },
    },
    transform: ({ schema, url }) => {
      const result: Record<string, unknown> = { ...schema };
      for (const part of PARTS) if (result[part] !== undefined) result[part] = inputSchema(result[part]);
      if (schema?.response !== undefined) {
        result['response'] = Object.fromEntries(
          Object.entries(schema.response as Record<string, unknown>).map(([status, body]) => [
            status,
            outputSchema(body),
          ]),
        );
      }
      return { schema: result, url };
    },
  });
  app.get('/openapi.json', { schema: { hide: true } }, async () => app.swagger());
}
