import { call, logOut, newKey, pause, SIGNED_OUT } from './client';
import { startConfig } from './config';
import { find, onSubmit } from './dom';
import { show, startFeed, type View } from './feed';
import { startPictures } from './pictures';
import { keepSession, readSession, type Session } from './state';
import { startTheme } from './theme';

const welcome = find('welcome', HTMLElement);
const home = find('home', HTMLElement);
const who = find('who', HTMLParagraphElement);

/** Draws what the address names: `#/`, `#/user/<id>` or `#/post/<id>`, which anybody may read. */
function route(): void {
  const session = readSession();
  const [, kind, id] = /^#\/(user|post)\/(\d{1,18})$/.exec(location.hash) ?? [];
  const named: View | undefined =
    id !== undefined && (kind === 'user' || kind === 'post') ? { kind, id } : undefined;
  const view: View | undefined = named ?? (session && { kind: 'user', id: session.user.id });
  welcome.hidden = view !== undefined;
  home.hidden = view === undefined;
  who.hidden = session === undefined;
  find('log-in', HTMLAnchorElement).hidden = session !== undefined || view === undefined;
  document.body.classList.toggle('guest', session === undefined);
  find('who-name', HTMLSpanElement).textContent = session?.user.name ?? '';
  if (view) void show(view);
  else document.title = 'Tiers';
}

/** Somebody followed a link of the page: what they get is where they go on, with a screen reader too. */
function follow(): void {
  route();
  find(home.hidden ? 'main' : 'feed-title', HTMLElement).focus();
}

function startAccount(): void {
  const form = find('account', HTMLFormElement);
  let key = newKey();
  form.addEventListener('input', () => {
    key = newKey();
  });
  onSubmit(form, async (data, button) => {
    const body = { name: data.get('name'), password: data.get('password') };
    const signUp = button?.value === 'sign-up';
    const session = signUp
      ? await call<Session>('POST', '/v1/users', { body, key })
      : await call<Session>('POST', '/v1/sessions', { body, repeatable: true });
    keepSession(session);
    form.reset();
    route();
    find('main', HTMLElement).focus();
  });
  find('log-out', HTMLButtonElement).addEventListener('click', () => {
    logOut();
    location.hash = '#/';
    location.reload();
  });
}

/** Longest wait for the configuration before the page is shown without it, in ms. */
const CONFIG_WAIT_MS = 1_500;

addEventListener(SIGNED_OUT, () => {
  route();
  const problem = welcome.querySelector<HTMLElement>('.problem');
  if (problem) {
    problem.textContent = 'Your session has ended. Log in again to go on.';
    problem.hidden = false;
  }
});
addEventListener('hashchange', follow);

startTheme();
startAccount();
startFeed();
startPictures();
await Promise.race([startConfig(), pause(CONFIG_WAIT_MS)]);
route();
