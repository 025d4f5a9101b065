import { call } from './client';
import { create } from './dom';
import { nameOf } from './people';
import { readSession } from './state';

/** Lists are in the order of the ids, from the highest: the first one below the next number is the user, or is not. */
async function follows(reader: string, id: string): Promise<boolean> {
  const { userIds } = await call<{ userIds: string[] }>(
    'GET',
    `/v1/users/${reader}/following?limit=1&before=${BigInt(id) + 1n}`,
  );
  return userIds[0] === id;
}

/**
 * A button that begins and ends following an author; nothing for one's own posts, or without an account.
 * @param said what came of it
 */
export async function followButton(
  id: string,
  said: (text: string) => void,
  failed: (error: unknown) => void,
): Promise<HTMLButtonElement | undefined> {
  const reader = readSession()?.user.id;
  if (reader === undefined || reader === id) return undefined;
  let following = await follows(reader, id);
  const name = await nameOf(id);
  const button = create('button', { type: 'button', className: 'follow' });
  const label = (): void => {
    button.textContent = following ? 'Stop following' : 'Follow';
    button.classList.toggle('second', following);
  };
  label();
  button.addEventListener('click', () => {
    if (button.ariaDisabled === 'true') return;
    button.ariaDisabled = 'true';
    call<{ following: boolean }>(following ? 'DELETE' : 'PUT', `/v1/users/${id}/follow`)
      .then((answer) => {
        following = answer.following;
        label();
        said(
          following
            ? `You follow ${name}. What they write shows in your feed.`
            : `You no longer follow ${name}.`,
        );
      }, failed)
      .finally(() => (button.ariaDisabled = null));
  });
  return button;
}
