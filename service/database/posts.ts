import { tell } from '../outbox/tell';
import type { Shards } from '../sharding/shards';
import type { Written } from './database';
import type { PoolClient } from './pool';
import { seen, type Seen } from './seen';

export interface Post {
  readonly id: string;
  readonly authorId: string;
  readonly text: string;
  readonly createdAt: string;
}
interface PostRow extends Omit<Post, 'createdAt'> {
  readonly createdAt: Date;
}

const COLUMNS = 'id::text, author_id::text AS "authorId", text, created_at AS "createdAt"';
/** What events say of a post. */
const ABOUT = `jsonb_build_object('postId', id, 'authorId', "authorId")`;
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
            `SELECT ${COLUMNS} FROM posts WHERE id = $1 AND lives_here(author_id)`,
            [id],
          );
          return result.rows[0] && toPost(result.rows[0]);
        }),
      position,
    );
  }

  /** A replica that does not know the post may only be behind, so the writer decides. */
  async exists(id: string): Promise<boolean> {
    const found = async (client: PoolClient) =>
      (await client.query('SELECT FROM posts WHERE id = $1 AND lives_here(author_id)', [id])).rowCount === 1;
    return (await this.shards.read(id, found)) || this.shards.readFromWriter(id, found);
  }

  /** Newest first, at most `limit`, older than the post `before`. */
  async listByAuthor(authorId: string, limit: number, before?: string, position?: string): Promise<Post[]> {
    return this.shards.read(
      authorId,
      async (client) => {
        const result = await client.query<PostRow>(
          `SELECT ${COLUMNS} FROM posts
         WHERE author_id = $1 AND lives_here($1) AND ($2::bigint IS NULL OR id < $2) ORDER BY id DESC LIMIT $3`,
          [authorId, before, limit],
        );
        return result.rows.map(toPost);
      },
      position,
    );
  }
}
