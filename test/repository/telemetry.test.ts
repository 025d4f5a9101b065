import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ROOT } from './support/root';

const read = (path: string): string => readFileSync(join(ROOT, path), 'utf8');

describe('the cdktf command line', () => {
  it('sends no crash reports', () => {
    expect(JSON.parse(read('cdktf.json'))).toMatchObject({ sendCrashReports: 'false' });
  });

  it('is started without telemetry, with its arguments as they were given', () => {
    const folder = mkdtempSync(join(tmpdir(), 'tiers telemetry-'));
    try {
      const program = join(folder, 'node_modules/cdktf-cli/bundle/bin');
      for (const path of [program, join(folder, 'node_modules/.bin')]) mkdirSync(path, { recursive: true });
      writeFileSync(
        join(program, 'cdktf'),
        'console.log(JSON.stringify([process.env.CHECKPOINT_DISABLE, ...process.argv.slice(2)]));',
      );
      cpSync(join(ROOT, 'scripts/quiet-cdktf.mjs'), join(folder, 'scripts/quiet-cdktf.mjs'));
      execFileSync(process.execPath, ['scripts/quiet-cdktf.mjs'], { cwd: folder });
      const env = { PATH: process.env['PATH'] };
      const answer = execFileSync('node_modules/.bin/cdktf', ['deploy', 'a b'], {
        cwd: folder,
        env,
        encoding: 'utf8',
      });
      expect(JSON.parse(answer)).toEqual(['1', 'deploy', 'a b']);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it('is that one in this checkout, and after every install', () => {
    expect(read('node_modules/.bin/cdktf')).toContain('export CHECKPOINT_DISABLE=1');
    expect(JSON.parse(read('package.json'))).toMatchObject({
      scripts: { postinstall: 'node scripts/quiet-cdktf.mjs' },
    });
  });
});
