import type { FastifyInstance, FastifyTypeProvider } from 'fastify';
import { z } from 'zod';
import { ServiceError } from './errors';

/** Lets a route's zod schemas type its handler. */
export interface ZodTypes extends FastifyTypeProvider {
  validator: this['schema'] extends z.ZodType ? z.output<this['schema']> : unknown;
  serializer: this['schema'] extends z.ZodType ? z.input<this['schema']> : unknown;
}

/** Makes Fastify check requests and shape answers by zod schemas: what a schema does not name never leaves. */
export function useZod(app: FastifyInstance): void {
  app.setValidatorCompiler<z.ZodType>(({ schema, httpPart }) => (data: unknown) => {
    const result = schema.safeParse(data);
    if (result.success) return { value: result.data };
    const details = result.error.issues.map((issue) => ({
      path: [httpPart ?? 'request', ...issue.path].join('.'),
      message: issue.message,
    }));
    const listed = details.map((detail) => `${detail.path}: ${detail.message}`).join('; ');
    return {
      error: new ServiceError(400, 'invalid_request', `The request is not valid: ${listed}`, details),
    };
  });
  app.setSerializerCompiler<z.ZodType>(
    ({ schema }) =>
      (data: unknown) =>
        JSON.stringify(schema.parse(data)),
  );
}
