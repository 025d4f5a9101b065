// Packs files into a zip whose bytes follow from the files alone: names sorted, one date, one level of compression.
import { zipSync } from 'fflate';

/** The first moment that the format knows. It keeps local time, so this is local too: the same bytes in every time zone. */
const EPOCH = new Date(1980, 0, 1);
/** Made on Unix, to be read by everybody: what would else differ between machines. */
const ATTRIBUTES = { os: 3, attrs: 0o100644 << 16 };

/** @param {Readonly<Record<string, Uint8Array>>} files contents by path within the archive */
export function zip(files) {
  const sorted = Object.entries(files).sort(([one], [other]) => (one < other ? -1 : 1));
  return zipSync(Object.fromEntries(sorted), { level: 9, mtime: EPOCH, ...ATTRIBUTES });
}
