import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from 'pino';
import { jitter } from './backoff';
import { errorCode } from './database/errors';
import { readMigrations, type Migration } from './database/migrations';
import { withClient, type Pool } from './database/pool';
import type { Shards } from './sharding/shards';

/** Those that this version of the service comes with. */
export const shippedMigrations = (): Migration[] => readMigrations(join(__dirname, 'migrations'));

/** Well within the time that a group of servers gives a new one to become healthy. */
const WAIT_MS = 60_000;
const EVERY_MS = 500;
/** SQLSTATEs of a database without the table, the rights, the role or the database itself: somebody is about to make them. */
const NOT_YET = new Set(['42P01', '42501', '28000', '28P01', '3D000']);

/** Whether the databases have the schema that this version needs, and know which shards they are. Newer ones have it too. */
export class Schema {
  private at: 'waiting' | 'ready' | 'given up' = 'waiting';

  constructor(
    private readonly shards: Shards,
    private readonly log: Logger,
    private readonly level = shippedMigrations().length,
    private readonly waitMs = WAIT_MS,
  ) {}

  /** True until the wait has ended, in either way. */
  get waiting(): boolean {
    return this.at === 'waiting';
  }

  /**
   * Resolves when each server that answers has the schema, replicas included, or after a minute: a migration that fails must not keep
   * everybody from what works without it. A database that is away keeps nobody waiting, as its own users only go without.
   * @param ended whether nobody waits any more
   */
  async wait(ended: () => boolean = () => false): Promise<void> {
    const until = Date.now() + this.waitMs;
    for (let said = false; ; said = true) {
      const behind = await this.behind();
      if (behind.length === 0) this.at = 'ready';
      else if (Date.now() > until) {
        this.at = 'given up';
        this.log.error({ shards: behind, level: this.level }, 'schema still missing, serving without');
      }
      if (!this.waiting || ended()) return;
      if (!said) this.log.info({ shards: behind, level: this.level }, 'waiting for the schema');
      await sleep(jitter(EVERY_MS));
    }
  }

  /** @throws while one that answers has not the schema */
  async check(): Promise<void> {
    if (this.at === 'ready') return;
    const behind = await this.behind();
    if (behind.length > 0) throw new Error(`shards ${behind.join(', ')} are not migrated`);
    if (this.at === 'given up') this.at = 'ready';
  }

  /** Shards of which a server has an older schema. */
  private async behind(): Promise<number[]> {
    const found = await Promise.all(
      this.shards.all.map(async ({ number, writer, readers }) => {
        const servers = [writer, ...readers.map(({ pool }) => pool)];
        const behind = await Promise.all(servers.map((pool) => this.isBehind(pool)));
        return behind.includes(true) ? [number] : [];
      }),
    );
    return found.flat();
  }

  private async isBehind(pool: Pool): Promise<boolean> {
    try {
      const { rows } = await withClient(pool, (client) =>
        client.query<{ level: number | null; settled: boolean }>(
          'SELECT max(version) AS level, EXISTS (SELECT FROM physical_shard) AS settled FROM schema_migrations',
        ),
      );
      return (rows[0]?.level ?? 0) < this.level || rows[0]?.settled !== true;
    } catch (error) {
      return NOT_YET.has(errorCode(error) ?? '');
    }
  }
}
