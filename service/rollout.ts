/**
 * Where somebody stands in the roll-out of a feature, 0 to 100: the same for ever for one feature and one id, and unrelated between two
 * features. FNV-1a with the finalizer of MurmurHash3, as both the API and browsers compute it, at once and without secrets.
 *
 * @param id of a user who is logged in, else of the installation of a client
 */
export function standing(feature: string, id: string): number {
  let hash = 0x811c9dc5;
  for (const character of `${feature}:${id}`) {
    hash = Math.imul(hash ^ character.codePointAt(0)!, 0x01000193);
  }
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return ((hash ^ (hash >>> 16)) >>> 0) / (2 ** 32 / 100);
}

/** Whether a feature is on for somebody once it is rolled out to so many percent: whoever is in stays in as the share grows. */
export const isIn = (feature: string, id: string, percent: number): boolean =>
  standing(feature, id) < percent;
