import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { COLUMNS } from '../../../modules/log-pipeline/tables';
import { ROOT } from '../../repository/support/root';
import { pythonProgram } from '../../support/python';

export interface Line {
  readonly time: string;
  readonly service: string;
  readonly level: string;
  readonly _aws?: object;
  readonly [member: string]: unknown;
}

/** Minutes after which a line is in the bucket: the agent's, and those of the stream's buffer. */
const ARRIVAL = 5 * 60_000;

/** The lines that the service prints over some days. */
export function printedLines(): readonly Line[] {
  const arguments_ = ['--require', './scripts/register.cjs', 'test/reports/support/write-lines.ts'];
  return execFileSync(process.execPath, arguments_, { cwd: ROOT, encoding: 'utf8' })
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Line);
}

/** What the pipeline makes of them: compressed objects by service and by day of arrival, those of errors once more. */
export function storedLines(lines: readonly Line[]): string {
  const folder = mkdtempSync(join(tmpdir(), 'tiers-lines-'));
  const objects = new Map<string, string[]>();
  const put = (path: string, line: Line) =>
    objects.set(path, [...(objects.get(path) ?? []), JSON.stringify(line)]);
  for (const line of lines) {
    const day = new Date(Date.parse(line.time) + ARRIVAL).toISOString().slice(0, 10);
    if (!line._aws) put(`lines/service=${line.service}/day=${day}`, line);
    if (['error', 'fatal'].includes(line.level)) put(`errors/day=${day}`, line);
  }
  for (const [path, texts] of objects) {
    mkdirSync(join(folder, path), { recursive: true });
    writeFileSync(join(folder, path, 'object.json.gz'), gzipSync(`${texts.join('\n')}\n`));
  }
  return folder;
}

export interface Answer {
  readonly names: readonly string[];
  readonly rows: readonly (readonly (string | null)[])[];
}

const ATHENA_TYPES: Readonly<Record<string, string>> = { string: 'VARCHAR', int: 'INTEGER' };

/** A column as DuckDB declares it, under the name that the line has it by. */
function declared(columns: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(columns).map(([name, type]) => [
      MEMBERS.find((member) => member.toLowerCase() === name) ?? name,
      type.startsWith('struct')
        ? type
            .replace('struct<', 'STRUCT(')
            .replace('>', ')')
            .replaceAll(':', ' ')
            .replaceAll('string', 'VARCHAR')
        : (ATHENA_TYPES[type] ?? type.toUpperCase()),
    ]),
  );
}

/** Members of lines with capitals, which the reader of Athena finds whatever the case. */
const MEMBERS = ['requestId', 'traceId', 'userId', 'amountCents'];

/** Runs SQL of Athena over stored lines with DuckDB. Throws where DuckDB does, for instance at an unknown column. */
export function answer(folder: string, query: string): Answer {
  const input = JSON.stringify({
    folder,
    query,
    tables: { lines: declared(COLUMNS), errors: declared({ ...COLUMNS, service: 'string' }) },
  });
  const program = join(__dirname, 'run-query.py');
  return JSON.parse(execFileSync(pythonProgram('python'), [program], { input, encoding: 'utf8' })) as Answer;
}

/** An answer in the form in which Athena gives it: texts, the names first, no text for NULL. */
export function asAthena({ names, rows }: Answer): object {
  const row = (cells: readonly (string | null)[]) => ({
    Data: cells.map((cell) => (cell === null ? {} : { VarCharValue: cell })),
  });
  return { ResultSet: { Rows: [row(names), ...rows.map(row)] }, UpdateCount: 0 };
}
