import type { Readable } from 'node:stream';
import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { ServiceError, unavailable } from '../http/errors';
import type { ZodTypes } from '../http/zod';
import type { Dependencies } from '../dependencies';
import { failures } from './schemas';

const FILE = /^\d{1,19}(\.webp|(-original)?\.mp4|-original\.webm)$/;
const params = z.object({
  file: z.string().regex(FILE, 'must be <id>.webp, <id>.mp4, <id>-original.mp4 or <id>-original.webm'),
});
/** The part of a file that players ask for. */
const RANGE = /^bytes=\d{1,12}-\d{0,12}$/;

/** Thumbnails and videos from the bucket, for the CDN's second origin and for the time when the CDN is away. */
export async function mediaRoutes(instance: FastifyInstance, { assets }: Dependencies): Promise<void> {
  instance.withTypeProvider<ZodTypes>().get(
    '/media/:file',
    {
      schema: {
        summary: 'A thumbnail or a video',
        params,
        produces: ['image/webp', 'video/mp4', 'video/webm', 'application/json'],
        response: { 200: z.any(), 206: z.any(), ...failures(404, 416) },
      },
    },
    async (request, reply) => {
      const { file } = request.params;
      const key = `media/${file}`;
      const abort = new AbortController();
      const { range } = request.headers;
      const part = range !== undefined && RANGE.test(range) ? range : undefined;
      const object = await assets.open(key, { signal: abort.signal, range: part }).catch((error: unknown) => {
        if (error instanceof Error && error.name === 'InvalidRange')
          throw new ServiceError(416, 'no_such_range', `${key} ends before that part.`);
        throw unavailable('bucket', error);
      });
      if (object?.Body === undefined) throw new ServiceError(404, 'media_not_found', `There is no ${key}.`);
      // A client that hangs up must not leave the download from the bucket running.
      reply.raw.once('close', () => abort.abort());
      void reply.header(
        'content-type',
        file.endsWith('.webp') ? 'image/webp' : `video/${file.slice(-4).replace('.', '')}`,
      );
      void reply.header('accept-ranges', 'bytes');
      if (object.ContentRange !== undefined)
        void reply.status(206).header('content-range', object.ContentRange);
      // A file is never changed under the same name.
      void reply.header('cache-control', 'public, max-age=31536000, immutable');
      if (object.ETag !== undefined) void reply.header('etag', object.ETag);
      if (object.ContentLength !== undefined) void reply.header('content-length', object.ContentLength);
      return reply.send(object.Body as Readable);
    },
  );
}
