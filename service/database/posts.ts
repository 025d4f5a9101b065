import { tell } from '../outbox/tell';
import type { Shards } from '../sharding/shards';
import type { Written } from './database';
import type { PoolClient } from './pool';
import { seen, type Seen } from './seen';

export interface Post {
  readonly id: string;
  readonly authorId: string;
  readonly text: string;
  /** 1 when written, one more with each change. */
  readonly version: number;
  readonly createdAt: string;
}
export interface Changed {
  readonly changed: boolean;
  readonly post: Post;
}
interface PostRow extends Omit<Post, 'createdAt'> {
  readonly createdAt: Date;
}

const COLUMNS = 'id::text, author_id::text AS "authorId", text, version, created_at AS "createdAt"';
/** What events say of a post. */
const ABOUT = `jsonb_build_object('postId', id, 'authorId', "authorId")`;
const STALE = `jsonb_build_object('kind', 'posts', 'id', id)`;
const toPost = (row: PostRow): Post => ({ ...row, createdAt: row.createdAt.toISOString() });

export class Posts {
  constructor(private readonly shards: Shards) {}

  /** Writes a post; with a request key that this author used before, answers the post of then. */
  async insert(authorId: string, text: string, requestKey: string | undefined): Promise<Written<Post>> {
    return this.shards.write(authorId, async (client) => {
      const values = [authorId, text, requestKey];
      const inserted = await client.query<PostRow>(
        `WITH made AS (
           INSERT INTO posts (id, author_id, text, request_key)
           VALUES ((row_shard($1) << 46) | (2::bigint << 36) | nextval('posts_local'), $1, $2, $3)
           ON CONFLICT (author_id, request_key) WHERE request_key IS NOT NULL DO NOTHING RETURNING ${COLUMNS}),
         told AS (${tell(values, 'made', 'post.created', ABOUT)})
         SELECT * FROM made`,
        values,
      );
      const row =
        inserted.rows[0] ??
        (
          await client.query<PostRow>(
            `SELECT ${COLUMNS} FROM posts WHERE author_id = $1 AND request_key = $2`,
            [authorId, requestKey],
          )
        ).rows[0];
      if (row === undefined) throw new Error(`post of user ${authorId} neither inserted nor found`);
      return toPost(row);
    });
  }

  /**
   * Gives a post of this author another text, if it is still at the version that the author has seen.
   * @returns the post as it is now, changed or not; false when this author has no such post
   */
  async change(
    id: string,
    authorId: string,
    version: number,
    text: string,
  ): Promise<Written<Changed | false>> {
    return this.shards.write(id, async (client) => {
      const values = [id, authorId, version, text];
      const changed = await client.query<PostRow>(
        `WITH made AS (
           UPDATE posts SET text = $4, version = version + 1
           WHERE id = $1 AND author_id = $2 AND version = $3 AND deleted_at IS NULL RETURNING ${COLUMNS}),
         told AS (${tell(values, 'made', 'post.changed', `${ABOUT} || jsonb_build_object('version', version)`)}),
         stale AS (${tell(values, 'made', 'cache.stale', STALE)})
         SELECT * FROM made`,
        values,
      );
      if (changed.rows[0]) return { changed: true, post: toPost(changed.rows[0]) };
      const { rows } = await client.query<PostRow>(
        `SELECT ${COLUMNS} FROM posts WHERE id = $1 AND author_id = $2 AND deleted_at IS NULL`,
        [id, authorId],
      );
      return rows[0] ? { changed: false, post: toPost(rows[0]) } : false;
    });
  }

  /**
   * Takes a post away. Its row stays without its text, for what was paid for it.
   * @returns false when this author has no such post
   */
  async delete(id: string, authorId: string): Promise<Written<boolean>> {
    return this.shards.write(id, async (client) => {
      const values = [id, authorId];
      const { rowCount } = await client.query(
        `WITH made AS (
           UPDATE posts SET text = '', deleted_at = now(), version = version + 1
           WHERE id = $1 AND author_id = $2 AND deleted_at IS NULL RETURNING ${COLUMNS}),
         told AS (${tell(values, 'made', 'post.deleted', ABOUT)}),
         stale AS (${tell(values, 'made', 'cache.stale', STALE)})
         SELECT id FROM made`,
        values,
      );
      return rowCount === 1;
    });
  }

  async find(id: string, position?: string): Promise<Post | undefined> {
    return (await this.seen(id, position)).value;
  }

  /** A post, and as of when it is so. */
  async seen(id: string, position?: string): Promise<Seen<Post>> {
    return this.shards.read(
      id,
      (client, shard) =>
        seen(client, shard, async () => {
          const result = await client.query<PostRow>(
            `SELECT ${COLUMNS} FROM posts WHERE id = $1 AND deleted_at IS NULL AND lives_here(author_id)`,
            [id],
          );
          return result.rows[0] && toPost(result.rows[0]);
        }),
      position,
    );
  }

  /** Whether a post was there once: the row of a deleted one stays, see `delete`. */
  async wasDeleted(id: string, position?: string): Promise<boolean> {
    const asked = 'SELECT FROM posts WHERE id = $1 AND deleted_at IS NOT NULL AND lives_here(author_id)';
    return this.shards.read(id, async (client) => (await client.query(asked, [id])).rowCount === 1, position);
  }

  /** A replica that does not know the post may only be behind, so the writer decides. */
  async exists(id: string): Promise<boolean> {
    const found = async (client: PoolClient) =>
      (
        await client.query(
          'SELECT FROM posts WHERE id = $1 AND deleted_at IS NULL AND lives_here(author_id)',
          [id],
        )
      ).rowCount === 1;
    return (await this.shards.read(id, found)) || this.shards.readFromWriter(id, found);
  }

  /** Newest first, at most `limit`, older than the post `before`. */
  async listByAuthor(authorId: string, limit: number, before?: string, position?: string): Promise<Post[]> {
    return this.shards.read(
      authorId,
      async (client) => {
        const result = await client.query<PostRow>(
          `SELECT ${COLUMNS} FROM posts
         WHERE author_id = $1 AND deleted_at IS NULL AND lives_here($1) AND ($2::bigint IS NULL OR id < $2) ORDER BY id DESC LIMIT $3`,
          [authorId, before, limit],
        );
        return result.rows.map(toPost);
      },
      position,
    );
  }
}
