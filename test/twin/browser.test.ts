import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import sharp from 'sharp';
import { openBrowser } from '../support/browser';
import { synthesized } from './support';
import { TwinRun } from './twin-run';

/** The page in a real browser, from the CDN and the balancer to the bucket and back, as a person uses it. */
const OFFSET = 9750;
/** Behind the CDN, and at the balancer, which serves the page too. */
const SITE = `https://localhost:${444 + OFFSET}`;
const BALANCER = `https://localhost:${443 + OFFSET}`;
const WIDTHS = [1200, 400];

let folder: string;
let run: TwinRun;
let browser: Browser;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'tiers-test-browser-'));
  const plan = synthesized(join(folder, 'plan'), 'local');
  run = new TwinRun({ runFolder: join(folder, 'run'), block: 66, offset: OFFSET, plan });
  [browser] = await Promise.all([openBrowser(), run.untilServing()]);
}, 180_000);

afterAll(async () => {
  await browser?.close();
  await run?.stop();
  rmSync(folder, { recursive: true, force: true });
}, 60_000);

/** A page at a width, whose own errors fail the test. */
async function open(width: number, site = SITE): Promise<{ page: Page; errors: string[] }> {
  const context = await browser.newContext({ ignoreHTTPSErrors: true, viewport: { width, height: 800 } });
  const page = await context.newPage();
  const errors: string[] = [];
  page.on('pageerror', (error) => errors.push(error.message));
  page.on('console', (message) => {
    if (message.type() === 'error') errors.push(message.text());
  });
  await page.goto(site);
  return { page, errors };
}

test.each(WIDTHS)(
  'at %i pixels a person signs up, writes, reads it, uploads a picture and sees it',
  async (width) => {
    const { page, errors } = await open(width);
    await page.getByLabel('Name').fill(`visitor-${width}`);
    await page.getByLabel('Password').fill('correct horse battery');
    await page.getByRole('button', { name: 'Sign up' }).click();
    await page.getByRole('heading', { name: 'Write a post' }).waitFor();

    await page.getByLabel('Text', { exact: true }).fill('Written in a browser');
    await page.getByRole('button', { name: 'Post', exact: true }).click();
    await page.getByRole('list').getByText('Written in a browser').waitFor();

    await page.getByRole('button', { name: 'Boost for €1' }).click();
    await page.getByRole('button', { name: 'Boosted' }).waitFor();

    const buffer = await sharp({ create: { width: 900, height: 600, channels: 3, background: 'teal' } })
      .png()
      .toBuffer();
    await page
      .getByLabel('Picture or video')
      .setInputFiles({ name: 'teal.png', mimeType: 'image/png', buffer });
    await page.getByRole('button', { name: 'Upload' }).click();
    const thumbnail = page.getByRole('list', { name: 'Your pictures of this visit' }).locator('img');
    await thumbnail.waitFor({ timeout: 60_000 });
    // Fails where the picture does not arrive or cannot be shown.
    await thumbnail.evaluate('(image) => image.decode()');

    // The page and its files came from the CDN, what it asked the API did not.
    const asked = (await page.evaluate(
      'performance.getEntriesByType("resource").map(({ name }) => name)',
    )) as string[];
    expect(asked.filter((name) => name.startsWith(`${SITE}/assets/`)).length).toBeGreaterThan(1);
    expect(asked.filter((name) => name.startsWith(`${BALANCER}/v1/posts`)).length).toBeGreaterThan(0);

    const root = 'document.documentElement';
    const overflow = await page.evaluate(`${root}.scrollWidth - ${root}.clientWidth`);
    expect(overflow).toBe(0);
    expect(errors).toEqual([]);
    await page.context().close();
  },
  120_000,
);

test('a wrong password is explained where it was typed, and the page goes on working', async () => {
  const { page } = await open(400);
  await page.getByLabel('Name').fill('visitor-1200');
  await page.getByLabel('Password').fill('not the password');
  await page.getByRole('button', { name: 'Log in' }).click();
  await page.getByRole('alert').filter({ visible: true }).waitFor();
  await page.getByLabel('Password').fill('correct horse battery');
  await page.getByRole('button', { name: 'Log in' }).click();
  await page.getByRole('heading', { name: 'Write a post' }).waitFor();
  await page.getByRole('list').getByText('Written in a browser').waitFor();
  await page.context().close();
}, 60_000);

test('at the balancer the page works as at the CDN', async () => {
  const { page, errors } = await open(400, BALANCER);
  await page.getByLabel('Name').fill('visitor-1200');
  await page.getByLabel('Password').fill('correct horse battery');
  await page.getByRole('button', { name: 'Log in' }).click();
  await page.getByRole('list').getByText('Written in a browser').waitFor();
  expect(errors).toEqual([]);
  await page.context().close();
}, 60_000);

test('a post is a page that the CDN keeps, in the theme of each visitor', async () => {
  const { page, errors } = await open(400);
  await page.getByLabel('Name').fill('visitor-1200');
  await page.getByLabel('Password').fill('correct horse battery');
  await page.getByRole('button', { name: 'Log in' }).click();
  const link = page.getByRole('link', { name: 'Public page' });
  const address = SITE + (await link.first().getAttribute('href'));
  const how = async () => String((await page.goto(address))?.headers()['x-cache']).split(' ')[0];
  await how();
  expect(await how()).toBe('Hit');
  await page.getByText('Written in a browser').waitFor();
  await page.getByRole('link', { name: 'Open in Tiers' }).click();
  await page.getByLabel('Theme').selectOption('dark');
  expect(await how()).toBe('Miss');
  expect(await page.locator('html').getAttribute('data-theme')).toBe('dark');
  expect(errors).toEqual([]);
  await page.context().close();
}, 60_000);
