import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import execa from 'execa';
import { ROOT } from './root';

/** The real programs that the set-up scripts may use; whatever else they call must be a stand-in of the test. */
const REAL = [
  'bash',
  'env',
  'cat',
  'chmod',
  'cksum',
  'dirname',
  'grep',
  'ln',
  'mkdir',
  'mktemp',
  'rm',
  'touch',
  'uname',
];

/** Shell lines of the stand-ins for a machine that has everything; each call is also written to the calls file. */
const COMPLETE: Readonly<Record<string, string>> = {
  make: 'echo GNU Make 4.3',
  node: '[ "$1" = --version ] && echo v20.19.0; exit 0',
  npm: 'mkdir -p node_modules && touch node_modules/.package-lock.json',
  python3: [
    'case "$*" in',
    '  *python_version*) echo 3.11.2 ;;',
    '  "-m venv --clear .venv") mkdir -p .venv/bin && ln -sf "$0" .venv/bin/python ;;',
    'esac',
  ].join('\n'),
  haproxy: 'exit 0',
  varnishd: 'exit 0',
  chromium: 'exit 0',
  id: 'echo 1000',
};

/** A program's stand-in: shell lines, or nothing where the machine does not have the program. */
export type Programs = Readonly<Record<string, string | undefined>>;

export interface Outcome {
  readonly code: number;
  readonly stdout: string;
  /** Non-empty lines of standard error. */
  readonly says: readonly string[];
}

/** A copy of the set-up scripts, in a folder with a space in its name, that sees only the programs named. */
export class FakeMachine {
  readonly #folder = mkdtempSync(join(tmpdir(), 'tiers setup-'));
  readonly root = join(this.#folder, 'check out');
  readonly #bin = join(this.#folder, 'bin');
  readonly #calls = join(this.#folder, 'calls');
  readonly policy = join(this.#folder, 'policy-rc.d');

  constructor(programs: Programs = {}) {
    mkdirSync(this.root);
    mkdirSync(this.#bin);
    for (const path of [
      'scripts',
      'Makefile',
      'requirements.txt',
      'requirements-test.txt',
      'package-lock.json',
      'package.json',
      '.ci',
    ]) {
      cpSync(join(ROOT, path), join(this.root, path), { recursive: true });
    }
    for (const name of REAL) {
      const real = ['/bin', '/usr/bin'].map((folder) => join(folder, name)).find((path) => existsSync(path));
      if (!real) throw new Error(`${name} is in neither /bin nor /usr/bin`);
      symlinkSync(real, join(this.#bin, name));
    }
    this.install({ ...COMPLETE, ...programs });
  }

  /** Adds stand-ins, or removes those whose lines are undefined. */
  install(programs: Programs): void {
    for (const [name, lines] of Object.entries(programs)) {
      const path = join(this.#bin, name);
      rmSync(path, { force: true });
      if (lines === undefined) continue;
      writeFileSync(path, `#!/bin/bash\necho "${name} $*" >>"$CALLS"\n${lines}\n`);
      chmodSync(path, 0o755);
    }
  }

  /** Runs a script of the copy without a terminal. */
  async run(
    script: string,
    args: readonly string[],
    env: Readonly<Record<string, string>> = {},
  ): Promise<Outcome> {
    const { exitCode, stdout, stderr } = await execa(join(this.root, script), [...args], {
      cwd: this.#folder,
      reject: false,
      stdin: 'ignore',
      extendEnv: false,
      env: {
        PATH: this.#bin,
        HOME: this.#folder,
        TIERS_EXTRA_PATH: '',
        TIERS_POLICY_FILE: this.policy,
        CALLS: this.#calls,
        BIN: this.#bin,
        ...env,
      },
    });
    return { code: exitCode, stdout, says: stderr.split('\n').filter((each) => each.trim() !== '') };
  }

  /** The stand-ins called since the last time this was asked, with their arguments. */
  calls(): string[] {
    const lines = existsSync(this.#calls)
      ? readFileSync(this.#calls, 'utf8').split('\n').filter(Boolean)
      : [];
    rmSync(this.#calls, { force: true });
    return lines;
  }

  remove(): void {
    rmSync(this.#folder, { recursive: true, force: true });
  }
}
