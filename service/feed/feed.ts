import type { Logger } from 'pino';
import type { Post } from '../database/posts';
import { isPassing } from '../sharding/scatter';
import type { Shards } from '../sharding/shards';
import { feedPosts } from './feed-posts';
import { Entries } from './entries';
import { compare, formatCursor, type Cursor } from './moment';

/** How long a page waits for the shard of somebody else's posts, in ms. */
const PATIENCE_MS = 1_500;

export interface FeedPage {
  readonly posts: readonly Post[];
  /** Where the next page begins, or null at the end. */
  readonly next: string | null;
  /** Whether posts may be missing, as a shard did not answer. */
  readonly incomplete: boolean;
}

/**
 * A page of what the reader and whom they follow have written, newest first. The reader's shard says which posts these are; their text, the
 * reader's own posts, those of widely followed authors and of authors followed a moment ago are asked of the authors' shards, all at
 * once: one statement, then one for each shard. Past the end of what the reader's shard keeps, all authors are asked for their posts.
 */
export async function readFeed(
  shards: Shards,
  readerId: string,
  { before, limit }: { readonly before?: Cursor | undefined; readonly limit: number },
  position: string | undefined,
  log: Logger | Pick<Logger, 'warn'>,
): Promise<FeedPage> {
  const wanted = limit + 1;
  const side = await new Entries(shards).page(readerId, before, wanted, position);
  const beyond = side.trimmed && side.entries.length < wanted;
  const authors = new Map([[readerId, true]]);
  for (const [id, unfilled] of side.followees) authors.set(id, unfilled || beyond);
  // Somebody may have been unfollowed between the two questions.
  for (const { authorId } of side.entries) if (!authors.has(authorId)) authors.set(authorId, false);
  const postIds = side.entries.map(({ postId }) => postId);
  const { rows, faults } = await feedPosts(
    shards,
    { authors, postIds, before, limit: wanted },
    position,
    PATIENCE_MS,
  );
  for (const fault of faults) {
    if (!isPassing(fault)) throw fault;
    log.warn({ err: fault }, 'part of a feed is missing');
  }
  const found = new Map(rows.map((row) => [row.postId, row]));
  // Posts that were deleted, or whose shard is away, keep their place, so that the next page begins where this one ends.
  const places = new Map<string, Cursor>([...side.entries, ...rows].map((place) => [place.postId, place]));
  const ordered = [...places.values()].sort(compare);
  const shown = ordered.slice(0, limit);
  const last = shown.at(-1);
  return {
    posts: shown.flatMap(({ postId }) => found.get(postId)?.post ?? []),
    next: ordered.length > limit && last ? formatCursor(last) : null,
    incomplete: faults.length > 0,
  };
}
