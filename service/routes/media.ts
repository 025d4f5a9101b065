import type { Readable } from 'node:stream';
import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { mediaKey } from '../aws/assets';
import { ServiceError, unavailable } from '../http/errors';
import type { ZodTypes } from '../http/zod';
import type { Dependencies } from '../dependencies';
import { failures } from './schemas';

const params = z.object({ file: z.string().regex(/^\d{1,19}\.webp$/, 'must be <picture id>.webp') });

/** Thumbnails from the bucket, for the CDN's second origin and for the time when the CDN is away. */
export async function mediaRoutes(instance: FastifyInstance, { assets }: Dependencies): Promise<void> {
  instance.withTypeProvider<ZodTypes>().get(
    '/media/:file',
    {
      schema: {
        summary: 'A thumbnail',
        params,
        produces: ['image/webp', 'application/json'],
        response: { 200: z.any(), ...failures(404) },
      },
    },
    async (request, reply) => {
      const key = mediaKey(request.params.file.replace(/\.webp$/, ''));
      const abort = new AbortController();
      const object = await assets.open(key, abort.signal).catch((error: unknown) => {
        throw unavailable('bucket', error);
      });
      if (object?.Body === undefined) throw new ServiceError(404, 'media_not_found', `There is no ${key}.`);
      // A client that hangs up must not leave the download from the bucket running.
      reply.raw.once('close', () => abort.abort());
      void reply.header('content-type', 'image/webp');
      // A thumbnail is never changed under the same name.
      void reply.header('cache-control', 'public, max-age=31536000, immutable');
      if (object.ETag !== undefined) void reply.header('etag', object.ETag);
      if (object.ContentLength !== undefined) void reply.header('content-length', object.ContentLength);
      return reply.send(object.Body as Readable);
    },
  );
}
