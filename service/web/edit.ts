import { call, Problem, type Post } from './client';
import { countDown, create, onSubmit, TEXT_LIMIT } from './dom';

/** What was begun and not saved, by post: nobody loses it to a list that is loaded again. */
const drafts = new Map<string, string>();

/**
 * A form in the place of a post's text. What was typed is kept whatever happens: only saving, taking the other text or cancelling ends it.
 * @param done the post as it is now
 */
export function editForm(post: Post, done: (post: Post, said?: string) => void): HTMLFormElement {
  let { version } = post;
  const id = `edit-${post.id}`;
  const field = create('textarea', {
    id,
    name: 'text',
    rows: 4,
    maxLength: TEXT_LIMIT,
    required: true,
    value: drafts.get(post.id) ?? post.text,
  });
  field.setAttribute('aria-describedby', `${id}-count`);
  const count = create('p', { id: `${id}-count`, className: 'hint' });
  countDown(field, count);
  field.addEventListener('input', () => drafts.set(post.id, field.value));
  const problem = create('p', { className: 'problem', role: 'alert', hidden: true });
  const other = create('div', { className: 'other', hidden: true });
  const save = create('button', { type: 'submit', textContent: 'Save' });
  const cancel = create('button', { type: 'button', className: 'second', textContent: 'Cancel' });
  const form = create(
    'form',
    { noValidate: true, className: 'edit' },
    create(
      'div',
      { className: 'field' },
      create('label', { htmlFor: id, textContent: 'Your post' }),
      field,
      count,
    ),
    problem,
    other,
    create('div', { className: 'actions' }, save, cancel),
  );
  const end = (now: Post, said?: string): void => {
    drafts.delete(post.id);
    done(now, said);
  };
  cancel.addEventListener('click', () => end(post));

  /** Somebody else, or oneself elsewhere, was faster: both texts are shown, and the choice is the author's. */
  async function showOther(): Promise<void> {
    const { post: now } = await call<{ post: Post }>('GET', `/v1/posts/${post.id}`);
    version = now.version;
    const take = create('button', { type: 'button', className: 'second', textContent: 'Keep that text' });
    take.addEventListener('click', () => end(now));
    other.replaceChildren(
      create('p', { className: 'hint', textContent: 'The post now says:' }),
      create('blockquote', { className: 'text', textContent: now.text }),
      take,
    );
    other.hidden = false;
    save.textContent = 'Save your text instead';
  }

  onSubmit(form, async () => {
    try {
      const body = { text: field.value, version };
      end((await call<{ post: Post }>('PATCH', `/v1/posts/${post.id}`, { body })).post, 'Saved.');
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      if (error.code === 'post_not_found') {
        const message =
          'This post was deleted meanwhile. Copy your text into a new post if you want to keep it.';
        throw new Problem(message, error.status, error.code);
      }
      if (error.code !== 'post_changed') throw error;
      await showOther();
      const message =
        'This post was changed while you were writing. Your text is kept: compare the two and choose one.';
      throw new Problem(message, error.status, error.code);
    }
  });
  return form;
}
