import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { PutParameterCommand } from '@aws-sdk/client-ssm';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { Bench } from '../support/bench';
import { openBrowser } from '../support/browser';
import { freePort } from '../support/ports';
import { Visitor } from '../support/visitor';
import { waitFor } from '../support/wait';

/** The page in Chromium, served by the API as while the CDN is away. */
jest.setTimeout(60_000);
const AXE = readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8');
const PHONE = { viewport: { width: 360, height: 740 } };

let bench: Bench;
let web: string;
let url: string;
let browser: Browser;
let author: Visitor;
let postId: string;

beforeAll(async () => {
  bench = await Bench.start();
  web = mkdtempSync(join(tmpdir(), 'tiers-web-'));
  execFileSync(process.execPath, [resolve(__dirname, '../../scripts/build.mjs'), `--out=${web}`, 'web'], {
    stdio: 'pipe',
  });
  const port = await freePort();
  const WEB_ORIGIN = `http://127.0.0.1:${port}`;
  ({ url } = await bench.api({ WEB_ROOT: join(web, 'web'), WEB_ORIGIN }, port));
  browser = await openBrowser();
  author = await new Visitor(url).signUp();
  ({ id: postId } = await author.post(`Grüße an alle <3 & ${'unbreakable'.repeat(12)}\nsecond line`));
}, 120_000);

afterAll(async () => {
  await browser?.close();
  await bench?.stop();
  rmSync(web, { recursive: true });
}, 60_000);

/** A page whose own errors are kept. */
async function open(
  path: string,
  options: BrowserContextOptions = {},
): Promise<{ page: Page; errors: string[] }> {
  const page = await (await browser.newContext(options)).newPage();
  const errors: string[] = [];
  page.on('pageerror', (error) => errors.push(error.message));
  page.on('console', (message) => {
    if (message.type() === 'error') errors.push(`${message.text()} ${message.location().url}`);
  });
  await page.goto(url + path);
  return { page, errors };
}

async function signUp(page: Page): Promise<void> {
  await page.getByLabel('Name').fill(`person-${Math.random().toString(36).slice(2, 10)}`);
  await page.getByLabel('Password').fill('correct horse battery');
  await page.getByRole('button', { name: 'Sign up' }).click();
  await page.getByRole('heading', { name: 'Write a post' }).waitFor();
}

/** What axe finds wrong: labels, landmarks, live regions, contrast and the rest of WCAG 2.2 A and AA. */
async function faults(page: Page): Promise<string[]> {
  await page.evaluate(AXE);
  const found = (await page.evaluate('axe.run()')) as {
    violations: { id: string; help: string; nodes: { html: string }[] }[];
  };
  return found.violations.map(
    ({ id, help, nodes }) => `${id}: ${help}: ${nodes.map(({ html }) => html).join(' ')}`,
  );
}

const overflow = (page: Page): Promise<unknown> =>
  page.evaluate('document.documentElement.scrollWidth - document.documentElement.clientWidth');
const focused = (page: Page): Promise<unknown> => page.evaluate('document.activeElement.id');

describe.each(['light', 'dark'] as const)('in %s colors', (colorScheme) => {
  test('every view is fit for a screen reader and a phone', async () => {
    const { page, errors } = await open('/', { colorScheme, reducedMotion: 'reduce', ...PHONE });
    const seen = async (name: string): Promise<void> => {
      expect([name, await faults(page), await overflow(page)]).toEqual([name, [], 0]);
    };
    await page.getByRole('button', { name: 'Sign up' }).waitFor();
    await seen('welcome');
    await page.getByRole('button', { name: 'Log in' }).click();
    await seen('welcome with a fault');
    await signUp(page);
    await page.getByLabel('Text', { exact: true }).fill('wide '.repeat(40) + 'w'.repeat(200));
    await page.getByRole('button', { name: 'Post', exact: true }).click();
    await page.getByText('Posted.').waitFor();
    await seen('home');
    await page.goto(`${url}/#/post/${postId}`);
    await page.getByText('second line').waitFor();
    await seen('a post');
    await page.goto(`${url}/#/post/99`);
    await page.getByRole('alert').filter({ visible: true }).waitFor();
    await seen('no post');
    await page.goto(`${url}/p/${postId}`);
    await seen('public page');
    await page.goto(`${url}/p/99`);
    await seen('no public page');
    expect(errors.filter((error) => !error.includes('404'))).toEqual([]);
    await page.context().close();
  });
});

test('somebody without an account reads what a link leads to, and is shown the way in', async () => {
  const { page, errors } = await open(`/p/${postId}`);
  expect(await page.title()).toContain('Grüße an alle <3 &');
  await page.getByRole('link', { name: 'Open in Tiers' }).click();
  await page.getByText('second line').waitFor();
  expect(await page.title()).toBe(`Post ${postId} · Tiers`);
  expect(await page.getByRole('heading', { name: 'Write a post' }).isVisible()).toBe(false);
  await page.getByRole('link', { name: 'Log in or sign up' }).click();
  await page.getByLabel('Name').waitFor();
  expect(errors).toEqual([]);
  await page.context().close();
});

test('by keyboard alone somebody signs up, writes, and is led to what a link shows', async () => {
  const { page } = await open('/');
  await page.keyboard.press('Tab');
  expect(await page.evaluate('document.activeElement.textContent')).toBe('Skip to the content');
  await page.getByLabel('Name').focus();
  await page.keyboard.type(`keys-${Math.random().toString(36).slice(2, 10)}`);
  await page.keyboard.press('Tab');
  await page.keyboard.type('correct horse battery');
  await page.keyboard.press('Tab');
  await page.keyboard.press('Tab');
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { name: 'Write a post' }).waitFor();
  expect(await focused(page)).toBe('main');
  await page.getByLabel('Text', { exact: true }).focus();
  await page.keyboard.type('By keyboard');
  await page.keyboard.press('Tab');
  await page.keyboard.press('Enter');
  const link = page.getByRole('list').getByRole('link', { name: /^Post \d+$/ });
  await link.focus();
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { name: /^Post \d+$/ }).waitFor();
  expect(await focused(page)).toBe('feed-title');
  await page.context().close();
});

test('the chosen theme stays, on pages of posts as well', async () => {
  const { page } = await open('/', { colorScheme: 'light' });
  const dark = () => page.evaluate('getComputedStyle(document.body).backgroundColor');
  const before = await dark();
  await page.getByLabel('Theme').selectOption('dark');
  const chosen = await dark();
  expect(chosen).not.toBe(before);
  await page.goto(`${url}/p/${postId}`);
  expect(await dark()).toBe(chosen);
  await page.goto(url);
  await page.getByLabel('Theme').selectOption('system');
  expect(await dark()).toBe(before);
  await page.goto(`${url}/p/${postId}`);
  expect(await dark()).toBe(before);
  await page.context().close();
});

test('nothing moves for who wants no motion', async () => {
  for (const [reducedMotion, name] of [
    ['reduce', 'none'],
    ['no-preference', 'arrive'],
  ] as const) {
    const { page } = await open('/', { reducedMotion });
    await signUp(page);
    await page.getByLabel('Text', { exact: true }).fill('Moving');
    await page.getByRole('button', { name: 'Post', exact: true }).click();
    await page.locator('.posts li.new').waitFor();
    expect(
      await page.evaluate("getComputedStyle(document.querySelector('.posts li.new')).animationName"),
    ).toBe(name);
    await page.context().close();
  }
});

test('what is switched off is gone, or says why and what remains', async () => {
  const set = async (features: Record<string, boolean>): Promise<void> => {
    await bench.aws.ssm.send(
      new PutParameterCommand({
        Name: bench.resources.parameter,
        Type: 'String',
        Value: JSON.stringify({ features }),
        Overwrite: true,
      }),
    );
    await waitFor('the switches', async () => {
      const answer = await fetch(`${url}/v1/client-config?platform=web&version=1.0.0`);
      const given = ((await answer.json()) as { features: Record<string, boolean> }).features;
      return Object.entries(features).every(([name, on]) => given[name] === on);
    });
  };
  const names = ['signUp', 'posts', 'pictures', 'boosts', 'publicPages'];
  const all = (on: boolean) => Object.fromEntries(names.map((name) => [name, on]));
  const { page } = await open('/');
  await signUp(page);
  await page.getByLabel('Text', { exact: true }).fill('Before the switch');
  await page.getByRole('button', { name: 'Post', exact: true }).click();
  await page.getByText('Posted.').waitFor();
  for (const name of [/^Public page$/, /^Boost for/])
    expect(await page.getByText(name).isVisible()).toBe(true);
  await set(all(false));
  await page.reload();
  await page.getByText('Nobody can write at present.').waitFor();
  await page.getByText("Pictures can't be uploaded at present.").waitFor();
  await page.getByText('Before the switch').waitFor();
  for (const name of [/^Public page$/, /^Boost for/])
    expect(await page.getByText(name).isVisible()).toBe(false);
  for (const name of ['Post', 'Upload'])
    expect(await page.getByRole('button', { name, exact: true }).isVisible()).toBe(false);
  expect(await faults(page)).toEqual([]);
  await page.getByRole('button', { name: 'Log out' }).click();
  await page.getByText('Nobody can sign up at present.').waitFor();
  expect(await page.getByRole('button', { name: 'Sign up' }).isVisible()).toBe(false);
  expect((await fetch(`${url}/p/${postId}`)).status).toBe(503);
  await set(all(true));
  await page.reload();
  await page.getByRole('button', { name: 'Sign up' }).waitFor();
  await page.context().close();
});

test('an open page goes on while its own origin is away', async () => {
  const [origin, api] = [await freePort(), await freePort()];
  const at = (port: number): string => `http://127.0.0.1:${port}`;
  const settings = { WEB_ROOT: join(web, 'web'), WEB_ORIGIN: at(origin), API_BASE_URL: at(api) };
  const { process: gone } = await bench.api(settings, origin);
  await bench.api(settings, api);
  const page = await (await browser.newContext()).newPage();
  await page.goto(at(origin));
  await signUp(page);
  await gone.stop('SIGKILL');
  await page.getByLabel('Text', { exact: true }).fill('Without an origin');
  await page.getByRole('button', { name: 'Post', exact: true }).click();
  await page.getByText('Posted.').waitFor();
  await page.getByRole('list').getByText('Without an origin').waitFor();
  await page.context().close();
});
