import { existsSync } from 'node:fs';
import { join } from 'node:path';
import execa from 'execa';
import { ROOT } from './root';

/** Every file of the repository that is not ignored, below the root, sorted; those not yet committed included. */
export function repositoryFiles(): string[] {
  const { stdout } = execa.sync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], {
    cwd: ROOT,
  });
  return [...new Set(stdout.split('\0'))].filter((file) => file && existsSync(join(ROOT, file))).sort();
}
