import fc from 'fast-check';
import {
  decodeId,
  encodeId,
  ID_LIMIT,
  isId,
  isIdOf,
  LOCAL_LIMIT,
  SHARD_LIMIT,
  TYPE_LIMIT,
  TYPES,
  type RowType,
} from '../../../service/ids/layout';

const shard = fc.oneof(fc.integer({ min: 0, max: SHARD_LIMIT }), fc.constantFrom(0, SHARD_LIMIT));
const type = fc.oneof(fc.integer({ min: 0, max: TYPE_LIMIT }), fc.constantFrom(0, TYPE_LIMIT));
const local = fc.oneof(fc.bigInt({ min: 0n, max: LOCAL_LIMIT }), fc.constantFrom(0n, LOCAL_LIMIT));
const parts = fc.record({ shard, type, local });

test('the layout is 16 bits of shard, 10 of type, 36 of local number', () => {
  expect(encodeId({ shard: 1, type: 0, local: 0n })).toBe(2n ** 46n);
  expect(encodeId({ shard: 0, type: 1, local: 0n })).toBe(2n ** 36n);
  expect(encodeId({ shard: SHARD_LIMIT, type: TYPE_LIMIT, local: LOCAL_LIMIT })).toBe(2n ** 62n - 1n);
  // The first post of a database of one shard, as its default makes it.
  expect(encodeId({ shard: 0, type: TYPES.post, local: 1n }).toString()).toBe('137438953473');
});

test('parts come back as they went in, from numbers and from text', () => {
  fc.assert(
    fc.property(parts, (given) => {
      const id = encodeId(given);
      expect(decodeId(id)).toEqual(given);
      expect(decodeId(id.toString())).toEqual(given);
      expect(isId(id.toString())).toBe(true);
    }),
  );
});

test('every number up to the limit is an id, and none beyond', () => {
  fc.assert(
    fc.property(fc.bigInt({ min: 0n, max: ID_LIMIT }), (id) => {
      expect(encodeId(decodeId(id))).toBe(id);
    }),
  );
  fc.assert(
    fc.property(fc.bigInt({ min: ID_LIMIT + 1n, max: 2n ** 64n }), (id) => {
      expect(isId(id.toString())).toBe(false);
      expect(() => decodeId(id)).toThrow(`it must be a whole number from 0 to ${ID_LIMIT}`);
      expect(() => decodeId(id.toString())).toThrow(`id '${id}' is none`);
    }),
  );
  expect(() => decodeId(-1n)).toThrow(RangeError);
});

test('no two rows share an id, and ids sort by shard, then type, then local number', () => {
  const order = (one: bigint | number, two: bigint | number): number => (one < two ? -1 : one > two ? 1 : 0);
  fc.assert(
    fc.property(parts, parts, (one, two) => {
      const byParts = order(one.shard, two.shard) || order(one.type, two.type) || order(one.local, two.local);
      expect(order(encodeId(one), encodeId(two))).toBe(byParts);
    }),
  );
});

test('a part that does not fit is refused by name, and spills into no other', () => {
  const beyond = (limit: number) =>
    fc.oneof(fc.integer({ min: limit + 1 }), fc.integer({ max: -1 }), fc.constantFrom(0.5, NaN, Infinity));
  const refused = (name: string, given: Parameters<typeof encodeId>[0]): void =>
    expect(() => encodeId(given)).toThrow(new RegExp(`^${name} is .*; it must be a whole number from 0 to`));
  fc.assert(fc.property(parts, beyond(SHARD_LIMIT), (p, bad) => refused('shard', { ...p, shard: bad })));
  fc.assert(fc.property(parts, beyond(TYPE_LIMIT), (p, bad) => refused('type', { ...p, type: bad })));
  const far = fc.oneof(
    fc.bigInt({ min: LOCAL_LIMIT + 1n, max: 2n ** 70n }),
    fc.bigInt({ min: -9n, max: -1n }),
  );
  fc.assert(fc.property(parts, far, (p, bad) => refused('local', { ...p, local: bad })));
});

test.each(['', '01', '+1', '-1', '1.0', '1e3', ' 1', '1 ', '0x1', '١', '9'.repeat(19), '9'.repeat(400)])(
  "'%s' is no id",
  (text) => {
    expect(isId(text)).toBe(false);
    expect(() => decodeId(text)).toThrow(RangeError);
  },
);

test('an id is of one type only', () => {
  const names = Object.keys(TYPES) as RowType[];
  fc.assert(
    fc.property(fc.constantFrom(...names), shard, local, (name, where, number) => {
      const id = encodeId({ shard: where, type: TYPES[name], local: number }).toString();
      for (const other of names) {
        expect(isIdOf(other, id)).toBe(other === name);
      }
    }),
  );
  expect(new Set(Object.values(TYPES)).size).toBe(names.length);
});
