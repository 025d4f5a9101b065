import { call, newKey, Problem, type Post } from './client';
import { create } from './dom';
import { editForm } from './edit';
import { personLink } from './people';
import { readSession } from './state';

const BOOST = { amountCents: 100, currency: 'EUR' };

/** With the year where it is not this one. */
const shown = (at: Date): string =>
  at.toLocaleString(undefined, {
    ...(at.getFullYear() === new Date().getFullYear() ? {} : { year: 'numeric' }),
    ...{ month: 'short', day: 'numeric', hour: 'numeric', minute: '2-digit' },
  });

/** Where an entry says what came of what was done with it. */
export interface Surroundings {
  said(text: string): void;
  failed(error: unknown): void;
  /** The entry was taken out; where its reader goes on is up to the list. */
  removed(item: HTMLLIElement): void;
}

const quiet = (textContent: string, className = ''): HTMLButtonElement =>
  create('button', { type: 'button', className: `quiet ${className}`, textContent });

/** Runs what a button is for, once at a time; it keeps the focus meanwhile. */
function onClick(button: HTMLButtonElement, { failed }: Surroundings, run: () => Promise<void>): void {
  button.addEventListener('click', () => {
    if (button.ariaDisabled === 'true') return;
    button.ariaDisabled = 'true';
    run()
      .catch(failed)
      .finally(() => (button.ariaDisabled = null));
  });
}

/** Pays for a post to be seen more, once for each entry that is shown. */
function boostButton(post: Post, around: Surroundings): HTMLButtonElement {
  const button = quiet('Boost for €1', 'boost');
  const key = newKey();
  let boosted = false;
  onClick(button, around, async () => {
    if (boosted) return;
    await call('POST', `/v1/posts/${post.id}/boosts`, { body: BOOST, key });
    boosted = true;
    button.textContent = 'Boosted';
    around.said('Your post is boosted: more people will see it.');
  });
  return button;
}

/** Asks once more, in the place of the buttons. */
function askDelete(post: Post, item: HTMLLIElement, actions: HTMLElement, around: Surroundings): void {
  const before = [...actions.children];
  const sure = quiet('Delete for good', 'danger');
  const keep = quiet('Keep it');
  keep.addEventListener('click', () => {
    actions.replaceChildren(...before);
    actions.querySelector<HTMLElement>('.delete')?.focus();
  });
  onClick(sure, around, async () => {
    await call('DELETE', `/v1/posts/${post.id}`).catch((error: unknown) => {
      // Gone is what was wanted, whoever did it.
      if (!(error instanceof Problem && error.status === 404)) throw error;
    });
    around.removed(item);
  });
  actions.replaceChildren(create('span', { textContent: 'Delete this post?' }), sure, keep);
  keep.focus();
}

/** One post of a list, with what its reader may do with it. */
export function entry(post: Post, around: Surroundings, item = create('li')): HTMLLIElement {
  const when = shown(new Date(post.createdAt));
  const link = create(
    'a',
    { href: `#/post/${post.id}`, className: 'when', ariaLabel: `Post of ${when}` },
    create('time', { dateTime: post.createdAt, textContent: when }),
  );
  const edited = post.version > 1 ? [create('span', { className: 'edited', textContent: 'edited' })] : [];
  const actions = create(
    'div',
    { className: 'acts' },
    create('a', { href: `/p/${post.id}`, className: 'public-page', textContent: 'Public page' }),
    ...(readSession() ? [boostButton(post, around)] : []),
  );
  if (post.authorId === readSession()?.user.id) {
    const [edit, remove] = [quiet('Edit', 'edit-post'), quiet('Delete', 'delete')];
    edit.addEventListener('click', () => {
      const form = editForm(post, (now, said) => {
        entry(now, around, item).querySelector<HTMLElement>('.edit-post')?.focus();
        if (said !== undefined) around.said(said);
      });
      item.replaceChildren(item.firstElementChild!, form);
      form.querySelector('textarea')?.focus();
    });
    remove.addEventListener('click', () => askDelete(post, item, actions, around));
    actions.append(edit, remove);
  }
  item.replaceChildren(
    create('p', { className: 'by' }, personLink(post.authorId), link, ...edited),
    create('p', { className: 'text', textContent: post.text }),
    actions,
  );
  return item;
}
