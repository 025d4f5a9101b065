import { existsSync } from 'node:fs';
import { join } from 'node:path';

/** Where servers are that only root's PATH leads to, on Debian and with Homebrew. */
const FURTHER = ['/usr/sbin', '/usr/local/sbin', '/opt/homebrew/sbin', '/opt/homebrew/bin', '/usr/local/bin'];

/** @throws if there is no such program */
export function findProgram(name: string, path = process.env['PATH'] ?? ''): string {
  const found = [...path.split(':'), ...FURTHER]
    .filter(Boolean)
    .map((folder) => join(folder, name))
    .find((file) => existsSync(file));
  if (found) return found;
  throw new Error(`${name} was not found on the PATH; \`make up\` installs it`);
}
