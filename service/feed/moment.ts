/** A moment as text: microseconds since 1970, all that the database's timestamps hold. */
export const momentOf = (column: string): string => `(extract(epoch FROM ${column}) * 1000000)::bigint::text`;
/** The timestamp of such a text. */
export const timestampOf = (value: string): string =>
  `(timestamptz 'epoch' + ${value}::bigint * interval '1 microsecond')`;

/** Where a page of a feed begins: after this post. Ids of several authors are in no order of time, so the moment comes first. */
export interface Cursor {
  readonly at: string;
  readonly postId: string;
}

export const CURSOR = /^\d{1,16}-\d{1,19}$/;
export const formatCursor = ({ at, postId }: Cursor): string => `${at}-${postId}`;
export function parseCursor(text: string): Cursor {
  const [at = '', postId = ''] = text.split('-');
  return { at, postId };
}

/** Newest first. */
export function compare(a: Cursor, b: Cursor): number {
  const [left, right] = a.at === b.at ? [a.postId, b.postId] : [a.at, b.at];
  return BigInt(left) < BigInt(right) ? 1 : -1;
}
