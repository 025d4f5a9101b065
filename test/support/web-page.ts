import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { Page } from 'playwright-core';

const AXE = readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8');
/** CSS pixels of what a finger must hit, in both directions. */
const TARGET = 44;

/** Builds the page. @returns a folder to remove, with the page in `web` */
export function buildPage(): string {
  const out = mkdtempSync(join(tmpdir(), 'tiers-web-'));
  const script = resolve(__dirname, '../../scripts/build.mjs');
  execFileSync(process.execPath, [script, `--out=${out}`, 'web'], { stdio: 'pipe' });
  return out;
}

export async function signUp(
  page: Page,
  name = `u_${Math.random().toString(36).slice(2, 10)}`,
): Promise<string> {
  await page.getByLabel('Name').fill(name);
  await page.getByLabel('Password').fill('correct horse battery');
  await page.getByRole('button', { name: 'Sign up' }).click();
  await page.getByRole('heading', { name: 'Write a post' }).waitFor();
  return name;
}

export async function write(page: Page, text: string): Promise<void> {
  await page.getByLabel('Text', { exact: true }).fill(text);
  await page.getByRole('button', { name: 'Post', exact: true }).click();
}

/** What axe finds wrong: labels, landmarks, live regions, contrast and the rest of WCAG 2.2 A and AA. */
export async function axeFaults(page: Page): Promise<string[]> {
  await page.evaluate(AXE);
  const found = (await page.evaluate('axe.run()')) as {
    violations: { id: string; help: string; nodes: { html: string }[] }[];
  };
  return found.violations.map(
    ({ id, help, nodes }) => `${id}: ${help}: ${nodes.map(({ html }) => html).join(' ')}`,
  );
}

/** What keeps a state of the page from being used: axe's faults, what is wider than the screen, and what a finger can't hit. */
export async function unfit(page: Page): Promise<string[]> {
  const wider = (await page.evaluate(
    'document.documentElement.scrollWidth - document.documentElement.clientWidth',
  )) as number;
  const small =
    (await page.evaluate(`[...document.querySelectorAll('a, button, input, select, textarea, summary')]
    .filter((one) => one.checkVisibility() && !one.matches('.skip'))
    .map((one) => [one.outerHTML, one.getBoundingClientRect()])
    .filter(([, { width, height }]) => Math.min(width, height) < ${TARGET} - 0.5)
    .map(([html, { width, height }]) => 'small (' + width + ' x ' + height + '): ' + html)`)) as string[];
  return [
    ...(wider > 0 ? [`${wider} pixels wider than the screen`] : []),
    ...small,
    ...(await axeFaults(page)),
  ];
}

export const focused = (page: Page): Promise<unknown> => page.evaluate('document.activeElement.id');
