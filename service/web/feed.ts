import { call, newKey, type Post } from './client';
import { create, describe, find, onSubmit } from './dom';
import { readSession } from './state';

const TEXT_LIMIT = 1000;
const PAGE = 20;
const BOOST = { amountCents: 100, currency: 'EUR' };

const list = find('posts', HTMLOListElement);
const title = find('feed-title', HTMLHeadingElement);
const status = find('feed-status', HTMLParagraphElement);
const problem = find('feed-problem', HTMLParagraphElement);
const more = find('more', HTMLButtonElement);
const back = find('back', HTMLAnchorElement);
const text = find('text', HTMLTextAreaElement);
const count = find('text-count', HTMLParagraphElement);

const time = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'short' });

/** What the list shows: the posts of a user, or one post. */
export type View = { readonly kind: 'user' | 'post'; readonly id: string };
let view: View | undefined;
let next: string | null = null;

/** Pays for a post to be seen more, once for each entry that is shown. */
function boostButton(postId: string): HTMLButtonElement {
  const button = create('button', { type: 'button', className: 'boost quiet', textContent: 'Boost for €1' });
  const key = newKey();
  button.addEventListener('click', () => {
    if (button.ariaDisabled === 'true') return;
    button.ariaDisabled = 'true';
    problem.hidden = true;
    call('POST', `/v1/posts/${postId}/boosts`, { body: BOOST, key }).then(
      () => {
        button.textContent = 'Boosted';
        status.textContent = `Post ${postId} is boosted.`;
      },
      (error: unknown) => {
        button.ariaDisabled = null;
        fail(error);
      },
    );
  });
  return button;
}

function entry(post: Post): HTMLLIElement {
  const own = post.authorId === readSession()?.user.id;
  return create(
    'li',
    {},
    create('p', { className: 'text', textContent: post.text }),
    create(
      'p',
      { className: 'meta' },
      create('time', { dateTime: post.createdAt, textContent: time.format(new Date(post.createdAt)) }),
      create('a', { href: `#/user/${post.authorId}`, textContent: own ? 'You' : `User ${post.authorId}` }),
      create('a', { href: `#/post/${post.id}`, textContent: `Post ${post.id}` }),
      create('a', { href: `/p/${post.id}`, className: 'public-page', textContent: 'Public page' }),
      ...(readSession() ? [boostButton(post.id)] : []),
    ),
  );
}

function fail(error: unknown): void {
  status.textContent = '';
  problem.textContent = describe(error);
  problem.hidden = false;
}

async function loadPosts(id: string): Promise<void> {
  const page = next === null ? '' : `&before=${next}`;
  const answer = await call<{ posts: Post[]; next: string | null }>(
    'GET',
    `/v1/users/${id}/posts?limit=${PAGE}${page}`,
  );
  if (view?.id !== id) return;
  list.append(...answer.posts.map(entry));
  next = answer.next;
  more.hidden = next === null;
  status.textContent = list.children.length === 0 ? 'No posts yet.' : '';
}

async function loadPost(id: string): Promise<void> {
  const { post } = await call<{ post: Post }>('GET', `/v1/posts/${id}`);
  if (view?.id !== id) return;
  list.replaceChildren(entry(post));
  status.textContent = '';
}

/** Shows a view from its beginning. */
export async function show(wanted: View): Promise<void> {
  view = wanted;
  next = null;
  const own = wanted.kind === 'user' && wanted.id === readSession()?.user.id;
  title.textContent = own
    ? 'Your posts'
    : wanted.kind === 'user'
      ? `Posts of user ${wanted.id}`
      : `Post ${wanted.id}`;
  document.title = `${title.textContent} · Tiers`;
  back.hidden = own || readSession() === undefined;
  more.hidden = true;
  problem.hidden = true;
  status.textContent = 'Loading ...';
  list.replaceChildren();
  try {
    await (wanted.kind === 'user' ? loadPosts(wanted.id) : loadPost(wanted.id));
  } catch (error) {
    fail(error);
  }
}

const showCount = (): void => {
  count.textContent = `${(TEXT_LIMIT - text.value.length).toLocaleString()} characters left`;
};

export function startFeed(): void {
  let key = newKey();
  text.addEventListener('input', () => {
    showCount();
    // Another text is another request.
    key = newKey();
  });
  onSubmit(find('composer', HTMLFormElement), async () => {
    const { post } = await call<{ post: Post }>('POST', '/v1/posts', { body: { text: text.value }, key });
    key = newKey();
    text.value = '';
    showCount();
    const own = readSession()?.user.id;
    if (view?.kind === 'user' && view.id === own) {
      const added = entry(post);
      added.classList.add('new');
      list.prepend(added);
      status.textContent = 'Posted.';
    } else location.hash = '#/';
    text.focus();
  });
  more.addEventListener('click', () => {
    const shown = list.children.length;
    if (view) {
      loadPosts(view.id).then(() => list.children[shown]?.querySelector('a')?.focus(), fail);
    }
  });
  onSubmit(find('finder', HTMLFormElement), async (data, button) => {
    location.hash = `#/${button?.value ?? 'post'}/${String(data.get('id'))}`;
  });
}
