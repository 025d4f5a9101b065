import { Problem } from './client';

export interface Upload {
  readonly method: string;
  readonly url: string;
  readonly headers: Record<string, string>;
}

/** No byte has gone out for so long: the connection is gone. */
const SILENCE_MS = 30_000;

/** Sends a file to the bucket and says how much of it is there, from 0 to 1: fetch can't. */
export function send(
  file: File,
  { method, url, headers }: Upload,
  progress: (share: number) => void,
): Promise<void> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    const fail = (reason: string, status: number): void =>
      reject(new Problem(`The picture store ${reason}. Try the upload again.`, status, 'upload'));
    let silence = setTimeout(() => request.abort(), SILENCE_MS);
    request.upload.addEventListener('progress', ({ loaded, total }) => {
      clearTimeout(silence);
      silence = setTimeout(() => request.abort(), SILENCE_MS);
      if (total > 0) progress(loaded / total);
    });
    request.addEventListener('load', () => {
      if (request.status >= 200 && request.status < 300) resolve();
      else fail(`refused the file with status ${request.status}`, request.status);
    });
    request.addEventListener('error', () => fail('could not be reached', 0));
    request.addEventListener('abort', () => fail('no longer answers', 0));
    request.addEventListener('loadend', () => clearTimeout(silence));
    request.open(method, url);
    for (const [name, value] of Object.entries(headers)) request.setRequestHeader(name, value);
    request.send(file);
  });
}
