import { newestPriceList, parsePriceList } from '../../tools/cost';

const source = { a: { title: 'A list', date: '2026-01-01' } };
const row = { region: 'us-east-1', service: 'AmazonEC2', what: 'A thing', unit: 'hour' };
const parse = (...prices: object[]) =>
  parsePriceList({ date: '2026-01-02', currency: 'USD', sources: source, prices }, 'x.json');

test('a price is found in its region, or where it holds in all of them', () => {
  const list = parse(
    { ...row, source: 'a', usd: { thing: 1 } },
    { ...row, region: 'global', source: 'a', usd: { zone: 2 } },
  );
  expect(list.price('thing', 'us-east-1')).toMatchObject({ usd: 1, unit: 'hour', source: 'a' });
  expect(list.price('zone', 'eu-west-1').usd).toBe(2);
  expect(() => list.price('thing', 'eu-west-1')).toThrow(
    'no price of thing in eu-west-1 is known: add it to tools/cost/prices/x.json',
  );
});

test('a list is for the regions whose instances it has', () => {
  const instance = { ...row, source: 'a', usd: { 'instance.c7g.large': 1 } };
  const list = parse(instance, { ...row, region: 'us-west-2', source: 'a', usd: { 'kms.key': 1 } });
  expect(['us-east-1', 'us-west-2', 'eu-west-1'].map((region) => list.covers(region))).toEqual([
    true,
    false,
    false,
  ]);
});

test.each([
  ['without a source or an estimate', { ...row, usd: { thing: 1 } }, 'a price has either a source or'],
  ['with both', { ...row, source: 'a', estimate: 'b', usd: { thing: 1 } }, 'a price has either a source or'],
  ['of a source that is not described', { ...row, source: 'b', usd: { thing: 1 } }, 'no source is called b'],
  ['below zero', { ...row, source: 'a', usd: { thing: -1 } }, 'thing'],
])('a price %s is refused', (_case, price, message) => {
  expect(() => parse(price)).toThrow(message);
});

test('a price that is there twice is refused', () => {
  const price = { ...row, source: 'a', usd: { thing: 1 } };
  expect(() => parse(price, price)).toThrow('us-east-1:thing is there twice');
});

test('the newest list is not older than any of its sources', () => {
  const { date, sources } = newestPriceList();
  expect(sources.length).toBeGreaterThan(5);
  expect(sources.filter((one) => one.date > date)).toEqual([]);
});
