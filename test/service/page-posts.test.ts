import { rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, Locator, Page } from 'playwright-core';
import { Bench } from '../support/bench';
import { openBrowser } from '../support/browser';
import { freePort } from '../support/ports';
import { Visitor } from '../support/visitor';
import { buildPage, focused, signUp, unfit, write } from '../support/web-page';
import { waitFor } from '../support/wait';

/** What people do with posts on the page, and what they are told where it does not work out. */
jest.setTimeout(60_000);
const SMALL = {
  viewport: { width: 320, height: 640 },
  colorScheme: 'dark',
  reducedMotion: 'reduce',
} as const;

let bench: Bench;
let web: string;
let url: string;
let browser: Browser;

async function serve(overrides: Record<string, string> = {}): Promise<string> {
  const port = await freePort();
  const origin = `http://127.0.0.1:${port}`;
  await bench.api({ WEB_ROOT: join(web, 'web'), WEB_ORIGIN: origin, ...overrides }, port);
  return origin;
}

beforeAll(async () => {
  web = buildPage();
  [bench, browser] = await Promise.all([Bench.start(), openBrowser()]);
  url = await serve();
}, 120_000);
afterAll(async () => {
  await browser?.close();
  await bench?.stop();
  rmSync(web, { recursive: true });
}, 60_000);
afterEach(() => Promise.all(browser.contexts().map((context) => context.close())));

async function signedUp(at = url): Promise<{ page: Page; name: string }> {
  const page = await (await browser.newContext(SMALL)).newPage();
  await page.goto(at);
  return { page, name: await signUp(page) };
}

const button = (within: Page | Locator, name: string): Locator =>
  within.getByRole('button', { name, exact: true });
const focusedText = (page: Page): Promise<unknown> => page.evaluate('document.activeElement.textContent');
const isFit = async (page: Page, state: string): Promise<void> =>
  expect([state, await unfit(page)]).toEqual([state, []]);

/** The same request that another device of the author would send. */
async function elsewhere(page: Page, method: string, path: string, body?: unknown): Promise<number> {
  const kept = (await page.evaluate("sessionStorage.getItem('tiers.session')")) as string;
  const { token } = JSON.parse(kept) as { token: string };
  const answer = await fetch(url + path, {
    method,
    headers: {
      authorization: `Bearer ${token}`,
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    },
    body: body === undefined ? undefined : JSON.stringify(body),
  });
  return answer.status;
}

/** A post of who is signed up, and its address in the API. */
async function written(page: Page, text: string): Promise<{ post: Locator; path: string }> {
  await write(page, text);
  const post = page.getByRole('listitem').filter({ hasText: text });
  const link = await post.getByRole('link', { name: 'Public page' }).getAttribute('href');
  return { post: page.locator('.posts li').first(), path: (link ?? '').replace('/p/', '/v1/posts/') };
}

describe('an author', () => {
  test('changes a post in its place, and goes on where the button was', async () => {
    const { page } = await signedUp();
    const { post } = await written(page, 'first text');
    await button(post, 'Edit').click();
    expect(await focused(page)).toMatch(/^edit-\d+$/);
    await isFit(page, 'editing');
    await page.getByLabel('Your post', { exact: true }).fill('');
    await button(post, 'Save').click();
    await post.getByRole('alert').filter({ hasText: 'Your post: Fill this in.' }).waitFor();
    await page.getByLabel('Your post', { exact: true }).fill('second text');
    await button(post, 'Save').click();
    await page.getByText('Saved.').waitFor();
    expect(await post.innerText()).toMatch(/edited[^]*second text/);
    expect(await focusedText(page)).toBe('Edit');
    await button(post, 'Edit').click();
    await page.getByLabel('Your post', { exact: true }).fill('never mind');
    await button(post, 'Cancel').click();
    expect(await post.innerText()).toContain('second text');
    await isFit(page, 'changed');
  });

  test('finds what was begun where the list was left meanwhile', async () => {
    const { page } = await signedUp();
    const { post } = await written(page, 'first text');
    await button(post, 'Edit').click();
    await page.getByLabel('Your post', { exact: true }).fill('half a thought');
    await page.getByRole('link', { name: 'Your posts' }).click();
    await page.getByRole('heading', { name: 'Your posts' }).waitFor();
    await button(post, 'Edit').click();
    expect(await page.getByLabel('Your post', { exact: true }).inputValue()).toBe('half a thought');
  });

  test('who was faster elsewhere sees both texts, and chooses', async () => {
    const { page } = await signedUp();
    const { post, path } = await written(page, 'first text');
    const text = page.getByLabel('Your post', { exact: true });
    await button(post, 'Edit').click();
    await text.fill('mine');
    expect(await elsewhere(page, 'PATCH', path, { text: 'from the phone', version: 1 })).toBe(200);
    await button(post, 'Save').click();
    await page.getByText('This post was changed while you were writing. Your text is kept').waitFor();
    await page.getByText('from the phone').waitFor();
    expect(await text.inputValue()).toBe('mine');
    await isFit(page, 'conflict');
    await button(post, 'Save your text instead').click();
    await page.getByText('Saved.').waitFor();
    await button(post, 'Edit').click();
    await text.fill('mine again');
    expect(await elsewhere(page, 'PATCH', path, { text: 'from the tablet', version: 3 })).toBe(200);
    await button(post, 'Save').click();
    await button(post, 'Keep that text').click();
    expect(await post.innerText()).toContain('from the tablet');
  });

  test('whose post was deleted elsewhere keeps the text', async () => {
    const { page } = await signedUp();
    const { post, path } = await written(page, 'first text');
    await button(post, 'Edit').click();
    await page.getByLabel('Your post', { exact: true }).fill('worth keeping');
    expect(await elsewhere(page, 'DELETE', path)).toBe(204);
    await button(post, 'Save').click();
    await page.getByText('This post was deleted meanwhile. Copy your text').waitFor();
    expect(await page.getByLabel('Your post', { exact: true }).inputValue()).toBe('worth keeping');
  });

  test('deletes a post after being asked once more, and its page says so', async () => {
    const { page } = await signedUp();
    const { post, path } = await written(page, 'to be deleted');
    await button(post, 'Delete').click();
    expect(await focusedText(page)).toBe('Keep it');
    await isFit(page, 'asked once more');
    await button(post, 'Keep it').click();
    expect(await focusedText(page)).toBe('Delete');
    await button(post, 'Delete').click();
    await button(post, 'Delete for good').click();
    await page.getByText('Deleted. Nothing here yet.').waitFor();
    expect(await focused(page)).toBe('feed-title');
    await isFit(page, 'empty');
    const answer = await page.goto(url + path.replace('/v1/posts/', '/p/'));
    expect(answer?.status()).toBe(410);
    await page.getByRole('heading', { name: 'This post was deleted' }).waitFor();
    await isFit(page, 'deleted page');
  });

  test('is not told of a fault where the post is gone already', async () => {
    const { page } = await signedUp();
    const { post, path } = await written(page, 'deleted twice');
    await button(post, 'Delete').click();
    expect(await elsewhere(page, 'DELETE', path)).toBe(204);
    await button(post, 'Delete for good').click();
    await page.getByText('Deleted.').waitFor();
  });
});

test('somebody follows an author, finds their posts in the feed, and stops', async () => {
  const name = `tina_${Math.random().toString(36).slice(2, 8)}`;
  const author = await new Visitor(url).signUp(name);
  await author.post('By somebody who is followed');
  const { page } = await signedUp();
  await page.goto(`${url}/#/user/${author.userId}`);
  await page.getByRole('heading', { name: `Posts of ${name}` }).waitFor();
  await isFit(page, 'an author');
  await button(page, 'Follow').click();
  await page.getByText(`You follow ${name}.`).waitFor();
  await page.getByRole('link', { name: 'Feed', exact: true }).click();
  await page.getByText('By somebody who is followed').waitFor();
  expect(await page.getByRole('link', { name: 'Feed', exact: true }).getAttribute('aria-current')).toBe(
    'page',
  );
  await page.getByRole('link', { name, exact: true }).click();
  await button(page, 'Stop following').click();
  await page.getByText(`You no longer follow ${name}.`).waitFor();
  await button(page, 'Follow').waitFor();
  await page.getByRole('link', { name: 'Feed', exact: true }).click();
  await page.getByText('Nothing here yet.').waitFor();
  await page.getByRole('link', { name: 'Your posts' }).click();
  await page.getByText('No posts yet.').waitFor();
  expect(await button(page, 'Follow').count()).toBe(0);
});

test('what is missing from a feed is told, and asked for again', async () => {
  const { page } = await signedUp();
  await write(page, 'what there is');
  await page.route('**/v1/feed?*', async (route) => {
    const answer = await route.fetch();
    await route.fulfill({ response: answer, json: { ...(await answer.json()), incomplete: true } });
  });
  await page.getByRole('link', { name: 'Your posts' }).click();
  await page.getByRole('link', { name: 'Feed', exact: true }).click();
  const note = page.getByText('Some posts are missing');
  await note.waitFor();
  await page.getByText('what there is').waitFor();
  await isFit(page, 'incomplete');
  await page.unroute('**/v1/feed?*');
  await button(page, 'Load again').click();
  await note.waitFor({ state: 'hidden' });
});

test('a feed that does not come says so, and comes when it is asked for again', async () => {
  const { page } = await signedUp();
  await write(page, 'still there');
  await page.getByText('Posted.').waitFor();
  const error = { code: 'database_unavailable', message: 'The database does not answer.', requestId: '1' };
  await page.route('**/v1/users/*/posts?*', (route) => route.fulfill({ status: 503, json: { error } }));
  await page.getByRole('link', { name: 'Your posts' }).click();
  await page.getByRole('alert').filter({ hasText: 'The database does not answer.' }).waitFor();
  await isFit(page, 'error');
  await page.unroute('**/v1/users/*/posts?*');
  await button(page, 'Try again').click();
  await page.getByText('still there').waitFor();
  expect(await focused(page)).toBe('feed-title');
});

test('who does too much is told when to go on, and keeps the text', async () => {
  const { page } = await signedUp(await serve({ RATE_LIMITS: 'write=2/600' }));
  for (const text of ['one', 'two']) await written(page, text);
  await write(page, 'three');
  const alert = page.getByRole('alert').filter({ visible: true });
  await alert.waitFor();
  // Five minutes for each, as a budget fills up evenly.
  expect(await alert.innerText()).toMatch(
    /^That was too much at once\. Try again in [45] minutes, at \d+:\d\d:\d\d.*\.$/,
  );
  expect(await page.getByLabel('Text', { exact: true }).inputValue()).toBe('three');
  await isFit(page, 'too much');
});

test('who is offline keeps what was written, and sends it once', async () => {
  const { page } = await signedUp();
  await page.context().setOffline(true);
  await page.getByText('You are offline.').waitFor();
  await write(page, 'on the train');
  await page.getByText('The service could not be reached. Check your connection').waitFor();
  await isFit(page, 'offline');
  await page.context().setOffline(false);
  await page.getByText('You are offline.').waitFor({ state: 'hidden' });
  await button(page, 'Post').click();
  await page.getByText('Posted.').waitFor();
  await page.getByRole('link', { name: 'Your posts' }).click();
  await page.getByRole('heading', { name: 'Your posts' }).waitFor();
  await waitFor('one post', async () => (await page.getByText('on the train').count()) === 1);
});

test('an answer that is lost is asked for again as the same post, and another text is another post', async () => {
  const { page } = await signedUp();
  await page.route('**/v1/posts', async (route) => {
    await route.fetch();
    await route.abort();
  });
  await write(page, 'kept, never confirmed');
  await page.getByText('The service could not be reached.').waitFor();
  await page.unroute('**/v1/posts');
  await write(page, 'another text');
  await page.getByText('Posted.').waitFor();
  await page.getByRole('link', { name: 'Your posts' }).click();
  await page.getByText('kept, never confirmed').waitFor();
  expect(await page.locator('.posts li').count()).toBe(2);
});

test('an answer that comes late does not get into what is shown by then', async () => {
  const { page } = await signedUp();
  await write(page, 'only once');
  await page.getByText('Posted.').waitFor();
  await page.getByRole('link', { name: 'Your posts' }).click();
  await page.locator('.posts li').waitFor();
  let release = (): void => undefined;
  const held = new Promise<void>((resolve) => (release = resolve));
  await page.route('**/v1/feed?*', async (route) => {
    const answer = await route.fetch();
    await held;
    await route.fulfill({ response: answer });
  });
  const late = page.waitForResponse('**/v1/feed?*');
  await page.getByRole('link', { name: 'Feed', exact: true }).click();
  await page.getByRole('link', { name: 'Your posts' }).click();
  await page.locator('.posts li').waitFor();
  release();
  await (await late).finished();
  // Two turns of the page: what it does with an answer is done.
  await page.evaluate('new Promise((done) => setTimeout(() => setTimeout(done)))');
  expect(await page.locator('.posts li').count()).toBe(1);
});
