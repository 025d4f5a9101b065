import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import execa from 'execa';
import { z } from 'zod';
import { PackageRegistry } from './support/package-registry';
import { ROOT } from './support/root';

const ARN = 'arn:aws:codeartifact:eu-west-1:111122223333:repository/acme-test-packages/packages';
const manifest = z
  .object({ version: z.string(), dependencies: z.record(z.string(), z.string()) })
  .parse(JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')));

jest.setTimeout(600_000);

// The packages come from the registry that npm is configured with, once, through the stand-in for CodeArtifact.
describe('npm run package -- --packages', () => {
  const folder = mkdtempSync(join(tmpdir(), 'tiers-release-'));
  const temporary = join(folder, 'tmp');
  let registry: PackageRegistry;
  let address: string;

  beforeAll(async () => {
    mkdirSync(temporary);
    const { stdout: above } = await execa('npm', ['config', 'get', 'registry'], { cwd: ROOT });
    registry = new PackageRegistry(`${above.trim().replace(/\/*$/, '')}/`, join(folder, 'kept'));
    address = await registry.start();
  });
  afterAll(async () => {
    await registry.stop();
    rmSync(folder, { recursive: true });
  });

  const build = async (out: string, packages = ARN) => {
    const script = ['scripts/package.mjs', 'x86_64', `--packages=${packages}`, `--out=${join(folder, out)}`];
    const { exitCode, all } = await execa(process.execPath, script, {
      cwd: ROOT,
      all: true,
      reject: false,
      env: {
        TMPDIR: temporary,
        AWS_ENDPOINT_URL_CODEARTIFACT: address,
        AWS_ACCESS_KEY_ID: 'test',
        AWS_SECRET_ACCESS_KEY: 'test',
      },
    });
    return { exitCode, all: all ?? '' };
  };
  const archive = (out: string): string => join(folder, out, `service-${manifest.version}.tgz`);

  test('installs everything from the repository, and leaves no token behind', async () => {
    const { exitCode, all } = await build('first');
    expect([exitCode, all]).toEqual([0, expect.stringContaining('acme-test-packages/packages in eu-west-1')]);
    // What it is built with and what runs, the latter for the system of the machine.
    expect(registry.served).toEqual(
      expect.arrayContaining(['esbuild', 'vite', 'fastify', 'pg', 'sharp', '@img/sharp-linux-x64']),
    );
    expect(registry.calls.map((call) => Object.fromEntries(call))).toEqual(
      expect.arrayContaining([
        { domain: 'acme-test-packages', 'domain-owner': '111122223333', duration: '900' },
        {
          domain: 'acme-test-packages',
          'domain-owner': '111122223333',
          repository: 'packages',
          format: 'npm',
        },
      ]),
    );
    expect(all).not.toContain(registry.token);
    const { stdout: names } = await execa('tar', ['-tzf', archive('first')]);
    expect(names.split('\n')).toEqual(
      expect.arrayContaining([
        'dist/service/api.js',
        'dist/web/index.html',
        'node_modules/sharp/package.json',
      ]),
    );
    expect(names).not.toMatch(/npmrc|globalrc/);
    const { stdout: content } = await execa('tar', ['-xzOf', archive('first')], {
      encoding: 'latin1',
      maxBuffer: 2 ** 28,
    });
    expect(content.length).toBeGreaterThan(1_000_000);
    expect(content.includes(registry.token) || content.includes(address)).toBe(false);
    expect(readdirSync(join(folder, 'first')).sort()).toEqual([
      `canary-${manifest.version}.zip`,
      'one-server.sh',
      `rotate-secret-${manifest.version}.zip`,
      `service-${manifest.version}.tgz`,
      'setup-machine.sh',
      'web',
    ]);
    expect(readdirSync(temporary)).toEqual([]);
  });

  test('builds again without the public registry: what was fetched once is kept', async () => {
    registry.connected = false;
    const before = registry.fetched.length;
    expect(before).toBeGreaterThan(100);
    const { exitCode, all } = await build('second');
    expect([exitCode, all]).toEqual([0, expect.stringContaining('sha256: ')]);
    expect(registry.fetched.length).toBe(before);
  });

  test('refuses a package whose content is not that of the lock file', async () => {
    const file = registry.fileOf('zod', manifest.dependencies['zod']!);
    const wanted = readFileSync(file);
    writeFileSync(file, readFileSync(registry.fileOf('pino', manifest.dependencies['pino']!)));
    const { exitCode, all } = await build('tampered');
    writeFileSync(file, wanted);
    expect([exitCode, all]).toEqual([1, expect.stringContaining('EINTEGRITY')]);
    expect(all).not.toContain(registry.token);
    expect(() => readdirSync(join(folder, 'tampered'))).toThrow('ENOENT');
    expect(readdirSync(temporary)).toEqual([]);
  });

  test('says what a caller without access needs', async () => {
    registry.allowed = false;
    const { exitCode, all } = await build('refused');
    expect([exitCode, all]).toEqual([
      1,
      expect.stringMatching(/no access: not authorized.*sts:GetServiceBearerToken/),
    ]);
    expect(readdirSync(temporary)).toEqual([]);
  });

  test.each([
    ['packages', 'allowed: the ARN of a CodeArtifact repository'],
    [ARN.replace(':repository/', ':domain/'), 'terraform output package_repository'],
  ])('refuses %s in place of a repository', async (packages, message) => {
    const { exitCode, all } = await build('unknown', packages);
    expect([exitCode, all]).toEqual([1, expect.stringContaining(message)]);
  });
});
