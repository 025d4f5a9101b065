import { z } from 'zod';
import { show, type FaultDetails } from '../lib/errors';
import { generationsOf, generationSuffix, type Lineage } from '../lib/lineage';
import { region } from './names';
import { expect, matching, whole } from './rules';
import type { Deployment } from './schema';
import type { Located } from './together';

/** Which region of an environment takes the writes, which ones did before, and what is left of those. */

const WRITERS = expect(
  "a region, or the list of the regions that the writer moved to, in order: ['eu-west-1', 'us-east-1']",
  "write for instance 'eu-west-1', or leave the key out: homeRegion writes",
);

/** Keys of the environment. */
export const writerKeys = {
  /**
   * Region that takes the writes; the others read from copies and pass writes on to it. Default: homeRegion, which was the first in any
   * case. From the second move on a list, to whose end the next region is added: docs/runbooks/region-lost.md.
   */
  writerRegion: z.union([region, z.array(region).min(1, WRITERS).max(50, WRITERS)], WRITERS).optional(),
  /**
   * Databases that are left over from a move of the writer and may be destroyed: each is named by its first instance, such as
   * 'us-east-1/shard-00-a', and its replicas go with it. Default: none.
   */
  retire: z
    .array(
      matching(
        /^[a-z]{2}(-[a-z]+)+-\d\/shard-\d\d-a\d*$/,
        'a region and the first instance of a generation of a shard',
        "write for instance 'us-east-1/shard-00-a'",
      ),
      expect('a list of former databases', "write for instance ['us-east-1/shard-00-a']"),
    )
    .optional(),
};

/** How often the writer had moved before the region was added: `tiers region add` writes it. Default: 0. */
export const joinedAfter = whole(0, 50, '1', 'moves of the writer before the region was added').optional();

type WriterSettings = Pick<Deployment, 'homeRegion' | 'writerRegion'>;

/** Every region that has been the writer, in order; the last one is it now. */
export function writersOf({ homeRegion, writerRegion = [] }: WriterSettings): string[] {
  const moves = [writerRegion].flat();
  return moves[0] === homeRegion ? moves : [homeRegion, ...moves];
}

/** The region that takes the writes. */
export function writerOf(settings: WriterSettings): string {
  return writersOf(settings).at(-1)!;
}

/** The history that all regions of an environment share. */
export function lineageOf(regions: readonly Deployment[]): Lineage {
  return {
    writers: writersOf(regions[0]!),
    joinedAfter: Object.fromEntries(regions.map((each) => [each.region, each.joinedAfter ?? 0])),
  };
}

/** Numbers of the former generations of a shard of a region that the environment lets go. */
export function retiredOf({ region: here, retire = [] }: Deployment, shard: string): number[] {
  const prefix = `${here}/${shard}-a`;
  return retire
    .filter((name) => name.startsWith(prefix))
    .map((name) => (name === prefix ? 0 : Number(name.slice(prefix.length)) - 1));
}

/** Faults of one environment, whose regions are all legal by themselves and agree on what they share. */
export function writerFaults(regions: readonly Located[]): FaultDetails[] {
  const first = regions[0]!;
  const names = regions.map(({ value }) => value.region);
  const writers = writersOf(first.value);
  const fault = (key: string, received: unknown, allowed: string, fix: string): FaultDetails => ({
    where: `${first.file}: ${key}`,
    received,
    allowed,
    fix,
  });

  const writer = writers.at(-1)!;
  if (!names.includes(writer))
    return [
      fault(
        'writerRegion',
        writer,
        `a region that the environment has: ${names.join(', ')}`,
        'name one of these',
      ),
    ];
  const twice = writers.find((each, index) => index > 0 && each === writers[index - 1]);
  if (twice)
    return [
      fault(
        'writerRegion',
        first.value.writerRegion,
        `another region at each move of the writer; it moved from ${twice} to ${twice}`,
        'leave out one of the two',
      ),
    ];
  const joins = joinFaults(regions, writers);
  // Without a sound history nobody knows what is left over.
  return joins.length ? joins : [...updateFaults(regions), ...retireFaults(regions, fault)];
}

/** A region counts the moves before it was there, and was no writer in that time. */
function joinFaults(regions: readonly Located[], writers: readonly string[]): FaultDetails[] {
  const moves = writers.length - 1;
  return regions.flatMap(({ file, value: { region: here, joinedAfter: joined = 0 } }) => {
    const firstAs = writers.indexOf(here);
    const most = firstAs < 0 ? moves : Math.max(0, firstAs - 1);
    if (joined <= most) return [];
    const why =
      firstAs < 0 ? `the writer moved ${moves} times` : `${here} became the writer with move ${firstAs}`;
    return [
      {
        where: `${file}: joinedAfter`,
        received: joined,
        allowed: `at most ${most}: ${why}`,
        fix: `write ${most}`,
      },
    ];
  });
}

/** A copy in another region is a replica, which Blue/Green leaves behind. */
function updateFaults(regions: readonly Located[]): FaultDetails[] {
  if (regions.length === 1) return [];
  return regions
    .filter(({ value }) => value.database?.updates === 'blue-green')
    .map(({ file, value }) => ({
      where: `${file}: database.updates`,
      received: value.database?.updates,
      allowed: "'in-place' in an environment of several regions, whose databases are replicas of one another",
      fix: 'leave the key out',
    }));
}

function retireFaults(
  regions: readonly Located[],
  fault: (key: string, received: unknown, allowed: string, fix: string) => FaultDetails,
): FaultDetails[] {
  const { retire = [] } = regions[0]!.value;
  const lineage = lineageOf(regions.map(({ value }) => value));
  const former = regions.flatMap(({ value: { region: here } }) =>
    generationsOf(lineage, here)
      .filter(({ role }) => role === 'former')
      .map(({ number }) => `${here}/shard-00-a${generationSuffix(number)}`),
  );
  return retire.flatMap((name, index) => {
    const key = `retire[${index}]`;
    if (retire.indexOf(name) < index)
      return [fault(key, name, 'each database once', 'remove one of the two')];
    if (former.includes(name.replace(/shard-\d\d/, 'shard-00'))) return [];
    const allowed = former.length
      ? `a database that is left over from a move of the writer: ${show(former)}`
      : 'nothing, as the writer has not moved: what is in use is never retired';
    return [fault(key, name, allowed, 'remove the entry, and never name a database that serves')];
  });
}
