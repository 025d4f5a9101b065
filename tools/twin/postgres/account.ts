import { execFileSync } from 'node:child_process';
import { statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';

/** An operating system account to run a server as. */
export interface Account {
  readonly name: string;
  readonly uid: number;
  readonly gid: number;
}

function lookUp(name: string): Account | undefined {
  try {
    const number = (flag: string): number =>
      Number(execFileSync('id', [flag, name], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }));
    return { name, uid: number('-u'), gid: number('-g') };
  } catch {
    return undefined;
  }
}

/**
 * Whom PostgreSQL runs as: undefined for the caller's own account. PostgreSQL refuses root, so root gives way to `postgres`, or
 * `nobody` where there is no such account.
 */
export function serverAccount(): Account | undefined {
  if (process.getuid?.() !== 0) return undefined;
  const account = lookUp('postgres') ?? lookUp('nobody');
  if (!account)
    throw new Error(
      'PostgreSQL refuses to run as root, and there is no account postgres or nobody to run it as',
    );
  return account;
}

/** Whether the account may read below this folder: every folder on the way has to let it pass. */
export function canTraverse(account: Account, folder: string): boolean {
  for (let path = resolve(folder); ; path = dirname(path)) {
    const { mode, uid, gid } = statSync(path);
    const bit = uid === account.uid ? 0o100 : gid === account.gid ? 0o010 : 0o001;
    if ((mode & bit) === 0) return false;
    if (path === dirname(path)) return true;
  }
}
