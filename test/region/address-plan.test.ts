import fc from 'fast-check';
import {
  childBlock,
  contains,
  formatBlock,
  overlaps,
  parseBlock,
  PRIVATE_BLOCKS,
  size,
} from '../../lib/cidr';
import { freeBlock } from '../../tools/region/address-plan';

const block = (text: string) => parseBlock(text)!;
const free = (home: string, ...others: string[]): string | undefined => {
  const found = freeBlock(block(home), [home, ...others].map(block));
  return found && formatBlock(found);
};

test('takes the next block above the home region, past those of other environments', () => {
  expect(free('10.0.0.0/16')).toBe('10.1.0.0/16');
  expect(free('10.0.0.0/16', '10.1.0.0/16', '10.2.128.0/17')).toBe('10.3.0.0/16');
  expect(free('10.128.0.0/16', '10.0.0.0/16', '10.129.0.0/16')).toBe('10.130.0.0/16');
  expect(free('172.31.240.0/20')).toBe('172.16.0.0/20');
  expect(free('192.168.0.0/16')).toBeUndefined();
});

test('what it finds is free, of the same size and private; what it does not find is not there', () => {
  const range = fc.constantFrom(...PRIVATE_BLOCKS);
  const placed = range.chain((outer) =>
    fc
      .integer({ min: Math.max(16, outer.prefix), max: 22 })
      .chain((prefix) =>
        fc
          .integer({ min: 0, max: size(outer) / 2 ** (32 - prefix) - 1 })
          .map((index) => childBlock(outer, prefix, index)),
      ),
  );
  fc.assert(
    fc.property(placed, fc.array(placed, { maxLength: 60 }), (home, others) => {
      const taken = [home, ...others];
      const outer = PRIVATE_BLOCKS.find((each) => contains(each, home))!;
      const found = freeBlock(home, taken);
      const all = Array.from({ length: 2 ** (home.prefix - outer.prefix) }, (_, index) =>
        childBlock(outer, home.prefix, index),
      );
      const isFree = (candidate: typeof home): boolean => !taken.some((each) => overlaps(each, candidate));
      expect(found !== undefined).toBe(all.some(isFree));
      if (found) {
        expect(found.prefix).toBe(home.prefix);
        expect(contains(outer, found)).toBe(true);
        expect(isFree(found)).toBe(true);
      }
    }),
    { numRuns: 50 },
  );
});
