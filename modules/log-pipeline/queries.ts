import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const FOLDER = join(__dirname, '..', '..', 'reports', 'queries');

/** The queries of reports/queries/. */
export const QUERIES = ['traffic', 'slowest-endpoints', 'users', 'business', 'errors'] as const;
export type QueryName = (typeof QUERIES)[number];

/**
 * What queries leave open, and how Athena fills it in for whoever runs one by hand: the day before, in UTC. Days are texts, as
 * the partitions are and as the lines' times begin, so that texts are compared with texts.
 */
const OPEN = {
  /** The day of the report, and the days after, before and a week before. */
  day: dayAgo(1),
  next: dayAgo(0),
  before: dayAgo(2),
  week: dayAgo(8),
  week_next: dayAgo(7),
  /** The time of the errors, and since when a kind counts as known. */
  from: dayAgo(1),
  until: dayAgo(0),
  since: dayAgo(8),
} as const;

const PLACEHOLDER = new RegExp(`:(${Object.keys(OPEN).join('|')})\\b`, 'g');

export interface Query {
  readonly name: QueryName;
  /** The comment at its beginning, for people. */
  readonly description: string;
  /** SQL of Athena, as it can be run by hand. */
  readonly byHand: string;
  /** An expression of JSONata that gives the SQL, from variables of the names of what is left open. */
  readonly expression: string;
}

/** Reads a query. Throws where the file does not begin with a comment. */
export function readQuery(name: QueryName): Query {
  const text = readFileSync(join(FOLDER, `${name}.sql`), 'utf8');
  const [comment] = /^(-- .*\n)+/.exec(text) ?? [];
  if (!comment)
    throw new Error(`reports/queries/${name}.sql: no comment at the beginning; say what it answers`);
  const sql = text.slice(comment.length).trim();
  // Odd parts are the names of placeholders.
  const parts = sql.split(PLACEHOLDER);
  const expression = parts
    .map((part, index) => (index % 2 ? `"'" & $${part} & "'"` : JSON.stringify(part)))
    .join(' & ');
  return {
    name,
    description: comment.replace(/^-- /gm, '').replaceAll('\n', ' ').trim(),
    byHand: sql.replace(PLACEHOLDER, (_whole, open: keyof typeof OPEN) => OPEN[open]),
    expression,
  };
}

function dayAgo(days: number): string {
  return days === 0
    ? 'CAST(current_date AS varchar)'
    : `CAST(current_date - INTERVAL '${days}' DAY AS varchar)`;
}
