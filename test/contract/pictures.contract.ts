import { setTimeout as sleep } from 'node:timers/promises';
import sharp from 'sharp';
import { closeClient, get, post, send, signUp, type Failure, type Session } from './client';
import { storedRows } from './database';

afterAll(closeClient);

interface Picture {
  readonly id: string;
  readonly status: 'pending' | 'processing' | 'ready' | 'failed';
  readonly thumbnailUrl: string;
  readonly video?: { readonly url: string; readonly transcoded: boolean };
}
interface Announced {
  readonly picture: Picture;
  readonly upload: { readonly method: 'PUT'; readonly url: string; readonly headers: Record<string, string> };
}

/** Longest wait for the background job. */
const JOB_LIMIT_MS = 30_000;

const drawing = (width: number, height: number): Promise<Buffer> =>
  sharp({ create: { width, height, channels: 3, background: { r: 200, g: 80, b: 40 } } })
    .png()
    .toBuffer();

async function announce(session: Session, contentType: string, bytes: number): Promise<Announced> {
  const answer = await post<Announced>('/v1/pictures', { contentType, bytes }, { token: session.token });
  expect(answer.status).toBe(201);
  expect(answer.body.picture.status).toBe('pending');
  return answer.body;
}

async function upload(session: Session, contentType: string, file: Buffer): Promise<Picture> {
  const { picture, upload: target } = await announce(session, contentType, file.length);
  const put = await send(target.method, target.url, file, target.headers);
  expect(put.status).toBe(200);
  return picture;
}

const complete = (session: Session, id: string) =>
  post<{ picture: Picture }>(`/v1/pictures/${id}/complete`, undefined, { token: session.token });

async function settled(id: string): Promise<Picture> {
  const end = Date.now() + JOB_LIMIT_MS;
  for (;;) {
    const answer = await get<{ picture: Picture }>(`/v1/pictures/${id}`);
    if (answer.status === 200 && ['ready', 'failed'].includes(answer.body.picture.status))
      return answer.body.picture;
    if (Date.now() > end)
      throw new Error(`picture ${id} is still ${answer.body.picture?.status} after ${JOB_LIMIT_MS} ms`);
    await sleep(100);
  }
}

describe('a picture', () => {
  test('becomes a WebP thumbnail of at most 320 pixels in the background', async () => {
    const session = await signUp();
    const file = await drawing(800, 600);
    const { id, thumbnailUrl } = await upload(session, 'image/png', file);
    expect(thumbnailUrl).toBe(`/media/${id}.webp`);
    expect((await get(thumbnailUrl)).status).toBe(404);

    const accepted = await complete(session, id);
    expect(accepted.status).toBe(202);
    expect(['processing', 'ready']).toContain(accepted.body.picture.status);
    expect((await settled(id)).status).toBe('ready');

    const thumbnail = await get(thumbnailUrl);
    expect(thumbnail.status).toBe(200);
    expect(thumbnail.headers['content-type']).toBe('image/webp');
    expect(thumbnail.headers['cache-control']).toContain('max-age=31536000');
    const shape = await sharp(thumbnail.bytes).metadata();
    expect({ format: shape.format, width: shape.width, height: shape.height }).toEqual({
      format: 'webp',
      width: 320,
      height: 240,
    });
    const rows = await storedRows(
      'SELECT status, bytes, owner_id::text AS owner FROM pictures WHERE id = $1',
      [id],
    );
    if (rows !== undefined)
      expect(rows).toEqual([{ status: 'ready', bytes: file.length, owner: session.user.id }]);
  });

  test('that is small is not enlarged', async () => {
    const session = await signUp();
    const { id, thumbnailUrl } = await upload(session, 'image/png', await drawing(64, 100));
    await complete(session, id);
    expect((await settled(id)).status).toBe('ready');
    const shape = await sharp((await get(thumbnailUrl)).bytes).metadata();
    expect([shape.width, shape.height]).toEqual([64, 100]);
  });

  test('that is no picture fails, and says so', async () => {
    const session = await signUp();
    const { id, thumbnailUrl } = await upload(session, 'image/png', Buffer.from('this is text'));
    await complete(session, id);
    expect((await settled(id)).status).toBe('failed');
    expect((await get(thumbnailUrl)).status).toBe(404);
    expect((await complete(session, id)).status).toBe(409);
  });

  test('may be completed again and again', async () => {
    const session = await signUp();
    const { id } = await upload(session, 'image/png', await drawing(40, 40));
    for (let n = 0; n < 3; n += 1) expect((await complete(session, id)).status).toBe(202);
    expect((await settled(id)).status).toBe('ready');
    const after = await complete(session, id);
    expect(after.status).toBe(202);
    expect(after.body.picture.status).toBe('ready');
  });

  test('must be uploaded before it is completed', async () => {
    const session = await signUp();
    const { picture } = await announce(session, 'image/jpeg', 1000);
    const answer = await complete(session, picture.id);
    expect(answer.status).toBe(409);
    expect(answer.bytes.toString()).toContain('upload_missing');
  });

  test('can be completed by its owner only', async () => {
    const [owner, other] = [await signUp(), await signUp()];
    const { id } = await upload(owner, 'image/png', await drawing(10, 10));
    expect((await complete(other, id)).status).toBe(404);
  });

  test('can be uploaded only with the announced type', async () => {
    const session = await signUp();
    const { upload: target } = await announce(session, 'image/png', 4);
    const put = await send('PUT', target.url, Buffer.from('text'), { 'content-type': 'text/html' });
    expect(put.status).toBe(403);
  });

  test('can be uploaded only with the announced size', async () => {
    const session = await signUp();
    const { upload: target } = await announce(session, 'image/png', 4);
    const put = await send('PUT', target.url, Buffer.from('much more text'), target.headers);
    expect(put.status).toBe(403);
  });

  test.each([
    ['type', { contentType: 'image/svg+xml', bytes: 10 }, 'body.contentType'],
    ['size', { contentType: 'image/png', bytes: 11 * 1024 * 1024 }, 'body.bytes'],
    ['emptiness', { contentType: 'image/png', bytes: 0 }, 'body.bytes'],
  ])('is refused for its %s', async (_case, body, path) => {
    const { token } = await signUp();
    const answer = await post<Failure>('/v1/pictures', body, { token });
    expect(answer.status).toBe(400);
    expect(answer.body.error.details?.[0]?.path).toBe(path);
  });

  test('that is not there is a 404', async () => {
    const answer = await get<Failure>('/v1/pictures/999999999999999999');
    expect(answer.status).toBe(404);
    expect(answer.body.error.code).toBe('picture_not_found');
  });
});

describe('a video', () => {
  /** It begins like one; nothing more is looked at before people see it. */
  const file = Buffer.concat([Buffer.from('\0\0\0\x18ftypmp42'), Buffer.alloc(500, 7)]);

  test('is shown as it was uploaded, in parts too', async () => {
    const session = await signUp();
    const { id, video } = await upload(session, 'video/mp4', file);
    expect(video).toEqual({ url: `/media/${id}-original.mp4`, transcoded: false });
    expect((await get(video!.url)).status).toBe(404);
    expect((await complete(session, id)).status).toBe(202);
    expect((await settled(id)).status).toBe('ready');
    const shown = await get(video!.url);
    expect([shown.status, shown.headers['content-type']]).toEqual([200, 'video/mp4']);
    expect(shown.bytes).toEqual(file);
    const part = await get(video!.url, { headers: { range: 'bytes=4-7' } });
    expect([part.status, part.bytes.toString()]).toEqual([206, 'ftyp']);
    const beyond = await get<Failure>(video!.url, { headers: { range: 'bytes=100000-' } });
    expect([beyond.status, beyond.body.error.code]).toEqual([416, 'no_such_range']);
    expect((await get('/media/video.mp4')).status).toBe(400);
  });

  test('that does not begin like its type fails', async () => {
    const session = await signUp();
    const { id, video } = await upload(session, 'video/webm', file);
    await complete(session, id);
    expect((await settled(id)).status).toBe('failed');
    expect((await get(video!.url)).status).toBe(404);
  });

  test('may be larger than a picture, up to its own limit', async () => {
    const { token } = await signUp();
    const announced = (bytes: number) => post('/v1/pictures', { contentType: 'video/mp4', bytes }, { token });
    expect((await announced(100 * 1024 * 1024)).status).toBe(201);
    expect((await announced(100 * 1024 * 1024 + 1)).status).toBe(400);
  });
});
