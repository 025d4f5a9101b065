import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';

const ROOT = resolve(__dirname, '../..');

/** Parts that nothing takes away yet. */
const UNTESTED = ['the writer, moved to a region whose table is behind', 'the topic of events'];

/** What the service can do without, and how its rows begin. */
const OPTIONAL: Readonly<Record<string, RegExp>> = {
  cache: /^the cache, killed/,
  replica: /^a replica, killed/,
  queue: /^the work queue/,
  table: /^no table at all/,
  flags: /file of switches/,
  CDN: /^the CDN$/,
  mail: /^mail/,
  metrics: /^metrics/,
};

const rows = readFileSync(resolve(ROOT, 'docs/failure.md'), 'utf8')
  .split('\n')
  .filter((line) => line.startsWith('| '))
  .slice(2)
  .map((line) => {
    const cells = line.split('|').map((cell) => cell.trim());
    return [cells[1]!, cells[4]!] as const;
  });

test('what is not tested is known', () => {
  expect(rows.filter(([, where]) => where.startsWith('none')).map(([away]) => away)).toEqual(UNTESTED);
});

test.each(rows.filter(([away]) => !UNTESTED.includes(away)))(
  'without %s: the tests that take it away are there',
  (_away, where) => {
    // A file, and parts of the names of its tests, each in quotes.
    const files = [...where.matchAll(/`(test\/[^`]+\.test\.ts)`((?:,? "[^"]+")*)/g)];
    expect(files).not.toEqual([]);
    for (const [, path = '', names = ''] of files) {
      expect([path, existsSync(resolve(ROOT, path))]).toEqual([path, true]);
      const text = readFileSync(resolve(ROOT, path), 'utf8');
      for (const [, name = ''] of names.matchAll(/"([^"]+)"/g)) expect(text).toContain(name);
    }
    expect(where.replaceAll(/`[^`]+\.test\.ts`/g, '')).not.toContain('test/');
    expect(where).toMatch(/"|`test\/service\/giving-back/);
  },
);

test.each(Object.entries(OPTIONAL))('the %s has its row', (_part, begins) => {
  expect(rows.filter(([away]) => begins.test(away))).toHaveLength(1);
});
