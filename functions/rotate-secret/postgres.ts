import { readFileSync } from 'node:fs';
import { Client, escapeIdentifier, escapeLiteral } from 'pg';
import { z } from 'zod';
import { randomText } from './random';
import { scramVerifier } from './scram';
import type { Target } from './target';

export interface PostgresOptions {
  readonly host: string;
  readonly port: number;
  readonly database: string;
  /** The CA certificates of the database, as PEM. */
  readonly caFile: string;
}

const CONNECT_MS = 5_000;
const STATEMENT_MS = 10_000;

/** SQLSTATEs of a refused login (documentation of PostgreSQL, appendix A): wrong password, or not allowed in at all. */
const REFUSED = new Set(['28P01', '28000']);

const account = z.object({ username: z.string().min(1), password: z.string().min(1) });
type Account = z.infer<typeof account>;

/** What is wrong with a value is said without a word of it. */
function parse(stage: string, value: string): Account {
  try {
    return account.parse(JSON.parse(value));
  } catch {
    throw new Error(`the ${stage} value is no JSON with username and password`);
  }
}

/** The password of a role of PostgreSQL that changes it itself. */
export class PostgresPassword implements Target {
  constructor(private readonly options: PostgresOptions) {}

  next(current: string): string {
    const { username, password } = parse('current', current);
    return JSON.stringify({ username, password: randomText(password.length) });
  }

  /**
   * Logs in with the current password, or the one before it: after a rotation that was broken off, or a value that
   * was restored by hand, the database may have either. Where the new one works already there is nothing to do.
   */
  async set(pending: string, current: string, previous: string | undefined): Promise<void> {
    const wanted = parse('new', pending);
    const known = [
      parse('current', current),
      ...(previous === undefined ? [] : [parse('previous', previous)]),
    ];
    if (known[0]?.username !== wanted.username) throw new Error('the new value is for another user');
    if (await this.within(wanted, async () => undefined)) return;
    const change = `ALTER ROLE ${escapeIdentifier(wanted.username)} PASSWORD ${escapeLiteral(scramVerifier(wanted.password))}`;
    for (const { password } of known) {
      const changed = await this.within({ ...wanted, password }, (client) => client.query(change));
      if (changed) return;
    }
    throw new Error('the database refuses the current and the previous password');
  }

  async test(pending: string): Promise<void> {
    const opened = await this.within(parse('new', pending), (client) => client.query('SELECT 1'));
    if (!opened) throw new Error('the database refuses the new password');
  }

  /** @returns whether the account was let in; every other fault is thrown */
  private async within(
    { username: user, password }: Account,
    run: (client: Client) => Promise<unknown>,
  ): Promise<boolean> {
    const { host, port, database, caFile } = this.options;
    const client = new Client({
      host,
      port,
      database,
      user,
      password,
      ssl: { ca: readFileSync(caFile, 'utf8'), rejectUnauthorized: true },
      application_name: 'tiers-rotate-secret',
      connectionTimeoutMillis: CONNECT_MS,
      statement_timeout: STATEMENT_MS,
      query_timeout: STATEMENT_MS,
    });
    client.on('error', () => undefined);
    try {
      await client.connect();
    } catch (error) {
      const { code } = Object(error) as { code?: string };
      if (code !== undefined && REFUSED.has(code)) return false;
      throw error;
    }
    try {
      await run(client);
      return true;
    } finally {
      await client.end();
    }
  }
}
