import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { Bench } from '../support/bench';

const SCRIPT = resolve(__dirname, '../../scripts/build.mjs');

describe('the build', () => {
  let out: string;
  const build = (...parts: string[]): string =>
    execFileSync(process.execPath, [SCRIPT, `--out=${out}`, ...parts], { encoding: 'utf8', stdio: 'pipe' });
  beforeEach(() => {
    out = mkdtempSync(join(tmpdir(), 'tiers-build-'));
  });
  afterEach(() => rmSync(out, { recursive: true }));

  test('makes one bundle a role, the migrations, the page, the canary and the functions; a second one has nothing to do', () => {
    expect(build()).toMatch(/^(\w+: built in \d+ ms\n){4}$/);
    for (const role of ['api', 'worker', 'transcode', 'migrate', 'move-shard'])
      expect(existsSync(join(out, 'service', `${role}.js`))).toBe(true);
    expect(readdirSync(join(out, 'service/migrations'))).toContain('0001_users_posts_pictures.sql');
    for (const asset of readdirSync(join(out, 'web/assets')))
      expect(asset).toMatch(/-[\w-]{8}\.(js|css|svg)$/);
    const parts = ['service', 'web', 'canary', 'functions'];
    expect(build()).toBe(parts.map((part) => `${part}: up to date\n`).join(''));
    rmSync(join(out, 'web'), { recursive: true });
    expect(build()).toMatch(/^service: up to date\nweb: built in/);
  }, 60_000);
});

describe('the page, served by the API as the origin of the CDN', () => {
  let bench: Bench;
  let web: string;
  let url: string;
  beforeAll(async () => {
    bench = await Bench.start();
    web = mkdtempSync(join(tmpdir(), 'tiers-web-'));
    execFileSync(process.execPath, [SCRIPT, `--out=${web}`, 'web'], { stdio: 'pipe' });
    ({ url } = await bench.api({ WEB_ROOT: join(web, 'web') }));
  }, 120_000);
  afterAll(async () => {
    await bench.stop();
    rmSync(web, { recursive: true });
  }, 60_000);

  test('is revalidated each time, under a policy that lets it reach the API and the bucket only', async () => {
    const answer = await fetch(`${url}/`);
    expect(answer.status).toBe(200);
    expect(answer.headers.get('content-type')).toContain('text/html');
    expect(answer.headers.get('cache-control')).toBe('no-cache');
    const policy = answer.headers.get('content-security-policy');
    expect(policy).toContain(`connect-src 'self' ${url} ${bench.ministack.endpoint}`);
    expect(policy).not.toContain('unsafe');
    expect(await answer.text()).toBe(readFileSync(join(web, 'web/index.html'), 'utf8'));
  });

  test('refers to nothing that is not there, and what it refers to may be kept for a year', async () => {
    const html = readFileSync(join(web, 'web/index.html'), 'utf8');
    const assets = [...html.matchAll(/(?:src|href)="(\/assets\/[^"]+)"/g)].map((match) => match[1] ?? '');
    expect(assets.length).toBeGreaterThanOrEqual(3);
    for (const asset of assets) {
      const answer = await fetch(url + asset);
      expect([asset, answer.status]).toEqual([asset, 200]);
      expect(answer.headers.get('cache-control')).toBe('public, max-age=31536000, immutable');
    }
  });

  test('does not let anybody out of its folder', async () => {
    for (const path of [
      '/../package.json',
      '/%2e%2e/%2e%2e/etc/passwd',
      '/assets/..%2f..%2f..%2fetc/passwd',
    ]) {
      const answer = await fetch(url + path);
      expect([path, answer.status >= 400]).toEqual([path, true]);
      expect(await answer.text()).not.toContain('root:');
    }
  });

  test('an asset that is not there is a 404 in the shape of every error', async () => {
    const answer = await fetch(`${url}/assets/none.js`);
    expect(answer.status).toBe(404);
    expect(await answer.json()).toMatchObject({ error: { code: 'not_found' } });
  });

  test('another origin may call the API only if it is the web origin', async () => {
    const ask = async (origin: string) =>
      (await fetch(`${url}/v1/client-config`, { headers: { origin } })).headers.get(
        'access-control-allow-origin',
      );
    expect(await ask('http://www.test')).toBe('http://www.test');
    expect(await ask('https://elsewhere.example')).not.toBe('https://elsewhere.example');
  });
});
