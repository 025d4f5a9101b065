// Packs the service for the machine image: dist/release/service-<version>.tgz with both built parts and the native
// modules of Linux on one processor architecture, whatever this machine is. `npm run package -- x86_64`; default: arm64.
// Beside it dist/release/canary-<version>.zip, in the folders that CloudWatch Synthetics looks into.
import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { canaryArchive } from './canary-archive.mjs';

const root = resolve(dirname(fileURLToPath(import.meta.url)), '..');
/** Names of the processor as AWS writes them, and as npm does. */
const CPU = { arm64: 'arm64', x86_64: 'x64' };
/** What the bundles load at run time; see scripts/build.mjs. */
const NATIVE = ['sharp', '@node-rs/argon2'];

const architecture = process.argv[2] ?? 'arm64';
if (!(architecture in CPU)) {
  console.error(
    `package: received "${architecture}"; allowed: ${Object.keys(CPU).join(', ')}; leave it out for arm64`,
  );
  process.exit(1);
}

const { version, dependencies } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
const run = (command, args, cwd = root) =>
  execFileSync(command, args, { cwd, stdio: ['ignore', 'ignore', 'inherit'] });

run(process.execPath, ['scripts/machine-script.mjs']);
run(process.execPath, ['scripts/build.mjs']);
const staging = mkdtempSync(join(tmpdir(), 'tiers-package-'));
try {
  for (const part of ['service', 'web'])
    cpSync(join(root, 'dist', part), join(staging, 'dist', part), { recursive: true });
  const pinned = Object.fromEntries(NATIVE.map((name) => [name, dependencies[name]]));
  const manifest = { name: 'tiers-service', version, private: true, dependencies: pinned };
  writeFileSync(join(staging, 'package.json'), `${JSON.stringify(manifest, null, 2)}\n`);
  const target = ['--os=linux', `--cpu=${CPU[architecture]}`, '--libc=glibc'];
  run(
    'npm',
    ['install', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error', ...target],
    staging,
  );

  const folder = join(root, 'dist', 'release');
  mkdirSync(folder, { recursive: true });
  const archive = join(folder, `service-${version}.tgz`);
  run('tar', ['-czf', `${archive}.part`, '-C', staging, 'dist', 'node_modules', 'package.json']);
  renameSync(`${archive}.part`, archive);
  console.log(`dist/release/service-${version}.tgz (linux ${architecture})`);

  const canary = readFileSync(join(root, 'dist', 'canary', 'canary.js'));
  writeFileSync(join(folder, `canary-${version}.zip`), canaryArchive(canary));
  console.log(`dist/release/canary-${version}.zip`);
} finally {
  rmSync(staging, { recursive: true });
}
