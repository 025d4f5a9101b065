import { waitFor } from '../support/wait';
import { nextEvent } from '../twin/support';
import { Load } from './load';
import { World } from './world';

/** What no answer may take longer than, whatever is away: docs/failure.md says so. */
const BOUND_MS = 10_000;
/** Acknowledged to each shard before a fault, under it, and after it. */
const WRITES = 15;

let world: World;
beforeAll(async () => {
  world = await World.start(71);
}, 120_000);
afterAll(() => world?.stop(), 60_000);

interface Fault {
  /** Brings it about; resolves when it shows. */
  readonly strike: (load: Load) => Promise<unknown>;
  /** Whether anybody is asked to come again. Default: nobody. */
  readonly refusals?: boolean;
  /** Shards whose writes go on meanwhile. Default: both. */
  readonly served?: readonly number[];
  /** Ends it; resolves when all is as before. */
  readonly heal: () => Promise<unknown>;
}

const shown = (what: string, probe: () => Promise<boolean> | boolean) => waitFor(what, probe, 60_000);
const isReady = async (part: string): Promise<boolean> => {
  const ready = world.apis.map(async ({ url }) => {
    const report = (await (await fetch(`${url}/readyz`)).json()) as {
      parts: Record<string, { ok: boolean }>;
    };
    return report.parts[part]?.ok === true;
  });
  return (await Promise.all(ready)).every(Boolean);
};
/** How many seconds ago what the replica shows was written. */
const lag = async (): Promise<number> => {
  const [row] = await world
    .replica(0)
    .query<{ lag: number }>(
      'SELECT extract(epoch FROM clock_timestamp() - pg_last_xact_replay_timestamp())::float8 AS lag',
    );
  return row?.lag ?? 0;
};
const delay = (setting: string) => async (): Promise<void> => {
  await world.replica(0).query(`ALTER SYSTEM SET recovery_min_apply_delay = '${setting}'`);
  await world.replica(0).query('SELECT pg_reload_conf()');
};
const kill = (pid: number | undefined): void => {
  if (pid === undefined) throw new Error('the server does not run');
  process.kill(pid, 'SIGKILL');
};

const FAULTS: Readonly<Record<string, Fault>> = {
  'the cache killed': {
    strike: async () => {
      const since = world.logs();
      await world.bench.valkey.kill();
      await shown('both nodes to leave it alone', () => world.logged('cache left alone', since));
    },
    heal: async () => {
      await world.bench.valkey.restart();
      await shown('the cache to answer', () => isReady('cache'));
    },
  },
  'a replica killed': {
    strike: async () => {
      const [since, events] = [world.logs(), world.twin.events.all.length];
      kill(world.replica(0).pid);
      await nextEvent(world.twin.events, 'replica-failed', { since: events });
      await shown('both nodes to leave it out', () => world.logged('reader', since));
    },
    heal: () => shown('the replica to be made anew', async () => (await lag()) < 5),
  },
  'a replica 10 s behind': {
    strike: async () => {
      const since = world.logs();
      await delay('10s')();
      await shown('the replica to be behind', async () => (await lag()) > 9);
      await shown('both nodes to leave it out', () => world.logged('reader taken out', since));
    },
    heal: async () => {
      await delay('0')();
      await shown('the replica to catch up', async () => (await lag()) < 5);
    },
  },
  'the writer failing over': {
    refusals: true,
    strike: async () => {
      const since = world.twin.events.all.length;
      const { primary, standby } = world.shards[0]!;
      // What the standby receives now it will keep, but who wrote it is never told: that is to be repeated without being done twice.
      const [receiver] = await standby!.server.query<{ pid: number }>('SELECT pid FROM pg_stat_wal_receiver');
      process.kill(receiver!.pid, 'SIGSTOP');
      const waiting = "SELECT FROM pg_stat_activity WHERE wait_event = 'SyncRep'";
      await shown('commits to wait', async () => (await primary.server.query(waiting)).length > 2);
      kill(primary.server.pid);
      process.kill(receiver!.pid, 'SIGCONT');
      await nextEvent(world.twin.events, 'promoted', { since });
    },
    heal: () => shown('a new standby', () => world.shards[0]!.redundant),
  },
  'one shard gone': {
    refusals: true,
    strike: async (load) => {
      const before = load.refused[1]!;
      const { primary, replicas } = world.shards[1]!;
      await Promise.all([primary, ...replicas].map(({ server }) => server.fence()));
      await shown('its users to be refused', () => load.refused[1]! > before);
    },
    served: [0],
    heal: async () => {
      await world.shards[1]!.restartPrimary();
      await world.replica(1).start();
    },
  },
  'the queue delivering everything twice': {
    strike: async () => {
      world.queue.twice = true;
      await shown('messages to come again', () => world.queue.lost.size > WRITES);
    },
    heal: async () => undefined,
  },
};

test.each(Object.entries(FAULTS))(
  '%s: no acknowledged write lost, no effect twice, no wrong read, no answer late',
  async (_name, { strike, served, heal, refusals = false }) => {
    const load = new Load(world.apis.map(({ url }) => url));
    try {
      await load.start();
      await world.settled();
      load.run();
      await load.goesOn(WRITES);
      await strike(load);
      await load.goesOn(WRITES, served);
      await heal();
      await load.goesOn(WRITES);
      await load.stop();
    } finally {
      await load.abandon();
    }
    await world.settled();
    // A replica shows the last of it a moment later.
    const complete = async () => {
      const final = await world.final(load);
      return final.effects.length >= load.history.promised.length && final;
    };
    const final = await waitFor('all of it', complete, 15_000).catch(() => world.final(load));
    expect(load.history.violations(final, { boundMs: BOUND_MS, refusals })).toEqual([]);
  },
  240_000,
);
