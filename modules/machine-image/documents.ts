import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Processor architectures, as EC2 calls them. */
export type Architecture = 'arm64' | 'x86_64';

/** Images that Amazon manages, by the names of the EC2 Image Builder console: the newest Amazon Linux 2023 of each kind. */
export const PARENT_IMAGES: Readonly<Record<Architecture, string>> = {
  arm64: 'amazon-linux-2023-arm64',
  x86_64: 'amazon-linux-2023-x86',
};

/** Component documents in the order in which an image runs them. */
const ORDER = ['runtime', 'units', 'ffmpeg', 'service'] as const;
export type DocumentName = (typeof ORDER)[number];

/** EC2 Image Builder API Reference, "CreateComponent": characters of `data`. */
const LONGEST_DOCUMENT = 16_000;

const FOLDER = join(__dirname, '..', '..', 'image', 'components');

export interface ComponentDocument {
  readonly name: DocumentName;
  /** The document's text, as the file has it. */
  readonly text: string;
  /** Eight hexadecimal digits that change with the text. */
  readonly digest: string;
}

/**
 * Reads what is baked into an image, with ffmpeg where videos are made. Throws when a document is longer than Image Builder takes.
 */
export function readDocuments(folder = FOLDER, videos = true): readonly ComponentDocument[] {
  return ORDER.filter((name) => videos || name !== 'ffmpeg').map((name) => {
    const text = readFileSync(join(folder, `${name}.yml`), 'utf8');
    if (text.length > LONGEST_DOCUMENT) {
      throw new Error(
        `image/components/${name}.yml: ${text.length} characters; allowed: ${LONGEST_DOCUMENT}; split the document`,
      );
    }
    return { name, text, digest: digestOf(text) };
  });
}

/** Eight hexadecimal digits of the SHA-256 of the parts. */
export function digestOf(...parts: readonly string[]): string {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part).update('\0');
  return hash.digest('hex').slice(0, 8);
}

/** Terraform reads `${` and `%{` in every string as its own; doubled, they stay what they are. */
export function escapeTemplate(text: string): string {
  return text.replace(/([$%])\{/g, '$1$1{');
}
