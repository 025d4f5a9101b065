/** Amazon RDS User Guide, "Working with DB instance read replicas": replicas that one PostgreSQL source can have. */
export const REPLICA_LIMIT = 15;

/**
 * The letter of an instance within its shard: `a` is the first one, replicas follow. A letter names a generation, not a
 * role: after a promotion another letter is the writer, and a letter that is gone is never given again.
 * Throws a RangeError past `z`.
 */
export function instanceLetter(index: number): string {
  if (!Number.isInteger(index) || index < 0 || index > 25) {
    throw new RangeError(`instance ${index} of a shard: letters run from 0 (a) to 25 (z)`);
  }
  return String.fromCharCode('a'.charCodeAt(0) + index);
}

/**
 * Gives each replica its zone, in turn and beginning with the second zone, so that no zone has two more than another and
 * that a further replica moves none. RDS itself chooses the zones of a Multi-AZ instance and of its standby: two
 * replicas or more stand in different zones, whichever these are.
 */
export function placeReplicas(zones: readonly string[], replicas: number): readonly string[] {
  if (!zones.length && replicas > 0) throw new RangeError('replicas need at least one zone');
  return Array.from({ length: replicas }, (_, index) => zones[(index + 1) % zones.length]!);
}
