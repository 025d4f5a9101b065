import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import execa from 'execa';
import { embeddedScripts } from './support/embedded-scripts';
import { ROOT } from './support/root';
import { repositoryFiles } from './support/tracked';

const SHELLCHECK = join(ROOT, '.venv/bin/shellcheck');
const folder = mkdtempSync(join(tmpdir(), 'tiers-shell-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** What shellcheck says; sourced files are looked for beside the script and below the root. */
async function faults(...files: readonly string[]): Promise<string> {
  const arguments_ = [
    '--external-sources',
    '--source-path=SCRIPTDIR',
    `--source-path=${ROOT}`,
    '--format=gcc',
  ];
  const { stdout, stderr, exitCode } = await execa(SHELLCHECK, [...arguments_, ...files], {
    cwd: ROOT,
    reject: false,
  });
  // 1: it has found something. Anything above: it has not looked.
  if (exitCode > 1) throw new Error(`shellcheck: ${stderr || stdout}; run: make setup`);
  return stdout;
}

describe('shellcheck', () => {
  const isShell = (file: string): boolean =>
    file.endsWith('.sh') || /^#!.*\b(ba)?sh\n/.test(readFileSync(join(ROOT, file), 'utf8').slice(0, 80));
  const scripts = repositoryFiles().filter((file) => isShell(file));

  it('has nothing to say of the scripts of the repository', async () => {
    expect(scripts).toEqual(expect.arrayContaining(['.ci/run', 'scripts/setup.sh', 'scripts/packages.sh']));
    expect(await faults(...scripts)).toBe('');
  });

  const embedded = embeddedScripts();

  it('finds the scripts of the image', () => {
    expect(embedded.map(({ name }) => name)).toEqual(
      expect.arrayContaining(['runtime.Install', 'service.Api', 'units./usr/local/lib/tiers/watch']),
    );
  });

  it('has nothing to say of what an image runs', async () => {
    const files = embedded.map(({ name, text }) => {
      const file = join(folder, `${name.replaceAll('/', '-')}.sh`);
      writeFileSync(file, text);
      return file;
    });
    expect(await faults(...files)).toBe('');
  });

  it('has nothing to say of the script for plain machines', async () => {
    const file = join(folder, 'setup-machine.sh');
    await execa(process.execPath, ['scripts/machine-script.mjs', `--out=${file}`], { cwd: ROOT });
    expect(await faults(file)).toBe('');
  });

  it('would say so', async () => {
    const file = join(folder, 'fault.sh');
    writeFileSync(file, '#!/bin/bash\nrm -r $1\n');
    expect(await faults(file)).toContain('SC2086');
  });
});
