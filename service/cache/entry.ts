/**
 * A moment of one physical shard: the writer's log position (LSN) in a form that compares as text. What was read as of a position shows
 * every write that was acknowledged up to it.
 */
export interface AsOf {
  readonly shard: number;
  /** 16 hexadecimal digits. */
  readonly lsn: string;
}

/** What the cache keeps under a key. */
export interface Entry {
  readonly asOf: AsOf;
  /** When it expires, in ms since 1970, and how long it took to load, in ms: both decide when it is loaded anew. */
  readonly expiresAt: number;
  readonly cost: number;
  /** JSON of the value; `null` where there is none. Empty: what was cached is out of date, and so is every read from before `asOf`. */
  readonly body: string;
}

const ENTRY = /^(\d+):([0-9A-F]{16})\|(\d+)\|(\d+)\|/;

/** `0/1A2B` as 16 digits. */
export function sortable(lsn: string): string {
  const [high = '', low = ''] = lsn.split('/');
  return (high.padStart(8, '0') + low.padStart(8, '0')).toUpperCase();
}

/** The moment of an answer's position, `shard:LSN`; an LSN alone is that of shard 0. */
export function momentOf(position: string): AsOf {
  const [lsn = '', shard = '0'] = position.split(':').reverse();
  return { shard: Number(shard), lsn: sortable(lsn) };
}

/** Whether an entry says something, for now. */
export function isFresh({ body, expiresAt }: Entry): boolean {
  return body !== '' && Date.now() < expiresAt;
}

export function encode({ asOf, expiresAt, cost, body }: Entry): string {
  return `${asOf.shard}:${asOf.lsn}|${Math.round(expiresAt)}|${Math.round(cost)}|${body}`;
}

/** @returns undefined for what no version of this service that is known here has written */
export function decode(text: string): Entry | undefined {
  const match = ENTRY.exec(text);
  if (!match) return undefined;
  const [head, shard = '', lsn = '', expiresAt, cost] = match;
  const asOf = { shard: Number(shard), lsn };
  return { asOf, expiresAt: Number(expiresAt), cost: Number(cost), body: text.slice(head.length) };
}
