import { readFileSync, statSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { ROOT } from './support/root';
import { repositoryFiles } from './support/tracked';

const BINARY = /\.(png|webp|jpe?g|gif|ico|woff2?)$/;
/** Paths that only one machine has: this checkout's own, this user's own, and homes in general. */
const MACHINE = [ROOT, homedir() === '/' ? undefined : `${homedir()}/`, '/home/', '/Users/', '/root/'].filter(
  (each) => each !== undefined,
);
// A path written by the image or by cloud-init on every instance is no path of this machine.
const DECLARED = /\/(home|root)\/(ec2-user|ssm-user)\b/g;

const files = repositoryFiles();
const text = (file: string): string => readFileSync(join(ROOT, file), 'utf8');

describe('the files of the repository', () => {
  it('are found', () =>
    expect(files).toEqual(expect.arrayContaining(['package.json', 'main.ts', 'Makefile'])));

  it('hold no path of one machine', () => {
    const own = 'test/repository/files.test.ts';
    const found = files
      .filter((file) => !BINARY.test(file) && file !== own)
      .flatMap((file) =>
        MACHINE.filter((path) => text(file).replace(DECLARED, '').includes(path)).map(
          (path) => `${file}: ${path}`,
        ),
      );
    expect(found).toEqual([]);
  });

  it('have every page of the documentation in its index', () => {
    const pages = files.filter((file) => /^docs\/[\w-]+\.md$/.test(file) && file !== 'docs/README.md');
    expect(pages.length).toBeGreaterThan(20);
    const index = text('docs/README.md');
    expect(pages.filter((file) => !index.includes(`(${file.slice('docs/'.length)})`))).toEqual([]);
    expect(text('README.md')).toContain('(docs/README.md)');
  });

  it('keep their scripts executable', () => {
    const scripts = files.filter((file) => !BINARY.test(file) && text(file).startsWith('#!'));
    expect(scripts).toEqual(expect.arrayContaining(['.ci/run', 'scripts/setup.sh']));
    expect(scripts.filter((file) => (statSync(join(ROOT, file)).mode & 0o111) === 0)).toEqual([]);
  });

  it('leave the shell scripts to what bash 3.2 and every system knows', () => {
    const shell = files.filter((file) => /\.sh$/.test(file) || text(file).startsWith('#!/usr/bin/env bash'));
    const newer =
      /\b(mapfile|readarray|declare -A|local -n)\b|\$\{[^}]*(\^\^|,,)|&>>|\b(sed -i|readlink -f|grep -P|date -d|stat -c)\b/;
    expect(shell.length).toBeGreaterThan(4);
    expect(shell.filter((file) => newer.test(text(file)))).toEqual([]);
  });

  // Decision 0001: the change to CDK Terrain is a change of package names, so no import may reach deeper than these.
  it('reach CDK for Terraform by three names only', () => {
    const imports = files
      .filter((file) => file.endsWith('.ts') && !file.startsWith('test/repository/'))
      .flatMap((file) => [
        ...text(file).matchAll(/(?:from|import\(|require\() ?'((?:@cdktf\/|cdktf|constructs)[^']*)'/g),
      ])
      .map(([, name]) => name!);
    expect(imports).toEqual(
      expect.arrayContaining(['cdktf', 'constructs', '@cdktf/provider-aws/lib/provider']),
    );
    // One inner file is replaced to make synthesis fast; without it synthesis is slower, not wrong.
    const inner = 'cdktf/lib/tokens/private/stack-trace';
    const swappable = new RegExp(`^(cdktf|${inner}|constructs|@cdktf/provider-aws/lib/[a-z0-9-]+)$`);
    expect(imports.filter((name) => !swappable.test(name))).toEqual([]);
  });
});
