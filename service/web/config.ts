import { fetchConfig, SWITCHED, useApi, type ClientConfig } from './client';
import { create, describe, find } from './dom';

const NAMES: Readonly<Record<string, string>> = {
  signUp: 'Sign up',
  logIn: 'Log in',
  posts: 'Write posts',
  pictures: 'Pictures',
  boosts: 'Boosts',
  publicPages: 'Public pages',
  follows: 'Following',
  feed: 'Feed',
  statistics: 'Figures of days',
  rateLimits: 'Limits of requests',
};
/** Those without a place of their own where it says that they are off. */
const NAMED_ABOVE_POSTS = ['boosts', 'publicPages', 'follows', 'feed'];

const list = find('config', HTMLDListElement);
const status = find('config-status', HTMLParagraphElement);
const banner = find('banner', HTMLParagraphElement);
const off = find('switched-off', HTMLParagraphElement);
const offline = find('offline', HTMLParagraphElement);

let features: ClientConfig['features'] = {};

/** What nobody has said anything about is on. */
export const isOn = (name: string): boolean => features[name] !== false;

/** Where somebody goes on whose control has just gone: the heading of what it was part of. */
function landSoftly(held: Element | null): void {
  if (held === null || held === document.body || held.checkVisibility()) return;
  (held.closest('section')?.querySelector('h2') ?? find('main', HTMLElement)).focus();
}

/** What is switched off is not offered, and says so where it would be missed. What was typed stays. */
function apply(): void {
  const held = document.activeElement;
  for (const [name, on] of Object.entries(features)) {
    for (const part of document.querySelectorAll<HTMLElement>(`[data-on="${name}"]`)) part.hidden = !on;
    for (const part of document.querySelectorAll<HTMLElement>(`[data-off="${name}"]`)) part.hidden = on;
    document.body.classList.toggle(`no-${name}`, !on);
  }
  const missing = NAMED_ABOVE_POSTS.filter((name) => !isOn(name)).map((name) => NAMES[name]);
  off.hidden = missing.length === 0;
  off.textContent = off.hidden ? '' : `Switched off at present: ${missing.join(', ')}. Come back later.`;
  landSoftly(held);
}

function show(config: ClientConfig): void {
  ({ features } = config);
  const rows: [string, string][] = [
    ['API', config.apiBaseUrl],
    ...Object.entries(features).map(([name, on]): [string, string] => [
      NAMES[name] ?? name,
      on ? 'on' : 'off',
    ]),
  ];
  list.replaceChildren(
    ...rows.flatMap(([name, value]) => [
      create('dt', { textContent: name }),
      create('dd', { textContent: value }),
    ]),
  );
  apply();
  const notice = config.updateRequired ? 'This page is out of date. Reload it to go on.' : config.message;
  banner.hidden = notice === null;
  banner.textContent = notice ?? '';
  status.textContent = '';
}

let seconds = 60;
let timer: ReturnType<typeof setTimeout> | undefined;

async function refresh(changed: () => void): Promise<void> {
  clearTimeout(timer);
  try {
    const config = await fetchConfig();
    useApi(config.apiBaseUrl);
    seconds = config.refreshSeconds;
    show(config);
    changed();
  } catch (error) {
    status.textContent = describe(error);
  }
  clearTimeout(timer);
  timer = setTimeout(() => void refresh(changed), seconds * 1000);
}

function showConnection(): void {
  offline.hidden = navigator.onLine;
  offline.textContent = navigator.onLine
    ? ''
    : 'You are offline. What you write stays here; send it when you are connected again.';
}

/**
 * Fetches the configuration now and again and again; the last good one stays in force.
 * @param changed told after each answer
 */
export async function startConfig(changed: () => void): Promise<void> {
  // Until something better is known, the page's own origin serves the API as well.
  useApi(location.origin);
  showConnection();
  addEventListener('offline', showConnection);
  addEventListener('online', () => {
    showConnection();
    void refresh(changed);
  });
  addEventListener(SWITCHED, () => void refresh(changed));
  await refresh(changed);
}
