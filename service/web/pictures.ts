import { call, pause, Problem, type Picture } from './client';
import { create, find, onSubmit } from './dom';

interface Announced {
  readonly picture: Picture;
  readonly upload: {
    readonly method: string;
    readonly url: string;
    readonly headers: Record<string, string>;
  };
}

const BYTES_LIMIT = 10 * 1024 * 1024;
const POLL_MS = 700;
const POLLS = 80;

const status = find('picture-status', HTMLParagraphElement);
const thumbnails = find('thumbnails', HTMLUListElement);
const chosen = find('file', HTMLInputElement);

async function put(file: File, { method, url, headers }: Announced['upload']): Promise<void> {
  const answer = await fetch(url, { method, headers, body: file }).catch(() => undefined);
  if (answer?.ok) return;
  const reason =
    answer === undefined ? 'could not be reached' : `refused the file with status ${answer.status}`;
  throw new Problem(`The picture store ${reason}. Try the upload again.`, answer?.status ?? 0, 'upload');
}

/** Waits for the background job; the page stays usable meanwhile. */
async function settled(id: string): Promise<Picture> {
  for (let poll = 0; poll < POLLS; poll += 1) {
    const { picture } = await call<{ picture: Picture }>('GET', `/v1/pictures/${id}`);
    if (picture.status === 'ready') return picture;
    if (picture.status === 'failed') {
      throw new Problem('This file could not be read as a picture. Choose another one.', 409, 'failed');
    }
    await pause(POLL_MS);
  }
  throw new Problem(
    'The thumbnail takes longer than usual. The picture is stored; look again later.',
    504,
    'slow',
  );
}

export function startPictures(): void {
  onSubmit(find('uploader', HTMLFormElement), async () => {
    const file = chosen.files?.[0];
    if (file === undefined) return;
    if (file.size > BYTES_LIMIT) {
      throw new Problem('This picture is larger than 10 MB. Choose a smaller one.', 413, 'too_large');
    }
    try {
      status.textContent = 'Uploading ...';
      const announced = await call<Announced>('POST', '/v1/pictures', {
        body: { contentType: file.type, bytes: file.size },
      });
      await put(file, announced.upload);
      const { id } = announced.picture;
      await call('POST', `/v1/pictures/${id}/complete`, { repeatable: true });
      status.textContent = 'Uploaded. The thumbnail is being made ...';
      const picture = await settled(id);
      thumbnails.prepend(
        create('li', {}, create('img', { src: picture.thumbnailUrl, alt: `Thumbnail of ${file.name}` })),
      );
      status.textContent = `The thumbnail of ${file.name} is ready.`;
      chosen.value = '';
    } catch (error) {
      status.textContent = '';
      throw error;
    }
  });
}
