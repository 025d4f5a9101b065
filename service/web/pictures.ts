import { apiUrl, call, pause, Problem, type Picture } from './client';
import { create, find, onSubmit } from './dom';
import { send, type Upload } from './upload';

interface Announced {
  readonly picture: Picture;
  readonly upload: Upload;
}

const MEGABYTES = { image: 10, video: 100 } as const;
const POLL_MS = 700;
const POLLS = 80;

const status = find('picture-status', HTMLParagraphElement);
const thumbnails = find('thumbnails', HTMLUListElement);
const chosen = find('file', HTMLInputElement);
const bar = find('picture-progress', HTMLProgressElement);

/** From the CDN, and from the API while the CDN is away. */
function thumbnail({ thumbnailUrl, video }: Picture, name: string): HTMLLIElement {
  if (video !== undefined) {
    const player = create('video', { src: video.url, controls: true, preload: 'metadata', ariaLabel: name });
    player.addEventListener('error', () => (player.src = apiUrl(video.url)), { once: true });
    return create('li', {}, player);
  }
  const image = create('img', { src: thumbnailUrl, alt: `Thumbnail of ${name}` });
  image.addEventListener('error', () => (image.src = apiUrl(thumbnailUrl)), { once: true });
  return create('li', {}, image);
}

/** Waits for the background job; the page stays usable meanwhile. */
async function settled(id: string): Promise<Picture> {
  for (let poll = 0; poll < POLLS; poll += 1) {
    const { picture } = await call<{ picture: Picture }>('GET', `/v1/pictures/${id}`);
    if (picture.status === 'ready') return picture;
    if (picture.status === 'failed') {
      throw new Problem('This file could not be read. Choose another one.', 409, 'failed');
    }
    await pause(POLL_MS);
  }
  throw new Problem('This takes longer than usual. The file is stored; look again later.', 504, 'slow');
}

export function startPictures(): void {
  onSubmit(find('uploader', HTMLFormElement), async () => {
    const file = chosen.files?.[0];
    if (file === undefined) return;
    const limit = MEGABYTES[file.type.startsWith('video/') ? 'video' : 'image'];
    if (file.size > limit * 1024 * 1024) {
      throw new Problem(`This file is larger than ${limit} MB. Choose a smaller one.`, 413, 'too_large');
    }
    try {
      status.textContent = 'Uploading ...';
      bar.value = 0;
      const announced = await call<Announced>('POST', '/v1/pictures', {
        body: { contentType: file.type, bytes: file.size },
      });
      bar.hidden = false;
      await send(file, announced.upload, (share) => {
        bar.value = share;
        // In quarters, so that a screen reader is not told all the time.
        status.textContent = `Uploading ... ${Math.floor(share * 4) * 25} %`;
      });
      bar.hidden = true;
      const { id } = announced.picture;
      await call('POST', `/v1/pictures/${id}/complete`, { repeatable: true });
      status.textContent = 'Uploaded. It is being made ready ...';
      const picture = await settled(id);
      thumbnails.prepend(thumbnail(picture, file.name));
      status.textContent = picture.video
        ? `${file.name} can be played.`
        : `The thumbnail of ${file.name} is ready.`;
      chosen.value = '';
    } catch (error) {
      bar.hidden = true;
      status.textContent = '';
      throw error;
    }
  });
}
