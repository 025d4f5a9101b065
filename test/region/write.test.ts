import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { writeNew } from '../../tools/region/write';
import { refusal } from './support';

let root: string;
beforeEach(() => (root = mkdtempSync(join(tmpdir(), 'tiers-write-'))));
afterEach(() => rmSync(root, { recursive: true }));

test('writes a file whole, and leaves nothing else behind', () => {
  writeNew(root, 'eu-west-1.ts', 'whole');
  expect(readdirSync(root)).toEqual(['eu-west-1.ts']);
  expect(readFileSync(join(root, 'eu-west-1.ts'), 'utf8')).toBe('whole');
});

test('refuses a name that is taken, even by somebody who was a moment faster, and leaves what is there', () => {
  writeNew(root, 'eu-west-1.ts', 'first');
  expect(refusal(() => writeNew(root, 'eu-west-1.ts', 'second'))).toBe(
    'eu-west-1.ts: received "a file that is there already"; allowed: a new file; look at that file; remove it first if it is not what you want',
  );
  expect(readdirSync(root)).toEqual(['eu-west-1.ts']);
  expect(readFileSync(join(root, 'eu-west-1.ts'), 'utf8')).toBe('first');
});
