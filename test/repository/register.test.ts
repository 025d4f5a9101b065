import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ROOT } from './support/root';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tiers-register-'));
  for (const part of ['tsconfig.json', 'package.json', 'scripts/register.cjs']) {
    cpSync(join(ROOT, part), join(folder, part));
  }
  symlinkSync(join(ROOT, 'node_modules'), join(folder, 'node_modules'));
});

afterEach(() => rmSync(folder, { recursive: true }));

function write(text: string): void {
  writeFileSync(join(folder, 'main.ts'), text);
}

function run(): string {
  const args = ['--require', './scripts/register.cjs', 'main.ts'];
  const { stdout, stderr } = spawnSync(process.execPath, args, { cwd: folder, encoding: 'utf8' });
  return stdout + stderr;
}

test('what was compiled once is run without the compiler', () => {
  write("const answer: string = 'kept'; console.log(answer);");
  expect(run()).toBe('kept\n');
  expect(readdirSync(join(folder, '.cache/ts'))).toHaveLength(1);
  rmSync(join(folder, 'node_modules'));
  mkdirSync(join(folder, 'node_modules'));
  symlinkSync(join(ROOT, 'node_modules/pirates'), join(folder, 'node_modules/pirates'));
  expect(run()).toBe('kept\n');
  write("const answer: string = 'changed'; console.log(answer);");
  expect(run()).toContain("Cannot find module 'ts-node'");
});

test('a changed source, or a changed setting, is compiled anew', () => {
  write("console.log('one');");
  expect(run()).toBe('one\n');
  write("console.log('two');");
  expect(run()).toBe('two\n');
  writeFileSync(join(folder, 'package.json'), '{ "name": "other" }');
  expect(run()).toBe('two\n');
  expect(readdirSync(join(folder, '.cache/ts'))).toHaveLength(3);
});
