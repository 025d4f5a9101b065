/** Limits of the API that more than one part must agree on. */
export const PICTURE_BYTES_LIMIT = 10 * 1024 * 1024;
export const PICTURE_TYPES = ['image/jpeg', 'image/png', 'image/webp', 'image/gif'] as const;
export const POST_CHARACTERS_LIMIT = 1_000;
export const PAGE_LIMIT = 100;
