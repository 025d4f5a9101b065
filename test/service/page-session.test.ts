import { DeleteItemCommand, ScanCommand } from '@aws-sdk/client-dynamodb';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { Bench } from '../support/bench';
import { openBrowser } from '../support/browser';
import { freePort } from '../support/ports';
import { waitFor } from '../support/wait';

/** The page in a real browser, with tokens that expire while it is looked at. */
const SCRIPT = resolve(__dirname, '../../scripts/build.mjs');

let bench: Bench;
let web: string;
let browser: Browser;
beforeAll(async () => {
  web = mkdtempSync(join(tmpdir(), 'tiers-web-'));
  execFileSync(process.execPath, [SCRIPT, `--out=${web}`, 'web'], { stdio: 'pipe' });
  [bench, browser] = await Promise.all([Bench.start(), openBrowser()]);
}, 120_000);
afterAll(async () => {
  await browser?.close();
  await bench?.stop();
  rmSync(web, { recursive: true });
}, 60_000);

/** A page of somebody who has signed up; `expire` waits until their token is no longer accepted. */
async function signedUp(name: string): Promise<{ page: Page; expire: () => Promise<void> }> {
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  await bench.api({ WEB_ROOT: join(web, 'web'), WEB_ORIGIN: url, ACCESS_LIFETIME_SECONDS: '2' }, port);
  const page = await (await browser.newContext()).newPage();
  await page.goto(url);
  await page.getByLabel('Name').fill(name);
  await page.getByLabel('Password').fill('correct horse battery');
  await page.getByRole('button', { name: 'Sign up' }).click();
  await page.getByRole('heading', { name: 'Write a post' }).waitFor();
  const expire = async (): Promise<void> => {
    const kept = await page.evaluate<string>("sessionStorage.getItem('tiers.session')");
    const { token } = JSON.parse(kept) as { token: string };
    await waitFor('the token to expire', async () => {
      const headers = { authorization: `Bearer ${token}` };
      return (await fetch(`${url}/v1/pictures/1/complete`, { method: 'POST', headers })).status === 401;
    });
  };
  return { page, expire };
}

async function write(page: Page, text: string): Promise<void> {
  await page.getByLabel('Text', { exact: true }).fill(text);
  await page.getByRole('button', { name: 'Post', exact: true }).click();
}

test('whoever stays on the page stays logged in, past the life of a token', async () => {
  const { page, expire } = await signedUp('zaphod');
  for (const text of ['the first', 'the second']) {
    await expire();
    await write(page, text);
    await page.getByRole('list').getByText(text).waitFor();
  }
}, 60_000);

test('a session that was ended elsewhere asks to log in again', async () => {
  const { page, expire } = await signedUp('beeblebrox');
  const table = bench.resources.table;
  await expire();
  const items = await bench.aws.dynamodb.send(new ScanCommand({ TableName: table }));
  for (const { pk, sk } of items.Items ?? [])
    await bench.aws.dynamodb.send(new DeleteItemCommand({ TableName: table, Key: { pk: pk!, sk: sk! } }));
  await write(page, 'too late');
  await page.getByText('Your session has ended. Log in again to go on.').first().waitFor();
}, 60_000);
