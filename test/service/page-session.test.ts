import { DeleteItemCommand, ScanCommand } from '@aws-sdk/client-dynamodb';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { Bench } from '../support/bench';
import { openBrowser } from '../support/browser';
import { freePort } from '../support/ports';
import { waitFor } from '../support/wait';
import { axeFaults, buildPage, focused, signUp, write } from '../support/web-page';

/** The page in a real browser, with tokens that expire while it is looked at. */
let bench: Bench;
let web: string;
let browser: Browser;
beforeAll(async () => {
  web = buildPage();
  [bench, browser] = await Promise.all([Bench.start(), openBrowser()]);
}, 120_000);
afterAll(async () => {
  await browser?.close();
  await bench?.stop();
  rmSync(web, { recursive: true });
}, 60_000);

/** A page of somebody who has signed up; `expire` waits until their token is no longer accepted. */
async function signedUp(): Promise<{
  page: Page;
  name: string;
  url: string;
  expire: () => Promise<void>;
}> {
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  await bench.api({ WEB_ROOT: join(web, 'web'), WEB_ORIGIN: url, ACCESS_LIFETIME_SECONDS: '2' }, port);
  const page = await (await browser.newContext()).newPage();
  await page.goto(url);
  const name = await signUp(page);
  const expire = async (): Promise<void> => {
    const kept = await page.evaluate<string>("sessionStorage.getItem('tiers.session')");
    const { token } = JSON.parse(kept) as { token: string };
    await waitFor('the token to expire', async () => {
      const headers = { authorization: `Bearer ${token}` };
      return (await fetch(`${url}/v1/pictures/1/complete`, { method: 'POST', headers })).status === 401;
    });
  };
  return { page, name, url, expire };
}

/** Ends the sessions of everybody, as nothing on the page would. */
async function forgetSessions(): Promise<void> {
  const table = bench.resources.table;
  const items = await bench.aws.dynamodb.send(new ScanCommand({ TableName: table }));
  for (const { pk, sk } of items.Items ?? [])
    await bench.aws.dynamodb.send(new DeleteItemCommand({ TableName: table, Key: { pk: pk!, sk: sk! } }));
}

const ENDED = 'Your session has ended. Log in again to go on: what you were writing is kept.';

async function logIn(page: Page, name?: string): Promise<void> {
  if (name !== undefined) await page.getByLabel('Name').fill(name);
  await page.getByLabel('Password').fill('correct horse battery');
  await page.getByRole('button', { name: 'Log in' }).click();
}

test('whoever stays on the page stays logged in, past the life of a token', async () => {
  const { page, expire } = await signedUp();
  for (const text of ['the first', 'the second']) {
    await expire();
    await write(page, text);
    await page.getByRole('list').getByText(text).waitFor();
  }
}, 60_000);

test('a session that ends while somebody writes costs a log-in and no word', async () => {
  const { page, expire } = await signedUp();
  await write(page, 'there before');
  await page.getByRole('button', { name: 'Edit' }).click();
  await page.getByLabel('Your post').fill('changed, not saved');
  await expire();
  await forgetSessions();
  await write(page, 'too late');
  await page.getByText(ENDED).waitFor();
  expect(await focused(page)).toBe('password');
  expect(await axeFaults(page)).toEqual([]);
  await logIn(page);
  // Where the person was, with all that was begun.
  await page.getByLabel('Your post').waitFor();
  expect(await page.getByLabel('Your post').inputValue()).toBe('changed, not saved');
  const text = page.getByLabel('Text', { exact: true });
  expect(await text.inputValue()).toBe('too late');
  expect(await page.getByRole('alert').filter({ visible: true }).count()).toBe(0);
  await page.getByRole('button', { name: 'Post', exact: true }).click();
  await page.getByRole('list').getByText('too late').waitFor();
  await page.getByRole('button', { name: 'Save' }).click();
  await page.getByText('Saved.').waitFor();
}, 60_000);

test('what one person was writing is not shown to the next', async () => {
  const { page, url, expire } = await signedUp();
  const other = await (await browser.newContext()).newPage();
  await other.goto(url);
  const name = await signUp(other);
  await expire();
  await forgetSessions();
  await write(page, 'private so far');
  await page.getByText(ENDED).waitFor();
  await logIn(page, name);
  await page.getByRole('heading', { name: 'Write a post' }).waitFor();
  await waitFor('an empty field', async () => {
    const text = page.getByLabel('Text', { exact: true });
    return (await text.inputValue()) === '' && (await page.getByText(`Logged in as ${name}`).isVisible());
  });
}, 60_000);

test('logging out everywhere ends the session on another device as well', async () => {
  const { page, name, url } = await signedUp();
  const other = await (await browser.newContext()).newPage();
  await other.goto(url);
  await logIn(other, name);
  await other.getByRole('heading', { name: 'Write a post' }).waitFor();
  await page.getByRole('button', { name: 'Log out everywhere' }).click();
  await page.getByText('You are logged out here and everywhere else.').waitFor();
  expect(await axeFaults(page)).toEqual([]);
  await write(other, 'from a lost phone');
  await other.getByText(ENDED).waitFor();
}, 60_000);

test('what is typed while a post is on its way stays', async () => {
  const { page } = await signedUp();
  let release = (): void => undefined;
  const held = new Promise<void>((done) => (release = done));
  await page.route('**/v1/posts', async (route) => {
    await held;
    await route.continue();
  });
  await write(page, 'first');
  const text = page.getByLabel('Text', { exact: true });
  await text.fill('second, half');
  release();
  await page.getByText('Posted.').waitFor();
  expect(await text.inputValue()).toBe('second, half');
  await write(page, 'third');
  await page.getByText('third', { exact: true }).waitFor();
  expect(await text.inputValue()).toBe('');
});
