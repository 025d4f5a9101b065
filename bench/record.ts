import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { join } from 'node:path';

const RESULTS = join(__dirname, 'results');

/** One measured figure: what it is of, as a sentence's subject, and its value with unit. */
export interface Figure {
  readonly what: string;
  readonly value: string;
}

/** What a command measured once, kept in the repository: bench/results/<name>.json. */
export interface Result {
  /** Day of the run, UTC. */
  readonly date: string;
  /** The commit that was measured; with `+` where files differed from it. */
  readonly commit: string;
  readonly command: string;
  readonly cores: number;
  readonly figures: readonly Figure[];
}

/** What follows from results; not committed yet, it changes nothing that was measured. */
const WRITTEN = [':!/bench/results', ':!/docs/measured.md'];

const git = (...args: string[]): string =>
  execFileSync('git', args, { cwd: __dirname, encoding: 'utf8' }).trim();

/** Writes the result of a run over that of the run before. */
export function record(name: string, command: string, figures: readonly Figure[]): void {
  const changed = git('status', '--porcelain', '--untracked-files=no', '--', ':/', ...WRITTEN) !== '';
  const result: Result = {
    date: new Date().toISOString().slice(0, 10),
    commit: git('rev-parse', '--short=12', 'HEAD') + (changed ? '+' : ''),
    command,
    cores: cpus().length,
    figures,
  };
  mkdirSync(RESULTS, { recursive: true });
  writeFileSync(join(RESULTS, `${name}.json`), `${JSON.stringify(result, null, 2)}\n`);
}

/** Every result that the repository keeps, by its name. */
export function results(): Readonly<Record<string, Result>> {
  const names = readdirSync(RESULTS).filter((file) => file.endsWith('.json'));
  return Object.fromEntries(
    names
      .sort()
      .map((file) => [
        file.replace('.json', ''),
        JSON.parse(readFileSync(join(RESULTS, file), 'utf8')) as Result,
      ]),
  );
}
