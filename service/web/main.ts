import { call, newKey, Problem } from './client';
import { startConfig } from './config';
import { find, onSubmit } from './dom';
import { show, startFeed } from './feed';
import { startPictures } from './pictures';
import { keepSession, readSession, type Session } from './state';

const welcome = find('welcome', HTMLElement);
const home = find('home', HTMLElement);
const who = find('who', HTMLParagraphElement);

/** Draws what the address names: `#/`, `#/user/<id>` or `#/post/<id>`. */
function route(): void {
  const session = readSession();
  welcome.hidden = session !== undefined;
  home.hidden = session === undefined;
  who.hidden = session === undefined;
  if (session === undefined) return;
  find('who-name', HTMLSpanElement).textContent = session.user.name;
  const [, kind, id] = /^#\/(user|post)\/(\d{1,18})$/.exec(location.hash) ?? [];
  if (id !== undefined && (kind === 'user' || kind === 'post')) void show({ kind, id });
  else void show({ kind: 'user', id: session.user.id });
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
    keepSession(undefined);
    location.hash = '#/';
    location.reload();
  });
}

// A token that is no longer accepted means logging in again, wherever it shows.
window.addEventListener('unhandledrejection', (event) => {
  if (event.reason instanceof Problem && event.reason.status === 401) keepSession(undefined);
});
window.addEventListener('hashchange', route);

startAccount();
startFeed();
startPictures();
await startConfig();
route();
