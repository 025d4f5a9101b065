/** IPv4 blocks in CIDR notation, as plain numbers. Prefix lengths are in bits, addresses are unsigned 32-bit numbers. */
export interface Block {
  readonly address: number;
  readonly prefix: number;
}

const TEXT = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})\/(\d{1,2})$/;

/** Reads `10.0.0.0/16`. Returns undefined when the text is no block or has address bits after its prefix. */
export function parseBlock(text: string): Block | undefined {
  const match = TEXT.exec(text);
  if (!match) return undefined;
  const [a, b, c, d, prefix] = match.slice(1).map(Number) as [number, number, number, number, number];
  if ([a, b, c, d].some((octet) => octet > 255) || prefix > 32) return undefined;
  const address = ((a * 256 + b) * 256 + c) * 256 + d;
  return address % size({ address, prefix }) === 0 ? { address, prefix } : undefined;
}

/** Number of addresses in a block. */
export function size(block: Block): number {
  return 2 ** (32 - block.prefix);
}

export function formatBlock({ address, prefix }: Block): string {
  const octets = [24, 16, 8, 0].map((shift) => Math.floor(address / 2 ** shift) % 256);
  return `${octets.join('.')}/${prefix}`;
}

export function overlaps(one: Block, other: Block): boolean {
  return one.address < other.address + size(other) && other.address < one.address + size(one);
}

export function contains(outer: Block, inner: Block): boolean {
  return inner.address >= outer.address && inner.address + size(inner) <= outer.address + size(outer);
}

/** The n-th block, from 0, of the given prefix length inside another. Throws a RangeError when it lies outside. */
export function childBlock(outer: Block, prefix: number, index: number): Block {
  const child = { address: outer.address + index * 2 ** (32 - prefix), prefix };
  if (prefix < outer.prefix || !contains(outer, child)) {
    throw new RangeError(`block ${index} of /${prefix} does not fit into ${formatBlock(outer)}`);
  }
  return child;
}

/** The private blocks of RFC 1918. */
export const PRIVATE_BLOCKS: readonly Block[] = [
  { address: 0x0a000000, prefix: 8 },
  { address: 0xac100000, prefix: 12 },
  { address: 0xc0a80000, prefix: 16 },
];
