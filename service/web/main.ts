import { pause } from './client';
import { startAccount } from './account';
import { isOn, startConfig } from './config';
import { find } from './dom';
import { mend, show, startFeed, type View } from './feed';
import { startPictures } from './pictures';
import { readSession } from './state';
import { startTheme } from './theme';

const welcome = find('welcome', HTMLElement);
const home = find('home', HTMLElement);
let shown: View | undefined;

/** What the address names: `#/`, `#/posts`, or `#/user/<id>` and `#/post/<id>`, which anybody may read. */
function wanted(): View | undefined {
  const [, kind, id] = /^#\/(user|post)\/(\d{1,19})$/.exec(location.hash) ?? [];
  if (id !== undefined && (kind === 'user' || kind === 'post')) return { kind, id };
  const own = readSession()?.user.id;
  if (own === undefined) return undefined;
  return { kind: isOn('feed') && location.hash !== '#/posts' ? 'feed' : 'user', id: own };
}

/** Draws what the address names; `anew` also where that is what is shown. */
function route(anew = true): void {
  const session = readSession();
  const view = wanted();
  welcome.hidden = view !== undefined;
  home.hidden = view === undefined;
  find('log-in', HTMLAnchorElement).hidden = session !== undefined || view === undefined;
  document.body.classList.toggle('guest', session === undefined);
  find('who-name', HTMLElement).textContent = session?.user.name ?? '';
  if (view === undefined) {
    document.title = 'Tiers';
    return;
  }
  if (!anew && shown?.kind === view.kind && shown.id === view.id) return;
  shown = view;
  void show(view);
}

/** Somebody followed a link of the page: what they get is where they go on, with a screen reader too. */
function follow(): void {
  route();
  find(home.hidden ? 'main' : 'feed-title', HTMLElement).focus();
}

/** Longest wait for the configuration before the page is shown without it, in ms. */
const CONFIG_WAIT_MS = 1_500;

addEventListener('hashchange', follow);
startTheme();
addEventListener('online', mend);
startAccount(
  (goesOn) => {
    // What a request of the ended session said is over.
    if (goesOn) for (const stale of home.querySelectorAll<HTMLElement>('.problem')) stale.hidden = true;
    route(!goesOn);
    mend();
  },
  // All that is on the page stays as it is behind the form, wherever the address leads.
  () => {
    welcome.hidden = false;
    home.hidden = true;
  },
);
startFeed();
startPictures();
let ready = false;
await Promise.race([startConfig(() => ready && route(false)), pause(CONFIG_WAIT_MS)]);
ready = true;
route();
