import { tell } from '../outbox/tell';
import type { Shards } from '../sharding/shards';
import type { Written } from './database';

/** What somebody pays for a post to be seen more. */
export interface Boost {
  readonly id: string;
  readonly postId: string;
  readonly amountCents: number;
  readonly currency: string;
}

const COLUMNS = 'id::text, post_id::text AS "postId", amount_cents AS "amountCents", currency';

export class Boosts {
  constructor(private readonly shards: Shards) {}

  /** Records a boost; with a request key that this payer used before, answers the boost of then. */
  async insert(
    payerId: string,
    { postId, amountCents, currency }: Omit<Boost, 'id'>,
    requestKey: string,
  ): Promise<Written<{ created: boolean; boost: Boost }>> {
    return this.shards.write(payerId, async (client) => {
      const values = [postId, payerId, amountCents, currency, requestKey];
      const paid = `jsonb_build_object('boostId', id, 'postId', "postId", 'amountCents', "amountCents", 'currency', currency)`;
      const inserted = await client.query<Boost>(
        `WITH made AS (
         INSERT INTO boosts (id, post_id, payer_id, amount_cents, currency, request_key)
         VALUES ((row_shard($2) << 46) | (4::bigint << 36) | nextval('boosts_local'), $1, $2, $3, $4, $5)
         ON CONFLICT (payer_id, request_key) DO NOTHING RETURNING ${COLUMNS}),
         told AS (${tell(values, 'made', 'boost.paid', paid)})
         SELECT * FROM made`,
        values,
      );
      const [created] = inserted.rows;
      if (created !== undefined) return { created: true, boost: created };
      const earlier = await client.query<Boost>(
        `SELECT ${COLUMNS} FROM boosts WHERE payer_id = $1 AND request_key = $2`,
        [payerId, requestKey],
      );
      if (earlier.rows[0] === undefined)
        throw new Error(`boost of post ${postId} neither inserted nor found`);
      return { created: false, boost: earlier.rows[0] };
    });
  }
}
