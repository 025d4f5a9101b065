import { call, newKey, type Post } from './client';
import { countDown, describe, find, onSubmit } from './dom';
import { followButton } from './follow';
import { nameOf } from './people';
import { entry, type Surroundings } from './post';
import { readSession } from './state';

const PAGE = 20;

const list = find('posts', HTMLOListElement);
const title = find('feed-title', HTMLHeadingElement);
const status = find('feed-status', HTMLParagraphElement);
const problem = find('feed-problem', HTMLParagraphElement);
const again = find('again', HTMLButtonElement);
const incomplete = find('incomplete', HTMLParagraphElement);
const more = find('more', HTMLButtonElement);
const follow = find('follow', HTMLSpanElement);
const text = find('text', HTMLTextAreaElement);

/** What the list shows: the reader's feed, the posts of a user, or one post. */
export interface View {
  readonly kind: 'feed' | 'user' | 'post';
  /** Of the user or the post; the reader's for the feed. */
  readonly id: string;
}
interface Page {
  readonly posts: readonly Post[];
  readonly next: string | null;
  readonly incomplete?: boolean;
}
const EMPTY = {
  feed: 'Nothing here yet. Write something, or follow somebody: what they write shows here.',
  user: 'No posts yet.',
  post: 'This post was deleted.',
} as const;

let view: View | undefined;
let next: string | null = null;

const around: Surroundings = {
  said(words) {
    problem.hidden = true;
    status.textContent = words;
  },
  failed(error) {
    status.textContent = '';
    problem.textContent = describe(error);
    problem.hidden = false;
  },
  removed(item) {
    const neighbour = item.nextElementSibling ?? item.previousElementSibling;
    item.remove();
    around.said(list.children.length === 0 && view ? `Deleted. ${EMPTY[view.kind]}` : 'Deleted.');
    (neighbour?.querySelector('a') ?? title).focus();
  },
};

/** More of a view, from where its last page ended. */
async function load(wanted: View): Promise<void> {
  const { kind, id } = wanted;
  const page: Page =
    kind === 'post'
      ? { posts: [(await call<{ post: Post }>('GET', `/v1/posts/${id}`)).post], next: null }
      : await call<Page>(
          'GET',
          `/v1/${kind === 'feed' ? 'feed' : `users/${id}/posts`}?limit=${PAGE}${next === null ? '' : `&before=${next}`}`,
        );
  if (view !== wanted) return;
  list.append(...page.posts.map((post) => entry(post, around)));
  next = page.next;
  more.hidden = next === null;
  incomplete.hidden = page.incomplete !== true;
  status.textContent = list.children.length === 0 && incomplete.hidden ? EMPTY[kind] : '';
  const [post] = page.posts;
  if (kind === 'post' && post) await entitle(wanted, `Post of ${await nameOf(post.authorId)}`);
}

async function entitle(wanted: View, words: string): Promise<void> {
  if (view !== wanted) return;
  title.textContent = words;
  document.title = `${words} · Tiers`;
}

/** Above what somebody wrote: their name, and the button that follows them. */
async function introduce(wanted: View): Promise<void> {
  await entitle(wanted, `Posts of ${await nameOf(wanted.id)}`);
  const button = await followButton(wanted.id, around.said, around.failed);
  if (view === wanted && button) follow.replaceChildren(button);
}

/** Shows a view from its beginning. */
export async function show(wanted: View): Promise<void> {
  view = wanted;
  next = null;
  const own = wanted.id === readSession()?.user.id;
  void entitle(wanted, wanted.kind === 'feed' ? 'Your feed' : own ? 'Your posts' : 'Posts');
  for (const link of document.querySelectorAll<HTMLAnchorElement>('.places a'))
    link.ariaCurrent = own && link.dataset['kind'] === wanted.kind ? 'page' : null;
  more.hidden = problem.hidden = again.hidden = incomplete.hidden = true;
  status.textContent = 'Loading ...';
  list.replaceChildren();
  follow.replaceChildren();
  // Without a name and a button the posts are worth showing all the same.
  if (wanted.kind === 'user' && !own) introduce(wanted).catch(() => undefined);
  try {
    await load(wanted);
  } catch (error) {
    if (view !== wanted) return;
    around.failed(error);
    again.hidden = false;
  }
}

/** What could not be loaded is asked for again. */
export function mend(): void {
  if (view && !again.hidden) void show(view);
}

export function startFeed(): void {
  let key = newKey();
  const recount = countDown(text, find('text-count', HTMLParagraphElement));
  // Another text is another request.
  text.addEventListener('input', () => (key = newKey()));
  onSubmit(find('composer', HTMLFormElement), async () => {
    const sent = text.value;
    const { post } = await call<{ post: Post }>('POST', '/v1/posts', { body: { text: sent }, key });
    key = newKey();
    // What was typed meanwhile is the next post.
    if (text.value === sent) text.value = '';
    recount();
    if (view?.id === readSession()?.user.id) {
      const added = entry(post, around);
      added.classList.add('new');
      list.prepend(added);
      around.said('Posted.');
    } else location.hash = '#/';
    text.focus();
  });
  const reload = (): void => {
    if (view) void show(view);
    title.focus();
  };
  again.addEventListener('click', reload);
  find('complete', HTMLButtonElement).addEventListener('click', reload);
  more.addEventListener('click', () => {
    const shown = list.children.length;
    if (view) load(view).then(() => list.children[shown]?.querySelector('a')?.focus(), around.failed);
  });
  onSubmit(find('finder', HTMLFormElement), async (data, button) => {
    location.hash = `#/${button?.value ?? 'post'}/${String(data.get('id'))}`;
  });
}
