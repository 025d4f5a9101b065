import { childBlock, contains, overlaps, PRIVATE_BLOCKS, type Block } from '../../lib/cidr';

/** The private range (RFC 1918) that a block lies in. */
export function rangeOf(block: Block): Block | undefined {
  return PRIVATE_BLOCKS.find((range) => contains(range, block));
}

/**
 * The first free block of the size of `home`, looking upwards from it to the end of its private range and then from the
 * range's beginning. Returns undefined when the range is full.
 */
export function freeBlock(home: Block, taken: readonly Block[]): Block | undefined {
  const range = rangeOf(home);
  if (!range) return undefined;
  const blocks = 2 ** (home.prefix - range.prefix);
  const first = (home.address - range.address) / 2 ** (32 - home.prefix);
  for (let step = 0; step < blocks; step++) {
    const block = childBlock(range, home.prefix, (first + step) % blocks);
    if (!taken.some((other) => overlaps(other, block))) return block;
  }
  return undefined;
}
