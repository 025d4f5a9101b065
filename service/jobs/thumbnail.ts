import { buffer } from 'node:stream/consumers';
import type { Readable } from 'node:stream';
import type { Logger } from 'pino';
import sharp from 'sharp';
import { uploadKey, type AssetStore } from '../aws/assets';
import type { Pictures } from '../database/pictures';
import { PICTURE_BYTES_LIMIT } from '../limits';

/** Longest edge of a thumbnail in pixels. */
export const THUMBNAIL_EDGE = 320;
/** Larger pictures are refused before they are decoded, since a small file may unpack to gigabytes. */
const PIXEL_LIMIT = 50_000_000;

// One decode at a time per lane; libvips would otherwise use every core for each of them and keep what it opened.
sharp.concurrency(1);
sharp.cache(false);

/** The picture itself is at fault; trying again would not help. */
class PictureError extends Error {}

/** Makes the WebP thumbnail of a picture. Runs any number of times with the same result. */
export class ThumbnailJob {
  constructor(
    private readonly pictures: Pictures,
    private readonly assets: AssetStore,
  ) {}

  async run(pictureId: string, log: Logger): Promise<void> {
    const picture = await this.pictures.findOnWriter(pictureId);
    if (picture === undefined) {
      log.warn('no such picture; nothing to do');
      return;
    }
    if (picture.status === 'ready') {
      log.info('thumbnail was made before');
      return;
    }
    try {
      const thumbnail = await render(await this.original(pictureId));
      await this.assets.putThumbnail(pictureId, thumbnail);
      await this.pictures.setStatus(pictureId, 'ready');
    } catch (error) {
      if (!(error instanceof PictureError)) throw error;
      log.warn({ err: error }, 'picture refused');
      await this.pictures.setStatus(pictureId, 'failed', error.message);
    }
  }

  private async original(pictureId: string): Promise<Buffer> {
    const object = await this.assets.open(uploadKey(pictureId));
    if (object?.Body === undefined) throw new PictureError('The upload is not in the bucket.');
    if ((object.ContentLength ?? 0) > PICTURE_BYTES_LIMIT) throw new PictureError('The upload is too large.');
    return buffer(object.Body as Readable);
  }
}

/** @throws PictureError for what is no picture */
export async function render(original: Buffer): Promise<Buffer> {
  try {
    return await sharp(original, { limitInputPixels: PIXEL_LIMIT, failOn: 'error' })
      .rotate()
      .resize({ width: THUMBNAIL_EDGE, height: THUMBNAIL_EDGE, fit: 'inside', withoutEnlargement: true })
      .webp({ quality: 80 })
      .toBuffer();
  } catch (error) {
    throw new PictureError('The file is not a picture that can be read.', { cause: error });
  }
}
