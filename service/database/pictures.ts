import { isVideo } from '../limits';
import { tell } from '../outbox/tell';
import type { Shards } from '../sharding/shards';
import type { Written } from './database';

export type PictureStatus = 'pending' | 'processing' | 'ready' | 'failed';

export interface Picture {
  readonly id: string;
  readonly ownerId: string;
  readonly contentType: string;
  readonly bytes: number;
  readonly status: PictureStatus;
  /** Of a video: whether there is one that every browser plays. */
  readonly transcoded: boolean;
}

const COLUMNS =
  'id::text, owner_id::text AS "ownerId", content_type AS "contentType", bytes, status, transcoded';
const FIND = `SELECT ${COLUMNS} FROM pictures WHERE id = $1 AND lives_here(owner_id)`;

export class Pictures {
  constructor(private readonly shards: Shards) {}

  async insert(ownerId: string, contentType: string, bytes: number): Promise<Written<Picture>> {
    return this.shards.write(ownerId, async (client) => {
      const result = await client.query<Picture>(
        `INSERT INTO pictures (id, owner_id, content_type, bytes)
         VALUES ((row_shard($1) << 46) | (3::bigint << 36) | nextval('pictures_local'), $1, $2, $3)
         RETURNING ${COLUMNS}`,
        [ownerId, contentType, bytes],
      );
      const row = result.rows[0];
      if (row === undefined) throw new Error(`picture of user ${ownerId} not inserted`);
      return row;
    });
  }

  async find(id: string, position?: string): Promise<Picture | undefined> {
    return this.shards.read(
      id,
      async (client) => (await client.query<Picture>(FIND, [id])).rows[0],
      position,
    );
  }

  /** For deciding on a change: never a replica's older state. */
  async findOnWriter(id: string): Promise<Picture | undefined> {
    return this.shards.readFromWriter(
      id,
      async (client) => (await client.query<Picture>(FIND, [id])).rows[0],
    );
  }

  /** A picture waits for its job, which the outbox asks for; one that is further along stays as it is. */
  async markProcessing({ id, contentType }: Picture): Promise<string> {
    const event = isVideo(contentType) ? 'video.uploaded' : 'picture.uploaded';
    const written = await this.shards.write(id, async (client) => {
      const values = [id];
      const told = await client.query(
        `WITH made AS (
           UPDATE pictures SET status = 'processing', updated_at = now()
           WHERE id = $1 AND status = 'pending' RETURNING id::text)
         ${tell(values, 'made', event, "jsonb_build_object('pictureId', id)")}`,
        values,
      );
      return told.rowCount === 1;
    });
    return written.position;
  }

  /** The end of a job. Ready is final: a late, failing repetition does not undo it. */
  async setStatus(id: string, status: 'ready' | 'failed', failure?: string): Promise<void> {
    await this.shards.write(id, async (client) => {
      const result = await client.query(
        `UPDATE pictures SET status = $2, failure = $3, updated_at = now() WHERE id = $1 AND status <> 'ready'`,
        [id, status, failure],
      );
      return result.rowCount === 1;
    });
  }

  async setTranscoded(id: string): Promise<void> {
    await this.shards.write(id, async (client) => {
      const result = await client.query(
        'UPDATE pictures SET transcoded = true, updated_at = now() WHERE id = $1 AND NOT transcoded',
        [id],
      );
      return result.rowCount === 1;
    });
  }
}
