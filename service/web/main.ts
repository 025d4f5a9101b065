import { call, logOut, newKey, pause, SIGNED_OUT } from './client';
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
addEventListener('hashchange', route);

startAccount();
startFeed();
startPictures();
await Promise.race([startConfig(), pause(CONFIG_WAIT_MS)]);
route();
