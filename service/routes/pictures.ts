import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { mediaKey, originalKey, videoKey } from '../aws/assets';
import { isMissingReference } from '../database/errors';
import type { Picture } from '../database/pictures';
import { authenticate } from '../http/authentication';
import { ServiceError, unavailable } from '../http/errors';
import type { ZodTypes } from '../http/zod';
import { isVideo } from '../limits';
import type { Dependencies } from '../dependencies';
import { requireFeature } from './features';
import { absent, requireId } from './ids';
import {
  bearer,
  bodyFailures,
  failures,
  idParams,
  newPicture,
  picture,
  readHeaders,
  upload,
} from './schemas';

const present = (row: Picture) => {
  const { id, status, contentType, transcoded } = row;
  const url = `/${transcoded ? videoKey(id) : originalKey(row)}`;
  return {
    id,
    status,
    thumbnailUrl: `/${mediaKey(id)}`,
    ...(isVideo(contentType) ? { video: { url, transcoded } } : {}),
  };
};

export async function pictureRoutes(
  instance: FastifyInstance,
  { pictures, assets, clientConfig }: Dependencies,
) {
  const app = instance.withTypeProvider<ZodTypes>();
  const guards = { onRequest: authenticate, preHandler: requireFeature(clientConfig, 'pictures') };

  app.post(
    '/v1/pictures',
    {
      ...guards,
      schema: {
        summary: 'Announce a picture or a video; the answer says where to upload it',
        security: bearer,
        body: newPicture,
        response: { 201: z.object({ picture, upload }), ...bodyFailures(401) },
      },
    },
    async (request, reply) => {
      const { contentType, bytes } = request.body;
      if (isVideo(contentType)) await requireFeature(clientConfig, 'videos')(request);
      const { value, position } = await pictures
        .insert(request.user.sub, contentType, bytes)
        .catch((error: unknown) => {
          if (!isMissingReference(error)) throw error;
          throw new ServiceError(
            401,
            'unknown_user',
            'The user of this token is no longer there. Log in again.',
          );
        });
      const target = await assets.presignUpload(value.id, contentType, bytes);
      void reply.status(201).header('x-tiers-position', position);
      return { picture: present(value), upload: { ...target, headers: { ...target.headers } } };
    },
  );

  app.post(
    '/v1/pictures/:id/complete',
    {
      ...guards,
      preHandler: [guards.preHandler, requireId('picture')],
      schema: {
        summary:
          'Say that the upload is done; the thumbnail, or what every browser plays, is made in the background',
        security: bearer,
        params: idParams,
        response: { 202: z.object({ picture }), ...failures(401, 404, 409) },
      },
    },
    async (request, reply) => {
      const found = await pictures.findOnWriter(request.params.id);
      // Somebody else's picture is none of the caller's business, its existence included.
      if (found === undefined || found.ownerId !== request.user.sub)
        throw absent('picture', request.params.id);
      void reply.status(202);
      if (found.status === 'ready') return { picture: present(found) };
      if (found.status === 'failed') {
        throw new ServiceError(409, 'picture_failed', 'This picture could not be read. Upload another file.');
      }
      await requireUpload(found);
      const position = await pictures.markProcessing(found);
      void reply.header('x-tiers-position', position);
      return { picture: { ...present(found), status: 'processing' as const } };
    },
  );

  app.get(
    '/v1/pictures/:id',
    {
      preHandler: requireId('picture'),
      schema: {
        summary: 'State of a picture',
        params: idParams,
        headers: readHeaders,
        response: { 200: z.object({ picture }), ...failures(404) },
      },
    },
    async (request, reply) => {
      const found = await pictures.find(request.params.id, request.headers['x-tiers-position']);
      if (found === undefined) throw absent('picture', request.params.id);
      void reply.header('cache-control', 'no-store');
      return { picture: present(found) };
    },
  );

  async function requireUpload(announced: Picture): Promise<void> {
    const size = await assets.uploadSize(announced.id).catch((error: unknown) => {
      throw unavailable('bucket', error);
    });
    if (size === undefined) {
      throw new ServiceError(409, 'upload_missing', 'The file has not been uploaded yet. PUT it first.');
    }
    if (size !== announced.bytes) {
      throw new ServiceError(
        409,
        'upload_differs',
        `The upload has ${size} bytes, announced were ${announced.bytes}.`,
      );
    }
  }
}
