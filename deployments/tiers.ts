import { z } from 'zod';
import { cacheNode, databaseClass, hardware, instanceType, instanceTypes, rootVolume } from './hardware';
import { expect, matching, optionalGroup, text, whole } from './rules';

export const turnedOff = z.strictObject({
  enabled: z.literal(false),
  reason: text(10, 300, "'throw-away environment'"),
});

/** A safe default of a module. Turning it off takes a reason. */
export const safeguard = z.discriminatedUnion(
  'enabled',
  [z.strictObject({ enabled: z.literal(true) }), turnedOff],
  expect('{ enabled: true }, or { enabled: false, reason }', "write { enabled: false, reason: 'why' }"),
);

/** What serves and works. */
export const machines = {
  /**
   * One server at an address of its own, in place of `web`: it keeps the cache too, and the database where there is no
   * `database`.
   */
  server: optionalGroup({
    instanceType,
    hardware,
    rootVolume,
    /** Volume of the database on the server. It stays beside `database` until that has the data: docs/ladder.md. */
    dataVolume: optionalGroup({
      /** Gibibytes. It can grow, and never shrinks. */
      size: whole(10, 16_384, '40'),
      /** Days that its daily snapshots are kept. */
      snapshotDays: whole(1, 365, '14'),
    }),
  }),
  /** Servers behind a load balancer, in place of `server`. */
  web: optionalGroup({
    instanceTypes,
    hardware,
    rootVolume,
    /** Instances by day: the fewest, and the most that scaling may reach. */
    min: whole(1, 5000, '3'),
    max: whole(1, 5000, '12'),
    /** How that many follow the load and the clock. All three are there, or none for a number that stays. */
    nightMin: whole(1, 5000, '2').optional(),
    /** Requests per second that one instance takes before another one is added. */
    requestsPerSecondPerInstance: whole(1, 100_000, '200').optional(),
    /** Share of CPU, in percent, above which another one is added. */
    cpuTarget: whole(10, 90, '50').optional(),
  }),
  /** Queue, and Spot instances that work on it; leave it out for neither: web servers then do jobs themselves. */
  workers: optionalGroup({
    instanceTypes,
    hardware,
    rootVolume,
    /** One at least: a worker migrates the database schema when it starts; without workers, web servers do. */
    min: whole(1, 1000, '1'),
    max: whole(1, 1000, '10'),
    /** Waiting messages per worker above which another one is added. */
    backlogPerInstance: whole(1, 1_000_000, '100'),
  }),
  /** Spot instances that make videos into what every browser plays, from a queue of their own; leave it out for none: videos stay as they are. */
  transcoders: optionalGroup({
    instanceTypes,
    hardware,
    rootVolume,
    min: whole(1, 1000, '1'),
    max: whole(1, 1000, '10'),
    /** Waiting videos per instance above which another one is added. */
    backlogPerInstance: whole(1, 1_000_000, '5'),
  }),
};

/** What keeps data in a region. */
export const dataTiers = {
  /** Database of its own; leave it out for one on the server. */
  database: optionalGroup({
    /** PostgreSQL version of RDS, major and minor. */
    engineVersion: matching(
      /^1[5-8]\.\d{1,2}$/,
      'a PostgreSQL version from 15 to 18',
      "write for instance '17.6'",
    ),
    instanceClass: databaseClass,
    hardware,
    /** Gibibytes at the start, and the most that storage may grow to by itself. */
    storage: whole(20, 65_536, '100'),
    maxStorage: whole(20, 65_536, '1000'),
    /** A synchronous standby in another zone. */
    multiAz: safeguard,
    /** Read replicas, placed in the zones in turn. */
    replicas: whole(0, 15, '2'),
    /**
     * How changes that restart the database are made: in the maintenance window, or on a copy that takes its place (RDS
     * Blue/Green), which leaves replicas behind. Default: in place.
     */
    updates: z
      .enum(['in-place', 'blue-green'], expect("'in-place' or 'blue-green'", "leave it out for 'in-place'"))
      .optional(),
    /** Days of point-in-time recovery. */
    backupDays: whole(1, 35, '14', 'replicas and recovery to a point in time need backups'),
    /** Physical shards, each with a standby and replicas like the first. Default: 1. */
    shards: whole(1, 20, '2').optional(),
  }),
  /** Cache tier; leave it out for none. */
  cache: optionalGroup({
    nodeType: cacheNode,
    hardware,
    /** Nodes in all: one primary, the rest replicas. */
    nodes: whole(2, 6, '3'),
  }),
};
