// Builds what runs on a machine: dist/service (one bundle per role), dist/web (the page), dist/canary (who tries them
// from outside) and dist/functions (one bundle per function of Lambda). A part whose inputs have
// not changed since it was last built is left alone; `--force` builds everything. `--out=<folder> <part>...` builds the
// named parts into another folder.
import { createHash } from 'node:crypto';
import { cpSync, existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = resolve(dirname(fileURLToPath(import.meta.url)), '..');
const at = (...parts) => join(root, ...parts);
const force = process.argv.includes('--force');
const elsewhere = process.argv.find((argument) => argument.startsWith('--out='))?.slice('--out='.length);
const named = process.argv.slice(2).filter((argument) => !argument.startsWith('--'));
const dist = elsewhere === undefined ? at('dist') : resolve(elsewhere);

// These carry native code (or load it by path), so the machine's node_modules must hold them.
const NATIVE = ['sharp', '@node-rs/argon2', 'pg-native'];

const PARTS = {
  service: { inputs: ['service'], without: 'service/web', build: buildService },
  web: { inputs: ['service/web'], build: buildWeb },
  canary: { inputs: ['canary'], build: buildCanary },
  functions: { inputs: ['functions'], build: buildFunctions },
};

async function buildService() {
  const { build } = await import('esbuild');
  await build({
    absWorkingDir: root,
    entryPoints: ['api', 'worker', 'transcode', 'migrate', 'move-shard'].map((role) => `service/${role}.ts`),
    outdir: join(dist, 'service'),
    bundle: true,
    platform: 'node',
    target: 'node20',
    format: 'cjs',
    sourcemap: true,
    external: NATIVE,
    logLevel: 'warning',
  });
  cpSync(at('service/migrations'), join(dist, 'service', 'migrations'), { recursive: true });
}

async function buildWeb() {
  const { build } = await import('vite');
  await build({
    root: at('service/web'),
    configFile: at('service/web/vite.config.mjs'),
    logLevel: 'warn',
    build: { outDir: join(dist, 'web') },
  });
}

async function buildCanary() {
  const { build } = await import('esbuild');
  await build({
    absWorkingDir: root,
    entryPoints: ['canary/canary.ts'],
    outdir: join(dist, 'canary'),
    bundle: true,
    platform: 'node',
    target: 'node20',
    format: 'cjs',
    // The runtime of CloudWatch Synthetics brings it.
    external: ['@aws/synthetics-core'],
    logLevel: 'warning',
  });
}

async function buildFunctions() {
  const { build } = await import('esbuild');
  await build({
    absWorkingDir: root,
    entryPoints: readdirSync(at('functions')).map((name) => ({
      in: `functions/${name}/handler.ts`,
      out: name,
    })),
    outdir: join(dist, 'functions'),
    bundle: true,
    platform: 'node',
    target: 'node22',
    format: 'cjs',
    // Names of classes and functions stay readable in stack traces, where Lambda has no source map.
    minifySyntax: true,
    minifyWhitespace: true,
    external: NATIVE,
    logLevel: 'warning',
  });
}

function files(path, without) {
  if (without !== undefined && path === at(without)) return [];
  return readdirSync(path, { withFileTypes: true })
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap((entry) => {
      const inner = join(path, entry.name);
      return entry.isDirectory() ? files(inner, without) : [inner];
    });
}

/** Digest of the sources, this script and the locked dependencies. */
function digest(part) {
  const hash = createHash('sha256');
  const sources = part.inputs.flatMap((input) => files(at(input), part.without));
  for (const file of [...sources, at('package-lock.json'), fileURLToPath(import.meta.url)]) {
    hash.update(file.slice(root.length)).update('\0').update(readFileSync(file)).update('\0');
  }
  return hash.digest('hex');
}

for (const [name, part] of Object.entries(PARTS)) {
  if (named.length > 0 && !named.includes(name)) continue;
  const started = performance.now();
  const stamp = join(dist, `.${name}.sha256`);
  const wanted = digest(part);
  const upToDate =
    existsSync(stamp) && existsSync(join(dist, name)) && readFileSync(stamp, 'utf8') === wanted;
  if (upToDate && !force) {
    console.log(`${name}: up to date`);
    continue;
  }
  // Without its stamp a build that breaks off half-way is not taken for a finished one.
  rmSync(stamp, { force: true });
  rmSync(join(dist, name), { recursive: true, force: true });
  mkdirSync(dist, { recursive: true });
  await part.build();
  writeFileSync(stamp, wanted);
  console.log(`${name}: built in ${Math.round(performance.now() - started)} ms`);
}
