/** Limits of the API that more than one part must agree on. */
export const PICTURE_BYTES_LIMIT = 10 * 1024 * 1024;
export const PICTURE_TYPES = ['image/jpeg', 'image/png', 'image/webp', 'image/gif'] as const;
export const VIDEO_BYTES_LIMIT = 100 * 1024 * 1024;
export const VIDEO_TYPES = ['video/mp4', 'video/webm'] as const;
export type VideoType = (typeof VIDEO_TYPES)[number];
export const isVideo = (contentType: string): contentType is VideoType =>
  (VIDEO_TYPES as readonly string[]).includes(contentType);
export const POST_CHARACTERS_LIMIT = 1_000;
export const BOOST_CENTS = { least: 100, most: 1_000_000 } as const;
/** ISO 4217; each has hundredths. */
export const BOOST_CURRENCIES = ['EUR', 'GBP', 'USD'] as const;
export const PAGE_LIMIT = 100;
/** Authors of one page of posts. */
export const AUTHORS_LIMIT = 50;
/** Whom one user may follow: all of them may have to be asked for a page of the feed. */
export const FOLLOWS_LIMIT = 2_000;
