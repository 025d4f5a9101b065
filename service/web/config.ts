import { fetchConfig, useApi, type ClientConfig } from './client';
import { create, describe, find } from './dom';

const NAMES: Readonly<Record<string, string>> = {
  signUp: 'Sign up',
  posts: 'Write posts',
  pictures: 'Pictures',
  boosts: 'Boosts',
  publicPages: 'Public pages',
  statistics: 'Figures of days',
};

const list = find('config', HTMLDListElement);
const status = find('config-status', HTMLParagraphElement);
const banner = find('banner', HTMLParagraphElement);

function show(config: ClientConfig): void {
  const rows: [string, string][] = [
    ['API', config.apiBaseUrl],
    ...Object.entries(config.features).map(([name, on]): [string, string] => [
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
  // What is switched off is not offered, and says so where it would be missed.
  for (const [name, on] of Object.entries(config.features)) {
    for (const part of document.querySelectorAll<HTMLElement>(`[data-on="${name}"]`)) part.hidden = !on;
    for (const part of document.querySelectorAll<HTMLElement>(`[data-off="${name}"]`)) part.hidden = on;
    document.body.classList.toggle(`no-${name}`, !on);
  }
  const notice = config.updateRequired ? 'This page is out of date. Reload it to go on.' : config.message;
  banner.hidden = notice === null;
  banner.textContent = notice ?? '';
  status.textContent = '';
}

let seconds = 60;

async function refresh(): Promise<void> {
  try {
    const config = await fetchConfig();
    useApi(config.apiBaseUrl);
    seconds = config.refreshSeconds;
    show(config);
  } catch (error) {
    status.textContent = describe(error);
  }
  setTimeout(() => void refresh(), seconds * 1000);
}

/** Fetches the configuration now and again and again; the last good one stays in force. */
export async function startConfig(): Promise<void> {
  // Until something better is known, the page's own origin serves the API as well.
  useApi(location.origin);
  await refresh();
}
