/**
 * Ids of rows, after the layout that Pinterest published ("Sharding Pinterest: How we scaled our MySQL fleet"): 16 bits
 * of shard, 10 of type, 36 of a number local to both, so that an id alone says where its row lives and what it is. The two
 * highest of 64 bits stay 0. Databases and columns hold ids as bigint, everybody else as decimal text: JSON readers lose
 * digits above 2^53.
 */
const LOCAL_BITS = 36n;
const TYPE_BITS = 10n;
const SHARD_BITS = 16n;
const TYPE_SHIFT = LOCAL_BITS;
const SHARD_SHIFT = LOCAL_BITS + TYPE_BITS;

const highest = (bits: bigint): bigint => (1n << bits) - 1n;
export const LOCAL_LIMIT = highest(LOCAL_BITS);
export const TYPE_LIMIT = Number(highest(TYPE_BITS));
export const SHARD_LIMIT = Number(highest(SHARD_BITS));
/** The highest id there is, 2^62 - 1. */
export const ID_LIMIT = highest(SHARD_SHIFT + SHARD_BITS);

/**
 * Shards that users are spread over, 0 to 4095. The others are for users who were moved alone: 4096 and up, with the lowest
 * 12 bits of the shard that the user comes from.
 */
export const LOGICAL_SHARDS = 4_096;

/** Numbers of types are never used again for something else: ids with them are out in the world. */
export const TYPES = { user: 1, post: 2, picture: 3, boost: 4 } as const;
export type RowType = keyof typeof TYPES;

export interface IdParts {
  /** Logical shard, 0 to 65535. */
  readonly shard: number;
  /** 0 to 1023, see `TYPES`. */
  readonly type: number;
  /** 0 to 2^36 - 1, from a sequence of the shard's database and type. */
  readonly local: bigint;
}

/** @throws RangeError that names the part which does not fit */
export function encodeId({ shard, type, local }: IdParts): bigint {
  return (
    (bounded('shard', shard, SHARD_LIMIT) << SHARD_SHIFT) |
    (bounded('type', type, TYPE_LIMIT) << TYPE_SHIFT) |
    bounded('local', local, LOCAL_LIMIT)
  );
}

/** @throws RangeError for what `isId` refuses */
export function decodeId(id: bigint | string): IdParts {
  if (typeof id === 'string' && !isId(id)) {
    throw new RangeError(
      `id '${id}' is none; ids are decimal text from 0 to ${ID_LIMIT}, without a leading 0`,
    );
  }
  const value = bounded('id', BigInt(id), ID_LIMIT);
  return {
    shard: Number(value >> SHARD_SHIFT),
    type: Number((value >> TYPE_SHIFT) & BigInt(TYPE_LIMIT)),
    local: value & LOCAL_LIMIT,
  };
}

/** Whether a text is an id: one spelling for each, so that it is a key of caches too. */
export function isId(text: string): boolean {
  return /^(0|[1-9]\d{0,18})$/.test(text) && BigInt(text) <= ID_LIMIT;
}

/** Whether a text is the id of a row of this type. */
export function isIdOf(type: RowType, text: string): boolean {
  return isId(text) && decodeId(text).type === TYPES[type];
}

function bounded(name: string, value: number | bigint, limit: number | bigint): bigint {
  if ((typeof value === 'number' && !Number.isInteger(value)) || value < 0 || value > limit) {
    throw new RangeError(`${name} is ${value}; it must be a whole number from 0 to ${limit}`);
  }
  return BigInt(value);
}
