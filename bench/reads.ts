import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';

/** Reads that were answered, by who answered them. */
export type Reads = Readonly<Record<string, number>>;

/** How long each log is. */
export type Mark = ReadonlyMap<string, number>;

const logsOf = (folder: string): string[] =>
  readdirSync(folder)
    .filter((name) => name.endsWith('.log'))
    .map((name) => join(folder, name));

export const mark = (folder: string): Mark =>
  new Map(logsOf(folder).map((path) => [path, statSync(path).size]));

/** Adds up what the API's nodes have written of their own reads since then: the metric `Reads` by `source`, as CloudWatch would get it. */
export function readsSince(folder: string, since: Mark): Reads {
  const reads: Record<string, number> = { cache: 0, replica: 0, writer: 0 };
  for (const path of logsOf(folder)) {
    const added = readFileSync(path)
      .subarray(since.get(path) ?? 0)
      .toString();
    for (const line of added.split('\n')) {
      // Most lines are of requests, or of other servers.
      if (!line.includes('"Reads"')) continue;
      const { service, source, Reads: count } = JSON.parse(line) as Record<string, unknown>;
      if (service !== 'api' || typeof source !== 'string' || typeof count !== 'number') continue;
      reads[source] = (reads[source] ?? 0) + count;
    }
  }
  return reads;
}

/** Percent of each source, as text. */
export function shares(reads: Reads): Readonly<Record<string, string>> {
  const total = Object.values(reads).reduce((sum, count) => sum + count, 0);
  return Object.fromEntries(
    Object.entries(reads).map(([source, count]) => [source, `${((100 * count) / total).toFixed(1)} %`]),
  );
}
