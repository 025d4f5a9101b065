import { spawnSync } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { listDeployments, loadDeployments } from '../../deployments/load';
import { synthesizeAll } from './support';

const ROOT = resolve(__dirname, '../..');
const PARTS = [
  'main.ts',
  'tsconfig.json',
  'package.json',
  'deployments',
  'stacks',
  'modules',
  'lib',
  'image',
  'reports',
  'scripts',
];
let copy: string;

beforeEach(() => {
  copy = mkdtempSync(join(tmpdir(), 'tiers-elsewhere-'));
  for (const part of PARTS) cpSync(join(ROOT, part), join(copy, part), { recursive: true });
  symlinkSync(join(ROOT, 'node_modules'), join(copy, 'node_modules'));
});

afterEach(() => rmSync(copy, { recursive: true }));

/** What `npm run synth -- <names>` runs, in the copy. */
function synth(...names: string[]): { status: number | null; stderr: string } {
  return spawnSync(process.execPath, ['--require', './scripts/register.cjs', 'main.ts', ...names], {
    cwd: copy,
    env: { PATH: process.env.PATH },
    encoding: 'utf8',
  });
}

test('a checkout in another folder synthesizes the same bytes', () => {
  expect(synth('local')).toMatchObject({ status: 0, stderr: '' });
  const here = synthesizeAll(loadDeployments(['local']));
  expect(readdirSync(join(copy, 'cdktf.out/stacks')).sort()).toEqual(Object.keys(here));
  for (const [stack, expected] of Object.entries(here)) {
    const text = readFileSync(join(copy, 'cdktf.out/stacks', stack, 'cdk.tf.json'), 'utf8');
    expect(text).toBe(expected);
    expect(text).not.toContain(copy);
  }
});

test('the output holds exactly the stacks of the last run', () => {
  expect(synth('staging', 'local').status).toBe(0);
  expect(synth('production/us-east-1').status).toBe(0);
  const stacks = readdirSync(join(copy, 'cdktf.out/stacks'));
  expect(stacks).toContain('production-us-east-1-app');
  expect(stacks.filter((stack) => !stack.startsWith('production-'))).toEqual([]);
});

test('faults of several files are listed at once, and nothing is written', () => {
  for (const [file, from, to] of [
    ['local.ts', "cidr: '10.255.0.0/16'", "cidr: '10.255.0.0/30'"],
    ['production/us-east-1.ts', "'us-east-1c'", "'us-east-2c'"],
  ] as const) {
    const path = join(copy, 'deployments', file);
    const text = readFileSync(path, 'utf8');
    expect(text).toContain(from);
    writeFileSync(path, text.replace(from, to));
  }
  const { status, stderr } = synth();
  expect(status).toBe(1);
  expect(stderr).toBe(
    [
      'Nothing was synthesized.',
      'deployments/local.ts: cidr: received "10.255.0.0/30"; allowed: a private IPv4 block (RFC 1918) of /16 to /22 without host bits; write for instance "10.0.0.0/16"',
      'deployments/production/us-east-1.ts: zones: received ["us-east-2c"]; allowed: zones of us-east-1; write for instance "us-east-1a"',
      '',
    ].join('\n'),
  );
  expect(existsSync(join(copy, 'cdktf.out'))).toBe(false);
});

test('a name that is no deployment is refused, and nothing is written', () => {
  expect(synth('prod')).toMatchObject({
    status: 1,
    stderr: expect.stringContaining(
      `deployment: received "prod"; allowed: ${listDeployments().join(', ')}; name one of these`,
    ) as string,
  });
  expect(existsSync(join(copy, 'cdktf.out'))).toBe(false);
});
