import fc from 'fast-check';
import type { Selection } from '../../deployments/load';
import { validate } from '../../deployments/validate';
import { FORMER } from '../../modules/relational-database';
import { selections } from './deployments';
import { linked, synthesizeDocuments } from './plan';
import { lacking } from './protection';
import { RULES } from './rules';

/** Random legal deployments. One takes a third of a second. */
const RUNS = 200;
/** The same ones in each run, so that a red run speaks of the change it ran on. `SEED=$RANDOM` tries others. */
const SEED = Number(process.env.SEED ?? 1);
const MINUTES = 60_000;

/** What the stacks themselves cannot have otherwise. */
const STANDING = ['balancers and S3 itself deliver their logs under keys of S3 only'];

/** Safeguards of a deployment that are off, by the reason that its stacks have to repeat. */
function reasonsOf(selection: Selection): string[] {
  const { regions } = selection;
  const own = regions.flatMap(
    ({
      deletionProtection,
      dns = {},
      network,
      database,
      backupCopies,
      accountDefaults,
      secretRotation,
      canary,
    }) =>
      [
        deletionProtection,
        accountDefaults,
        dns.signing,
        dns.queryLogs,
        network.natPerZone,
        network.interfaceEndpoints,
        database?.multiAz,
        // Backups are the database's; one server has snapshots.
        database && 'enabled' in backupCopies ? backupCopies : undefined,
        secretRotation,
        canary,
      ].flatMap((guard) => (guard && !guard.enabled ? [guard.reason] : [])),
  );
  return leavesDatabases(selection) ? [...own, FORMER] : own;
}

/** Whether the writer has moved from databases that are protected from deletion, and nobody has retired all of them. */
function leavesDatabases({ regions: [first] }: Selection): boolean {
  const { writerRegion = [], retire = [], deletionProtection } = first!;
  return deletionProtection.enabled && [writerRegion].flat().length > Number(retire.length > 0);
}

test(
  `${RUNS} random legal deployments are valid and keep every rule, and each exception has its reason`,
  () => {
    const seen = {
      twoRegions: 0,
      withExceptions: 0,
      exceptions: 0,
      withoutCache: 0,
      withoutCdn: 0,
      oneServer: 0,
      withoutWorkers: 0,
      severalShards: 0,
      moved: 0,
    };
    fc.assert(
      fc.property(selections, (selection) => {
        validate(selection.regions.map((value, index) => ({ file: `region-${index}.ts`, value })));
        const graph = linked(synthesizeDocuments(selection));
        for (const { name, find } of RULES)
          expect({ name, broken: find(graph) }).toEqual({ name, broken: [] });

        const { exceptions } = lacking(graph);
        const reasons = reasonsOf(selection);
        for (const { reason } of exceptions) expect(reasons).toContain(reason);
        const off =
          selection.regions.some(
            ({ deletionProtection, backupCopies, database }) =>
              !deletionProtection.enabled || (database !== undefined && 'enabled' in backupCopies),
          ) || leavesDatabases(selection);
        expect(exceptions.length > 0).toBe(off);
        const told = new Set(
          graph.outputs
            .filter(({ name }) => name === 'tiers_decisions')
            .flatMap(({ value }) => (value as { reason: string }[]).map(({ reason }) => reason)),
        );
        expect([...told].sort()).toEqual([...new Set([...STANDING, ...reasons])].sort());

        const [first, second] = selection.regions;
        seen.twoRegions += Number(second !== undefined);
        seen.withoutCache += Number(first!.cache === undefined);
        seen.oneServer += Number(first!.server !== undefined);
        seen.withoutWorkers += Number(first!.workers === undefined);
        seen.moved += Number(first!.writerRegion !== undefined);
        seen.severalShards += Number((first!.database?.shards ?? 1) > 1);
        seen.withoutCdn += Number(first!.cdn === undefined);
        seen.withExceptions += Number(off);
        seen.exceptions += exceptions.length;
      }),
      { numRuns: RUNS, seed: SEED },
    );
    // The runs reached what they are there for: a generator that lost a case would pass everything else.
    for (const [what, times] of Object.entries(seen))
      expect({ what, enough: times > 3 }).toEqual({ what, enough: true });
  },
  10 * MINUTES,
);
