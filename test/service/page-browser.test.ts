import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { PutParameterCommand } from '@aws-sdk/client-ssm';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { Bench } from '../support/bench';
import { openBrowser } from '../support/browser';
import { freePort } from '../support/ports';
import { Visitor } from '../support/visitor';
import { waitFor } from '../support/wait';
import { axeFaults, buildPage, focused, signUp, unfit, write } from '../support/web-page';

/** The page in Chromium, served by the API as while the CDN is away. */
jest.setTimeout(60_000);

let bench: Bench;
let web: string;
let url: string;
let browser: Browser;
let author: Visitor;
let postId: string;

beforeAll(async () => {
  bench = await Bench.start();
  web = buildPage();
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

describe.each([
  ['light', 400],
  ['dark', 320],
] as const)('in %s colors, %i pixels wide', (colorScheme, width) => {
  test('every view is fit for a screen reader and a phone', async () => {
    const { page, errors } = await open('/', {
      colorScheme,
      reducedMotion: 'reduce',
      viewport: { width, height: 740 },
    });
    const seen = async (name: string): Promise<void> => {
      expect([name, await unfit(page)]).toEqual([name, []]);
    };
    await page.getByRole('button', { name: 'Sign up' }).waitFor();
    await seen('welcome');
    await page.getByRole('button', { name: 'Log in' }).click();
    await seen('welcome with a fault');
    await signUp(page);
    await write(page, 'wide '.repeat(40) + 'w'.repeat(200));
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
  await waitFor('the title', async () => /^Post of u_\w+ · Tiers$/.test(await page.title()));
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
  const link = page.getByRole('list').getByRole('link', { name: /^Post of / });
  await link.focus();
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { name: /^Post of keys-/ }).waitFor();
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
    await write(page, 'Moving');
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
  const names = ['signUp', 'posts', 'pictures', 'boosts', 'publicPages', 'follows', 'feed'];
  const all = (on: boolean) => Object.fromEntries(names.map((name) => [name, on]));
  const page = await (await browser.newContext()).newPage();
  await page.clock.install();
  await page.goto(url);
  // As often as the configuration says, the page asks; nobody loads it again.
  const nextPoll = () => page.clock.fastForward(61_000);
  await signUp(page);
  await write(page, 'Before the switch');
  await page.getByText('Posted.').waitFor();
  const offered = [
    page.getByRole('link', { name: 'Public page' }),
    page.getByRole('button', { name: /^Boost for/ }),
    page.getByRole('link', { name: 'Feed' }),
  ];
  for (const control of offered) expect(await control.isVisible()).toBe(true);
  const text = page.getByLabel('Text', { exact: true });
  await text.fill('Begun before the switch');
  expect(await focused(page)).toBe('text');
  await set(all(false));
  await nextPoll();
  await page.getByText('Nobody can write at present.').waitFor();
  await page.getByText("Pictures can't be uploaded at present.").waitFor();
  await page.getByText('Switched off at present: Boosts, Public pages, Following, Feed.').waitFor();
  // In the place of the feed.
  await page.getByRole('heading', { name: 'Your posts' }).waitFor();
  await page.getByText('Before the switch').waitFor();
  for (const control of offered) expect(await control.isVisible()).toBe(false);
  for (const name of ['Post', 'Upload'])
    expect(await page.getByRole('button', { name, exact: true }).isVisible()).toBe(false);
  expect(await focused(page)).toBe('write-title');
  expect(await axeFaults(page)).toEqual([]);
  await set(all(true));
  await nextPoll();
  await text.waitFor();
  expect(await text.inputValue()).toBe('Begun before the switch');
  await page.getByRole('heading', { name: 'Your feed' }).waitFor();
  await set({ ...all(true), posts: false, signUp: false, publicPages: false });
  // Told by the refusal, before the page asks.
  await page.getByRole('button', { name: 'Post', exact: true }).click();
  await page.getByText('Nobody can write at present.').waitFor();
  await page.getByRole('button', { name: 'Log out', exact: true }).click();
  await page.getByText('You are logged out.').waitFor();
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
  await write(page, 'Without an origin');
  await page.getByText('Posted.').waitFor();
  await page.getByRole('list').getByText('Without an origin').waitFor();
  await page.context().close();
});
