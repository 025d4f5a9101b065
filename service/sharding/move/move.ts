import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from 'pino';
import { retry } from '../../backoff';
import type { Administration } from '../../database/administration';
import { errorCode } from '../../database/errors';
import type { PoolClient } from '../../database/pool';
import { catchUp, copyRows, raiseSequences } from './copy';
import { copyUserPlaces, lockPlace, readOwn, readPlace, writePlace } from './places';
import { ownedTables, removeAll, type Subject, type Table } from './tables';

/** One move at a time. */
const TURN = 7_430_004;
/** Held on both databases: a statement of a move that was killed may still be running there, and has to end first. */
const AT_WORK = 7_430_005;
/** Changes that may be left over when the place is locked: what is copied while others wait. */
const REST = 50;
/** Replicas of the source must know within this time, in ms, that the subject is gone, or it stays. */
const REPLAY_MS = 3_000;
/** Local numbers that the target is ahead of the source, so that none has to be raised while others wait. */
const MARGIN = 10_000;

export interface Moved {
  readonly from: number;
  readonly to: number;
  readonly rows: number;
  /** Time in ms during which the subject could be neither changed nor read. */
  readonly pauseMs: number;
  /** Of a user: what the index says from now on. */
  readonly own?: { readonly name: string; readonly ownShard: number };
}

export interface MoveOptions {
  /** Seconds until the rows are removed where they were. Nobody sees them there; a person might want them. */
  readonly graceSeconds: number;
  /** Called once the subject is at its new place, also when an earlier try has brought it there. */
  readonly publish?: () => Promise<void>;
}

/** The places of a subject in all databases. */
async function placesOf(administration: Administration, subject: Subject) {
  return Promise.all(
    administration.shards.map((_, number) =>
      administration.on(number, async (client) => {
        const { rows } = await client.query<{ home: boolean }>(
          subject.user === undefined
            ? 'SELECT coalesce((SELECT physical IS NULL FROM shard_places WHERE logical = $1), true) AS home'
            : 'SELECT EXISTS (SELECT FROM users WHERE id = $1) AND lives_here($1) AS home',
          [subject.user ?? subject.shard],
        );
        return { number, home: rows[0]?.home === true, ...(await readPlace(client, subject)) };
      }),
    ),
  );
}

/**
 * Moves a logical shard, or one user, to another database while everybody goes on reading and writing: copies, catches up, locks the
 * place for a moment to bring over the rest, and points from the old place to the new one. It may be ended at any time and started again.
 * @throws when nothing was moved; what was copied is copied again the next time
 */
export async function move(
  administration: Administration,
  subject: Subject,
  to: number,
  log: Logger,
  options: MoveOptions,
): Promise<Moved | undefined> {
  // Whoever holds the turn has the places to themselves until the last row is removed.
  return administration.on(0, async (turn) => {
    await turn.query('SELECT pg_advisory_lock($1)', [TURN]);
    const places = await placesOf(administration, subject);
    const home = places.find((place) => place.home);
    let moved: Moved | undefined;
    if (home === undefined) moved = await finish(administration, subject, places, log);
    else if (home.number !== to) moved = await moveFrom(administration, subject, home.number, to, log);
    if (moved === undefined) log.info({ ...subject, to }, 'is there already');
    else await tellOthers(administration, subject, moved, log);
    await options.publish?.();
    if (moved !== undefined) await sleep(options.graceSeconds * 1000);
    await removeElsewhere(administration, subject, moved?.to ?? to, log);
    return moved;
  });
}

async function moveFrom(
  administration: Administration,
  subject: Subject,
  from: number,
  to: number,
  log: Logger,
): Promise<Moved> {
  return administration.on(from, (source) =>
    administration.on(to, async (target) => {
      for (const client of [source, target]) await client.query('SELECT pg_advisory_lock($1)', [AT_WORK]);
      const tables = await ownedTables(source);
      const own = subject.user === undefined ? undefined : await readOwn(source, subject);
      await prepare(source, target, tables, subject, from, own);
      try {
        const rows = await copyRows(source, target, tables, subject);
        await raiseSequences(source, target, MARGIN);
        while ((await catchUp(source, target, tables)) > REST);
        await replayed(administration, from, source);
        const pauseMs = await retry({ attempts: 5, baseMs: 500, retryable: isLockTimeout }, () =>
          handOver({ administration, source, target, tables, subject, from, to, own }),
        );
        log.info({ ...subject, from, to, rows, pauseMs }, 'moved');
        return { from, to, rows, pauseMs, ...(own ? { own } : {}) };
      } finally {
        await source.query('DELETE FROM moves');
        await source.query('DELETE FROM moved_changes');
      }
    }),
  );
}

/** What is left where the subject was, also from a move that was cut off. Nobody sees it there. */
async function removeElsewhere(
  administration: Administration,
  subject: Subject,
  home: number,
  log: Logger,
): Promise<void> {
  for (const number of administration.shards.keys()) {
    if (number === home) continue;
    await administration.on(number, async (client) => {
      await client.query("SET tiers.moving = 'on'");
      const removed = await removeAll(client, await ownedTables(client), subject);
      if (removed > 0) log.info({ ...subject, shard: number, removed }, 'removed where it was');
    });
  }
}

interface HandOver {
  readonly administration: Administration;
  readonly source: PoolClient;
  readonly target: PoolClient;
  readonly tables: readonly Table[];
  readonly subject: Subject;
  readonly from: number;
  readonly to: number;
  readonly own?: { readonly name: string; readonly ownShard: number } | undefined;
}

const isLockTimeout = (error: unknown): boolean => errorCode(error) === '55P03';

/** Closes the target for the subject, removes what an earlier try left there, and has changes noted from here on. */
async function prepare(
  source: PoolClient,
  target: PoolClient,
  tables: readonly Table[],
  subject: Subject,
  from: number,
  own: HandOver['own'],
): Promise<void> {
  await target.query("SET tiers.moving = 'on'");
  await writePlace(target, subject, from, own);
  await removeAll(target, tables, subject);
  // Whoever was changing a row has ended when the lock is had, and everybody after that finds the move.
  await retry({ attempts: 5, baseMs: 500, retryable: isLockTimeout }, () =>
    inTurn(source, subject.shard, async () => {
      await source.query('DELETE FROM moves');
      await source.query('DELETE FROM moved_changes');
      await source.query('INSERT INTO moves (logical, user_id) VALUES ($1, $2)', [
        subject.shard,
        subject.user ?? null,
      ]);
    }),
  );
}

/** The moment in which nobody can change the subject. Answers how long it was in ms. */
async function handOver(all: HandOver): Promise<number> {
  const { administration, source, target, tables, subject, from, to, own } = all;
  let began = 0;
  await inTurn(source, subject.shard, async () => {
    began = performance.now();
    while ((await catchUp(source, target, tables)) > 0);
    await raiseSequences(source, target, 0);
    if (subject.user === undefined) await copyUserPlaces(source, target, subject.shard, { from, to });
    await writePlace(source, subject, to, own);
    await source.query('DELETE FROM moves');
  });
  try {
    // A replica of the source that does not know yet would show what is old from here on.
    await replayed(administration, from, source);
  } catch (error) {
    await open(source, subject, own);
    throw error;
  }
  await open(target, subject, own);
  return Math.round(performance.now() - began);
}

/** The subject is here from now on. Not between the two questions of a change that is being refused: where else, and that it is not here. */
const open = (client: PoolClient, subject: Subject, own?: HandOver['own']): Promise<void> =>
  inTurn(client, subject.shard, () => writePlace(client, subject, null, own));

/** Runs something while no row of the logical shard is changed, in one transaction. */
async function inTurn(client: PoolClient, shard: number, run: () => Promise<void>): Promise<void> {
  try {
    await lockPlace(client, shard);
    await run();
    await client.query('COMMIT');
  } catch (error) {
    await client.query('ROLLBACK');
    throw error;
  }
}

/** Waits until each replica of a shard shows all that the writer has committed. */
async function replayed(administration: Administration, shard: number, writer: PoolClient): Promise<void> {
  const { rows } = await writer.query<{ lsn: string }>('SELECT pg_current_wal_lsn()::text AS lsn');
  const until = Date.now() + REPLAY_MS;
  await administration.onReaders(shard, async (reader) => {
    for (;;) {
      const { rows: answer } = await reader.query<{ done: boolean }>(
        'SELECT pg_is_in_recovery() AND pg_last_wal_replay_lsn() >= $1::pg_lsn AS done',
        [rows[0]?.lsn],
      );
      if (answer[0]?.done === true) return;
      if (Date.now() > until)
        throw new Error(`a replica of shard ${shard} is ${REPLAY_MS} ms behind; nothing was moved`);
      await sleep(10);
    }
  });
}

/** A move that ended between its two last steps: the place was given up, and not yet taken. The newest word says where to. */
async function finish(
  administration: Administration,
  subject: Subject,
  places: Awaited<ReturnType<typeof placesOf>>,
  log: Logger,
): Promise<Moved> {
  const [newest] = places
    .filter(({ physical }) => typeof physical === 'number')
    .sort((a, b) => b.changedAt.getTime() - a.changedAt.getTime());
  if (typeof newest?.physical !== 'number') throw new Error(`nobody knows of ${JSON.stringify(subject)}`);
  const { physical: to, number: from } = newest;
  await administration.on(to, (client) => open(client, subject));
  log.warn({ ...subject, from, to }, 'finished a move that had been cut off');
  return { from, to, rows: 0, pauseMs: 0 };
}

/** Databases that point to the old place point to the new one, which saves a question. It is no matter if one is away. */
async function tellOthers(
  administration: Administration,
  subject: Subject,
  { from, to }: Moved,
  log: Logger,
): Promise<void> {
  await Promise.all(
    administration.shards.map(async (_, number) => {
      if (number === from || number === to) return;
      await administration
        .on(number, (client) => writePlace(client, subject, to))
        .catch((error: unknown) => log.warn({ err: error, shard: number }, 'not told of the move'));
    }),
  );
}
