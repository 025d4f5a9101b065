import { createReadStream, createWriteStream } from 'node:fs';
import { mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Logger } from 'pino';
import { originalKey, uploadKey, videoKey, type AssetStore } from '../aws/assets';
import type { Picture, Pictures } from '../database/pictures';
import { isVideo, VIDEO_BYTES_LIMIT, type VideoType } from '../limits';
import { ffmpeg, UnreadableError, type Run } from './ffmpeg';
import { render } from './thumbnail';

/** Longest edge of a rendition, its shorter one, and seconds of it. */
const EDGE = 1_280;
const SHORT_EDGE = 720;
const LENGTH_SECONDS = 600;

/** How files begin, and what reads them: a playlist could name others. */
const FORMATS: Readonly<
  Record<VideoType, { readonly mark: string; readonly at: number; readonly demuxer: string }>
> = {
  'video/mp4': { mark: 'ftyp', at: 4, demuxer: 'mov' },
  'video/webm': { mark: '\x1aE\xdf\xa3', at: 0, demuxer: 'matroska' },
};

/** Lets people see a video as it was uploaded. Runs any number of times with the same result. */
export async function publishVideo(
  { pictures, assets }: { readonly pictures: Pictures; readonly assets: AssetStore },
  id: string,
  log: Logger,
): Promise<void> {
  const video = await pictures.findOnWriter(id);
  if (video === undefined || !isVideo(video.contentType) || video.status !== 'processing') {
    log.info('no video that waits');
    return;
  }
  const head = await assets.open(uploadKey(id), { range: 'bytes=0-15' });
  const begins = head?.Body === undefined ? '' : (await buffer(head.Body as Readable)).toString('latin1');
  const { mark, at } = FORMATS[video.contentType];
  if (!begins.startsWith(mark, at)) {
    log.warn('video refused');
    await pictures.setStatus(id, 'failed', `The file does not begin like ${video.contentType}.`);
    return;
  }
  await assets.copyUpload(id, originalKey(video), video.contentType);
  await pictures.setStatus(id, 'ready');
}

/** Makes the rendition of a video that every browser plays, and its picture. A repetition writes over the same objects. */
export class TranscodeJob {
  constructor(
    private readonly pictures: Pictures,
    private readonly assets: AssetStore,
    private readonly limits: Pick<Run, 'program' | 'seconds'> & { readonly folder: string },
  ) {}

  /** @throws the signal's reason when told to stop; FinalError without ffmpeg, or when it takes too long */
  async run(id: string, log: Logger, signal: AbortSignal): Promise<void> {
    const video = await this.pictures.findOnWriter(id);
    if (video === undefined || !isVideo(video.contentType) || video.status === 'failed') {
      log.info('no video to transcode');
      return;
    }
    if (video.transcoded) {
      log.info('video was transcoded before');
      return;
    }
    const folder = await mkdtemp(join(this.limits.folder, 'tiers-transcode-'));
    try {
      await this.transcode(video, video.contentType, folder, log, signal);
    } catch (error) {
      if (!(error instanceof UnreadableError)) throw error;
      log.warn({ err: error }, 'video stays as it was uploaded');
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  }

  private async transcode(
    { id }: Picture,
    type: VideoType,
    folder: string,
    log: Logger,
    signal: AbortSignal,
  ): Promise<void> {
    const [upload, made, still] = ['upload', 'made.mp4', 'still.png'].map((name) => join(folder, name)) as [
      string,
      string,
      string,
    ];
    const object = await this.assets.open(uploadKey(id), { signal });
    if (object?.Body === undefined || (object.ContentLength ?? 0) > VIDEO_BYTES_LIMIT) {
      throw new UnreadableError('There is no upload, or it is too large.');
    }
    await pipeline(object.Body as Readable, createWriteStream(upload), { signal });
    const { demuxer } = FORMATS[type];
    const run = (...args: string[]) => ffmpeg({ ...this.limits, args, signal }, log);
    await run(...['-protocol_whitelist', 'file', '-f', demuxer, '-i', upload], ...RENDITION, made);
    await run('-i', made, '-frames:v', '1', '-y', still);
    await this.assets.putThumbnail(id, await render(await readFile(still)));
    const { size } = await stat(made);
    signal.throwIfAborted();
    await this.assets.put(videoKey(id), createReadStream(made), { contentType: 'video/mp4', bytes: size });
    await this.pictures.setTranscoded(id);
    log.info({ bytes: size }, 'video transcoded');
  }
}

/** H.264 and AAC, as every browser plays them; nothing of what cameras write down of places and times. */
const RENDITION: readonly string[] = [
  ...['-map', '0:v:0', '-map', '0:a:0?', '-map_metadata', '-1', '-t', String(LENGTH_SECONDS)],
  '-vf',
  `scale='if(gte(iw,ih),min(${EDGE},iw),min(${SHORT_EDGE},iw))':'if(gte(iw,ih),min(${SHORT_EDGE},ih),min(${EDGE},ih))'` +
    ':force_original_aspect_ratio=decrease:force_divisible_by=2',
  ...['-c:v', 'libx264', '-preset', 'veryfast', '-crf', '26', '-pix_fmt', 'yuv420p', '-threads', '2'],
  ...['-c:a', 'aac', '-b:a', '96k', '-ac', '2'],
  // No larger than what was let in, and readable from its beginning.
  ...['-fs', String(VIDEO_BYTES_LIMIT), '-movflags', '+faststart'],
  ...['-fflags', '+bitexact', '-flags:v', '+bitexact', '-f', 'mp4', '-y'],
];
