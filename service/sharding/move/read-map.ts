import type { Administration } from '../../database/administration';
import { LOGICAL_SHARDS } from '../../ids/layout';
import type { Place } from '../moved-keys';
import { rangesOf, type ShardMap } from '../placement';

/** What the map and the index should say, as the databases know it. */
export async function readMap(
  administration: Administration,
): Promise<{ readonly shards: ShardMap['shards']; readonly users: readonly Place[] }> {
  const known = await Promise.all(
    administration.shards.map((_, number) =>
      administration.on(number, async (client) => {
        const elsewhere = await client.query<{ logical: number }>(
          'SELECT logical FROM shard_places WHERE physical IS NOT NULL',
        );
        const users = await client.query<Place>(
          `SELECT user_id::text AS sk, name, own_shard AS "ownShard", $1::integer AS physical
           FROM user_places WHERE physical IS NULL ORDER BY user_id`,
          [number],
        );
        return { elsewhere: new Set(elsewhere.rows.map(({ logical }) => logical)), users: users.rows };
      }),
    ),
  );
  const placement = Array.from({ length: LOGICAL_SHARDS }, (_, shard) =>
    known.findIndex(({ elsewhere }) => !elsewhere.has(shard)),
  );
  return { shards: rangesOf(placement), users: known.flatMap(({ users }) => users) };
}
