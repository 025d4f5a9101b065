import { architectureOf } from '../../deployments/hardware';
import { typesIn, type Kind } from './table';

/** A type that a region lacks, and what was taken instead; nothing where other types of the list remain. */
export interface Replacement {
  /** Key of the deployment, such as `web.instanceTypes`. */
  readonly key: string;
  readonly missing: string;
  readonly instead?: string;
}

interface Parts {
  /** `db.`, `cache.`, or nothing for an instance. */
  readonly service: string;
  readonly letters: string;
  readonly generation: number;
  /** What the processor and the extras are: `g`, `i`, `gd`, `i-flex`. */
  readonly suffix: string;
  readonly size: string;
}

/** Families without local disks, more network or other extras. */
const PLAIN = ['', 'g', 'i', 'a'];

function partsOf(type: string): Parts {
  const [, service, letters, generation, suffix, size] =
    /^(db\.|cache\.)?([a-z]+)(\d+)([a-z-]*)\.(\w+)$/.exec(type)!;
  return {
    service: service ?? '',
    letters: letters!,
    generation: Number(generation),
    suffix: suffix!,
    size: size!,
  };
}

function architecture(type: string): string {
  return architectureOf(type.slice(partsOf(type).service.length));
}

/**
 * Types of a region that may stand in for one that it lacks, the best first: of the same class and size; of the same
 * extras, then of the same processor architecture, then of the nearest generation, an older one before a newer one, since
 * every engine version runs on it.
 */
export function standIns(type: string, offered: ReadonlySet<string>, sameArchitecture: boolean): string[] {
  const wanted = partsOf(type);
  const rank = (candidate: string): number[] => {
    const { suffix, generation } = partsOf(candidate);
    return [
      Number(suffix !== wanted.suffix),
      Number(architecture(candidate) !== architecture(type)),
      Math.abs(generation - wanted.generation),
      Number(generation > wanted.generation),
    ];
  };
  return [...offered]
    .filter((candidate) => {
      const { letters, size, suffix } = partsOf(candidate);
      return (
        letters === wanted.letters &&
        size === wanted.size &&
        (suffix === wanted.suffix || PLAIN.includes(suffix)) &&
        (!sameArchitecture || architecture(candidate) === architecture(type))
      );
    })
    .sort((one, other) => {
      const [left, right] = [rank(one), rank(other)];
      const at = left.findIndex((value, index) => value !== right[index]);
      return at < 0 ? one.localeCompare(other) : left[at]! - right[at]!;
    });
}

/** A fleet's list with what the region lacks replaced or left out; the order stays. Empty when nothing is like it. */
export function fitFleet(
  region: string,
  key: string,
  types: readonly string[],
): { readonly types: string[]; readonly replaced: Replacement[] } {
  const offered = typesIn(region, 'instances');
  const fitting = types.filter((type) => offered.has(type));
  const taken = new Set(fitting);
  const replaced: Replacement[] = [];
  const fitted = types.flatMap((type) => {
    if (offered.has(type)) return [type];
    // Both fleets run one image, so another architecture is no stand-in.
    const instead = standIns(type, offered, true).find((candidate) => !taken.has(candidate));
    replaced.push({ key, missing: type, instead });
    if (instead === undefined) return [];
    taken.add(instead);
    return [instead];
  });
  return { types: fitted, replaced };
}

/** One type of a database or a cache, or what stands in for it. */
export function fitOne(
  region: string,
  kind: Exclude<Kind, 'instances'>,
  key: string,
  type: string,
): { readonly type: string | undefined; readonly replaced: Replacement[] } {
  const offered = typesIn(region, kind);
  if (offered.has(type)) return { type, replaced: [] };
  const [instead] = standIns(type, offered, false);
  return { type: instead, replaced: [{ key, missing: type, instead }] };
}
