import type { PoolClient } from '../../database/pool';
import { LOGICAL_SHARDS } from '../../ids/layout';
import type { Subject } from './tables';

/** Shared by all changes of a logical shard's rows, and taken alone by who changes its place (`keep_in_place`). */
const PLACE_LOCK = 7_430_002;

export interface PlaceRow {
  /** Null is here; undefined, nothing was ever said. */
  readonly physical: number | null | undefined;
  readonly changedAt: Date;
}

export async function readPlace(client: PoolClient, { shard, user }: Subject): Promise<PlaceRow> {
  const { rows } = await client.query<{ physical: number | null; changedAt: Date }>(
    user === undefined
      ? 'SELECT physical, changed_at AS "changedAt" FROM shard_places WHERE logical = $1'
      : 'SELECT physical, changed_at AS "changedAt" FROM user_places WHERE user_id = $1',
    [user ?? shard],
  );
  return rows[0] ?? { physical: undefined, changedAt: new Date(0) };
}

/** The name and own logical shard of a user who lives here, who is given one when moved alone for the first time. */
export async function readOwn(
  client: PoolClient,
  { shard, user }: Subject,
): Promise<{ name: string; ownShard: number }> {
  const { rows } = await client.query<{ name: string; ownShard: number | null }>(
    `SELECT lower(name) AS name, coalesce(
       (SELECT own_shard FROM user_places WHERE user_id = $1),
       (SELECT min(free) FROM generate_series($2::integer + $3::integer, 65535, $3::integer) AS free
        WHERE NOT EXISTS (SELECT FROM user_places WHERE own_shard = free))) AS "ownShard"
     FROM users WHERE id = $1 AND lives_here(id)`,
    [user, shard, LOGICAL_SHARDS],
  );
  const [own] = rows;
  if (own === undefined) throw new Error(`there is no user ${user}`);
  if (own.ownShard === null)
    throw new Error(
      `15 users of logical shard ${shard} live elsewhere alone, which is all that ids have room for`,
    );
  return { name: own.name, ownShard: own.ownShard };
}

/** @param physical where the subject is from now on; null is here */
export async function writePlace(
  client: PoolClient,
  { shard, user }: Subject,
  physical: number | null,
  own?: { readonly name: string; readonly ownShard: number },
): Promise<void> {
  if (user === undefined) {
    await client.query(
      `INSERT INTO shard_places (logical, physical) VALUES ($1, $2)
       ON CONFLICT (logical) DO UPDATE SET physical = $2, changed_at = now()`,
      [shard, physical],
    );
    return;
  }
  if (own === undefined) {
    await client.query('UPDATE user_places SET physical = $2, changed_at = now() WHERE user_id = $1', [
      user,
      physical,
    ]);
    return;
  }
  await client.query(
    `INSERT INTO user_places (user_id, name, own_shard, physical) VALUES ($1, $2, $3, $4)
     ON CONFLICT (user_id) DO UPDATE SET physical = $4, changed_at = now()`,
    [user, own.name, own.ownShard, physical],
  );
}

/** What the source knows of users who were moved alone goes along with their logical shard, and with it that their names are taken. */
export async function copyUserPlaces(
  source: PoolClient,
  target: PoolClient,
  shard: number,
  { from, to }: { readonly from: number; readonly to: number },
): Promise<void> {
  const { rows } = await source.query<{ id: string; name: string; own: number; physical: number }>(
    `SELECT user_id::text AS id, name, own_shard AS own, coalesce(physical, $2::integer) AS physical
     FROM user_places WHERE user_id >> 46 = $1 AND physical IS DISTINCT FROM $3::integer`,
    [shard, from, to],
  );
  for (const { id, name, own, physical } of rows)
    await writePlace(target, { shard, user: id }, physical, { name, ownShard: own });
}

/** Begins a transaction in which nobody changes a row of the logical shard. */
export async function lockPlace(client: PoolClient, shard: number): Promise<void> {
  await client.query('BEGIN');
  await client.query("SET LOCAL lock_timeout = '2s'");
  await client.query('SELECT pg_advisory_xact_lock($1, $2)', [PLACE_LOCK, shard]);
}
