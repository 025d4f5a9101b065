import { execFileSync } from 'node:child_process';
import { readdirSync, readlinkSync } from 'node:fs';
import { identify, type ProcessIdentity } from './process-table';

function numbers(folder: string): number[] {
  if (process.platform !== 'linux') {
    try {
      const output = execFileSync('lsof', ['-t', '-a', '-d', 'cwd', '--', folder], {
        encoding: 'utf8',
        stdio: ['ignore', 'pipe', 'ignore'],
      });
      return output.split('\n').filter(Boolean).map(Number);
    } catch {
      return []; // lsof ends with 1 when there is none
    }
  }
  return readdirSync('/proc')
    .map(Number)
    .filter((pid) => {
      try {
        return Number.isInteger(pid) && readlinkSync(`/proc/${pid}/cwd`) === folder;
      } catch {
        return false; // ended meanwhile, or another user's
      }
    });
}

/** Processes whose working folder is exactly this one; finds children that have lost their parent. */
export function workingIn(folder: string): ProcessIdentity[] {
  return numbers(folder).flatMap((pid) => {
    const identity = identify(pid);
    return identity ? [identity] : [];
  });
}
