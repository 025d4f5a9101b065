import { createHash } from 'node:crypto';
import { z } from 'zod';
import { LOGICAL_SHARDS } from '../ids/layout';

/** The logical shard of a user: of the name, so that a repeated sign-up finds the same one. */
export function shardOfName(name: string): number {
  return createHash('sha256').update(name.toLowerCase()).digest().readUInt16BE() >> 4;
}

const logical = z
  .int()
  .min(0)
  .max(LOGICAL_SHARDS - 1);
const range = z
  .strictObject({ from: logical, to: logical, physical: z.int().min(0) })
  .refine(({ from, to }) => from <= to, 'from must not be above to');

/** Which physical shard each logical one is on. */
const shardMapSchema = z.strictObject({
  /** Grows with each change. */
  version: z.int().min(0),
  shards: z.array(range).check(({ value, issues }) => {
    let next = 0;
    for (const { from, to } of [...value].sort((a, b) => a.from - b.from)) {
      if (from !== next) break;
      next = to + 1;
    }
    if (next === LOGICAL_SHARDS) return;
    const message = `ranges must neither overlap nor leave a gap, as they do from logical shard ${next} on`;
    issues.push({ code: 'custom', input: value, message });
  }),
});
export type ShardMap = z.infer<typeof shardMapSchema>;

/** An even share of the logical shards for each of `count` physical ones. */
export const evenShare = (shard: number, count: number): number =>
  Math.floor(((shard % LOGICAL_SHARDS) * count) / LOGICAL_SHARDS);

/** The physical shard of each logical one, by its number. */
export function placementOf(shards: ShardMap['shards']): readonly number[] {
  const placement = Array.from({ length: LOGICAL_SHARDS }, () => 0);
  for (const { from, to, physical } of shards) placement.fill(physical, from, to + 1);
  return placement;
}

/** An even share for each of `count` physical shards. */
export const evenPlacement = (count: number): readonly number[] =>
  Array.from({ length: LOGICAL_SHARDS }, (_, shard) => evenShare(shard, count));

/** The shortest list of ranges that says the same; the inverse of `placementOf`. */
export function rangesOf(placement: readonly number[]): ShardMap['shards'] {
  const ranges: ShardMap['shards'] = [];
  placement.forEach((physical, shard) => {
    const last = ranges.at(-1);
    if (last?.physical === physical) last.to = shard;
    else ranges.push({ from: shard, to: shard, physical });
  });
  return ranges;
}

/** @throws ZodError, or an error that names the shard, for a map that can't be followed */
export function parseShardMap(text: string, count: number): ShardMap {
  const map = shardMapSchema.parse(JSON.parse(text));
  const unknown = map.shards.find(({ physical }) => physical >= count);
  if (unknown !== undefined) {
    throw new Error(`the map names physical shard ${unknown.physical}; DB_SHARDS has 0 to ${count - 1}`);
  }
  return map;
}
