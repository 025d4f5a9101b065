import type { Logger } from 'pino';
import type { Administration } from '../database/administration';
import type { PoolClient } from '../database/pool';
import { LOGICAL_SHARDS } from '../ids/layout';
import { evenShare } from './placement';

/** Nodes take turns; any constant does that nothing else in the database uses. */
const TURN = 7_430_003;

/** What a database says of itself. */
interface Claim {
  /** Undefined before it was told. */
  readonly number?: number;
  /** Whether it has users, from before there were several shards. */
  readonly inUse: boolean;
  /** Logical shards that are elsewhere, and where. */
  readonly elsewhere: ReadonlyMap<number, number>;
}

/**
 * Tells each database once which physical shard it is and which logical ones are its own: an even share of a new set; nothing, for one
 * that comes later, until shards are moved there.
 * @throws when a database is not the shard that DB_SHARDS says
 */
export async function settlePlaces(administration: Administration, log: Logger): Promise<void> {
  const count = administration.shards.length;
  await administration.on(0, async (turn) => {
    await turn.query('SELECT pg_advisory_lock($1)', [TURN]);
    for (let shard = 0; shard < count; shard += 1) {
      // Asked again for each, as the ones before have claimed theirs by then.
      const claims = await Promise.all(
        administration.shards.map((_, number) => administration.on(number, readClaim)),
      );
      const { number } = claims[shard]!;
      if (number === undefined) {
        const places = divide(claims, shard);
        await administration.on(shard, (client) => settle(client, shard, places));
        log.info({ shard, logicalShards: LOGICAL_SHARDS - places.size }, 'database told which shard it is');
      } else if (number !== shard) {
        throw new Error(
          `DB_SHARDS has ${administration.shards[shard]!.writer} at place ${shard}, and that database is shard ${number}. ` +
            'Shards keep their places: put them back into their order, new ones at the end.',
        );
      }
    }
  });
}

/** Where everything is that is not to be on `shard`. */
export function divide(claims: readonly Claim[], shard: number): Map<number, number> {
  const places = new Map<number, number>();
  for (let logical = 0; logical < LOGICAL_SHARDS; logical += 1) {
    const owner = claims.findIndex(
      ({ number, inUse, elsewhere }) => (number !== undefined || inUse) && !elsewhere.has(logical),
    );
    const place = owner === -1 ? evenShare(logical, claims.length) : owner;
    if (place !== shard) places.set(logical, place);
  }
  return places;
}

async function readClaim(client: PoolClient): Promise<Claim> {
  const { rows } = await client.query<{ number: number | null; inUse: boolean }>(
    `SELECT (SELECT number FROM physical_shard) AS number, EXISTS (SELECT FROM users) AS "inUse"`,
  );
  const places = await client.query<{ logical: number; physical: number }>(
    'SELECT logical, physical FROM shard_places WHERE physical IS NOT NULL',
  );
  return {
    number: rows[0]?.number ?? undefined,
    inUse: rows[0]?.inUse ?? false,
    elsewhere: new Map(places.rows.map(({ logical, physical }) => [logical, physical])),
  };
}

async function settle(client: PoolClient, shard: number, places: ReadonlyMap<number, number>): Promise<void> {
  await client.query('BEGIN');
  await client.query('INSERT INTO physical_shard (number) VALUES ($1)', [shard]);
  await client.query(
    'INSERT INTO shard_places (logical, physical) SELECT * FROM unnest($1::integer[], $2::integer[])',
    [[...places.keys()], [...places.values()]],
  );
  await client.query('COMMIT');
}
