import fc from 'fast-check';
import { childBlock, contains, formatBlock, overlaps, parseBlock, size, type Block } from '../../lib/cidr';

const blocks = fc
  .tuple(fc.integer({ min: 0, max: 32 }), fc.nat({ max: 2 ** 31 - 1 }))
  .map(([prefix, n]): Block => {
    const width = 2 ** (32 - prefix);
    return { address: Math.floor((n * 2) / width) * width, prefix };
  });

test('what is formatted is read back', () => {
  fc.assert(fc.property(blocks, (block) => expect(parseBlock(formatBlock(block))).toEqual(block)));
});

test.each(['', '10.0.0.0', '10.0.0.0/33', '10.0.0.1/24', '256.0.0.0/8', '10.0.0.0/8 ', 'a.b.c.d/8'])(
  '%p is no block',
  (text) => {
    expect(parseBlock(text)).toBeUndefined();
  },
);

test('children tile their parent and never overlap', () => {
  fc.assert(
    fc.property(blocks, fc.integer({ min: 1, max: 4 }), (parent, bits) => {
      fc.pre(parent.prefix + bits <= 32);
      const children = Array.from({ length: 2 ** bits }, (_, index) =>
        childBlock(parent, parent.prefix + bits, index),
      );
      expect(children.every((child) => contains(parent, child))).toBe(true);
      expect(children.reduce((sum, child) => sum + size(child), 0)).toBe(size(parent));
      for (const [index, child] of children.entries()) {
        expect(children.slice(index + 1).some((other) => overlaps(child, other))).toBe(false);
      }
    }),
  );
});

test('two blocks overlap exactly when one contains the other', () => {
  fc.assert(
    fc.property(blocks, blocks, (one, other) => {
      expect(overlaps(one, other)).toBe(contains(one, other) || contains(other, one));
    }),
  );
});

test('a child outside its parent is refused', () => {
  const parent = parseBlock('10.0.0.0/16')!;
  expect(() => childBlock(parent, 24, 256)).toThrow('block 256 of /24 does not fit into 10.0.0.0/16');
  expect(() => childBlock(parent, 15, 0)).toThrow(RangeError);
});
