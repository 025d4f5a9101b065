// Packs the service for the machine image: dist/release/service-<version>.tgz with both built parts and the native modules of
// Linux on one processor architecture, whatever this machine is; beside it the page alone, the scripts for
// plain machines and for the one server, canary-<version>.zip, in the folders that CloudWatch Synthetics looks into, and
// <function>-<version>.zip of each function of Lambda.
// `npm run package -- x86_64`; default: arm64. `--packages <arn>`: from a CodeArtifact repository, not npm's own registry.
// Everything in it is installed anew, by the versions and hashes of package-lock.json, in a folder of its own.
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { canaryArchive } from './canary-archive.mjs';
import { importedPackages, lockedPart } from './locked-packages.mjs';
import { packagesSource } from './packages-source.mjs';
import { zip } from './zip.mjs';

const root = resolve(dirname(fileURLToPath(import.meta.url)), '..');
/** Names of the processor as AWS writes them, and as npm does. */
const CPU = { arm64: 'arm64', x86_64: 'x64' };
/** What the bundles load at run time; see scripts/build.mjs. */
const NATIVE = ['sharp', '@node-rs/argon2'];
/** What the bundles are built from. */
const SOURCES = ['service', 'canary', 'functions', 'scripts/build.mjs', 'tsconfig.json'];
/** What they import and the system that runs them brings. */
const PROVIDED = ['@aws/synthetics-core'];

function stop(message) {
  console.error(`package: ${message}`);
  process.exit(1);
}

function given() {
  try {
    const { values, positionals } = parseArgs({
      allowPositionals: true,
      options: { packages: { type: 'string' }, out: { type: 'string' } },
    });
    return { ...values, positionals };
  } catch (error) {
    return stop(error.message);
  }
}
const { positionals, packages, out = join(root, 'dist', 'release') } = given();
const [architecture = 'arm64'] = positionals;
if (!(architecture in CPU) || positionals.length > 1) {
  stop(
    `received "${positionals.join(' ')}"; allowed: ${Object.keys(CPU).join(', ')}; leave it out for arm64`,
  );
}

const read = (path) => JSON.parse(readFileSync(join(root, path), 'utf8'));
const manifest = read('package.json');
const lock = read('package-lock.json');
const { version } = manifest;
const run = (command, args, cwd = root, env = process.env) =>
  execFileSync(command, args, { cwd, env, stdio: ['ignore', 'ignore', 'inherit'] });

/** Installs packages of the lock file into a folder, without running a line of theirs. */
function install(folder, names, source, target, title) {
  const part = lockedPart({ manifest, lock, names, title });
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'package.json'), `${JSON.stringify(part.manifest, null, 2)}\n`);
  writeFileSync(join(folder, 'package-lock.json'), `${JSON.stringify(part.lock, null, 2)}\n`);
  const quiet = ['--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'];
  run('npm', ['ci', ...quiet, ...target, ...source.arguments], folder, source.env);
  return Object.keys(part.lock.packages).length - 1;
}

function sources(path) {
  return readdirSync(path, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && /\.(ts|mjs)$/.test(entry.name))
    .map((entry) => readFileSync(join(entry.parentPath ?? entry.path, entry.name), 'utf8'));
}

const work = mkdtempSync(join(tmpdir(), 'tiers-package-'));
try {
  const source = await packagesSource(packages, join(work, 'source'));
  const build = join(work, 'build');
  for (const path of SOURCES) cpSync(join(root, path), join(build, path), { recursive: true });
  const names = importedPackages(sources(build)).filter((name) => !PROVIDED.includes(name));
  const built = install(build, names, source, [], 'the service or its build');
  run(process.execPath, ['scripts/build.mjs'], build);

  const pack = join(work, 'pack');
  const target = ['--os=linux', `--cpu=${CPU[architecture]}`, '--libc=glibc'];
  const shipped = install(pack, NATIVE, source, target, 'the service at run time');
  for (const part of ['service', 'web'])
    cpSync(join(build, 'dist', part), join(pack, 'dist', part), { recursive: true });

  mkdirSync(out, { recursive: true });
  const archive = join(out, `service-${version}.tgz`);
  run('tar', ['-czf', `${archive}.part`, '-C', pack, 'dist', 'node_modules', 'package.json']);
  renameSync(`${archive}.part`, archive);
  // The same page for the bucket behind the CDN.
  rmSync(join(out, 'web'), { recursive: true, force: true });
  cpSync(join(build, 'dist', 'web'), join(out, 'web'), { recursive: true });
  const canary = readFileSync(join(build, 'dist', 'canary', 'canary.js'));
  writeFileSync(join(out, `canary-${version}.zip`), canaryArchive(canary));
  for (const bundle of readdirSync(join(build, 'dist', 'functions'))) {
    const code = readFileSync(join(build, 'dist', 'functions', bundle));
    writeFileSync(join(out, `${bundle.replace(/\.js$/, '')}-${version}.zip`), zip({ 'index.js': code }));
  }
  cpSync(join(root, 'image', 'one-server.sh'), join(out, 'one-server.sh'));
  run(process.execPath, ['scripts/machine-script.mjs', `--out=${join(out, 'setup-machine.sh')}`]);
  console.log(`packages: ${built} to build with and ${shipped} to run with at most, from ${source.name}`);
  console.log(`service-${version}.tgz (linux ${architecture})`);
  console.log(`sha256: ${createHash('sha256').update(readFileSync(archive)).digest('hex')}`);
} catch (error) {
  // npm has said on standard error what it met. No exit here: the folder below holds a token.
  console.error(`package: ${error.message}`);
  process.exitCode = 1;
} finally {
  rmSync(work, { recursive: true });
}
