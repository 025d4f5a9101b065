import { call, logOut, newKey, SIGNED_OUT } from './client';
import { describe, find, onSubmit } from './dom';
import { farewell, keepSession, type Session } from './state';

const form = find('account', HTMLFormElement);
const problem = find('account-problem', HTMLParagraphElement);
const note = find('account-note', HTMLParagraphElement);
const everywhere = find('everywhere', HTMLButtonElement);
const everywhereProblem = find('everywhere-problem', HTMLParagraphElement);

/** Who was writing when the session ended by itself, and where. */
let interrupted: { readonly session: Session; readonly field: Element | null } | undefined;

function leave(said: string): void {
  keepSession(undefined);
  farewell.set(said);
  location.hash = '#/';
  location.reload();
}

/**
 * @param opened somebody logged in; `true` who was writing here goes on, and finds everything as it was
 * @param closed the session ended by itself
 */
export function startAccount(opened: (goesOn: boolean) => void, closed: () => void): void {
  let key = newKey();
  form.addEventListener('input', () => (key = newKey()));
  onSubmit(form, async (data, button) => {
    const body = { name: data.get('name'), password: data.get('password') };
    const session =
      button?.value === 'sign-up'
        ? await call<Session>('POST', '/v1/users', { body, key })
        : await call<Session>('POST', '/v1/sessions', { body, repeatable: true });
    keepSession(session);
    const before = interrupted;
    interrupted = undefined;
    // What one person has begun is nobody else's to see.
    if (before && before.session.user.id !== session.user.id) return location.reload();
    form.reset();
    note.hidden = true;
    opened(before !== undefined);
    if (before?.field instanceof HTMLElement && before.field.checkVisibility()) before.field.focus();
    else find('main', HTMLElement).focus();
  });
  find('log-out', HTMLButtonElement).addEventListener('click', () => {
    logOut();
    leave('You are logged out.');
  });
  everywhere.addEventListener('click', () => {
    if (everywhere.ariaDisabled === 'true') return;
    everywhere.ariaDisabled = 'true';
    everywhereProblem.hidden = true;
    call('POST', '/v1/users/me/revoke', { repeatable: true }).then(
      () => leave('You are logged out here and everywhere else.'),
      (error: unknown) => {
        everywhere.ariaDisabled = null;
        everywhereProblem.textContent = describe(error);
        everywhereProblem.hidden = false;
      },
    );
  });
  addEventListener(SIGNED_OUT, (event) => {
    const session = (event as CustomEvent<Session>).detail;
    interrupted = { session, field: document.activeElement };
    closed();
    problem.textContent = 'Your session has ended. Log in again to go on: what you were writing is kept.';
    problem.hidden = false;
    find('name', HTMLInputElement).value = session.user.name;
    find('password', HTMLInputElement).focus();
  });
  note.textContent = farewell.take() ?? '';
  note.hidden = note.textContent === '';
}
