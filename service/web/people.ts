import { call } from './client';
import { create } from './dom';
import { readSession } from './state';

const names = new Map<string, Promise<string>>();

/** The name of a user, asked once a visit; where it can't be had, the number. */
export function nameOf(id: string): Promise<string> {
  const own = readSession()?.user;
  if (own?.id === id) return Promise.resolve(own.name);
  const asked =
    names.get(id) ??
    call<{ user: { name: string } }>('GET', `/v1/users/${id}`).then(
      ({ user }) => user.name,
      () => {
        names.delete(id);
        return `User ${id}`;
      },
    );
  names.set(id, asked);
  return asked;
}

/** A link to what somebody wrote, by their name as soon as it is known. */
export function personLink(id: string): HTMLAnchorElement {
  const link = create('a', { href: `#/user/${id}`, className: 'author', textContent: 'User' });
  void nameOf(id).then((name) => {
    link.textContent = id === readSession()?.user.id ? `${name} (you)` : name;
  });
  return link;
}
