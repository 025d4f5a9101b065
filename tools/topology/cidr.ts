/** True if every IPv4 address of `inner` lies in `outer` (both `a.b.c.d/n`). False if either is no IPv4 range. */
export function covers(outer: string, inner: string): boolean {
  const a = range(outer);
  const b = range(inner);
  return a !== undefined && b !== undefined && a.first <= b.first && a.last >= b.last;
}

function range(cidr: string): { first: number; last: number } | undefined {
  const match = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})\/(\d{1,2})$/.exec(cidr);
  if (!match) return undefined;
  const [a = 0, b = 0, c = 0, d = 0, bits = 0] = match.slice(1).map(Number);
  if (Math.max(a, b, c, d) > 255 || bits > 32) return undefined;
  const size = 2 ** (32 - bits);
  const address = ((a * 256 + b) * 256 + c) * 256 + d;
  const first = Math.floor(address / size) * size;
  return { first, last: first + size - 1 };
}
