import type { Logger } from 'pino';
import { retry } from './backoff';
import { Administration } from './database/administration';
import { parseMigrateConfig, type MigrateConfig } from './config';
import { isRefusedLogin, isUnavailable } from './database/errors';
import { migrate } from './database/migrations';
import { ensureServiceRole } from './database/role';
import { main } from './lifecycle';
import { createLogger } from './logger';
import { shippedMigrations } from './schema';
import { settlePlaces } from './sharding/settle';

/** Role and schema of one database. It may still be starting, or failing over, or its password is just being rotated. */
async function migrateOne(
  administration: Administration,
  shard: number,
  { DB_NAME, DB_USER }: MigrateConfig,
  log: Logger,
): Promise<void> {
  const passing = (error: unknown): boolean => isUnavailable(error) || isRefusedLogin(error);
  // About half a minute in all.
  const applied = await retry({ attempts: 8, baseMs: 250, retryable: passing }, () =>
    administration.on(shard, (client) =>
      migrate(client, shippedMigrations(), log, (admin) => ensureServiceRole(admin, DB_NAME, DB_USER)),
    ),
  );
  log.info({ applied }, 'schema up to date');
}

/**
 * One-shot job: role, then schema, of all physical shards at once. Every worker node runs it at start; only the first finds
 * work. A shard that fails keeps no other from its schema, and the next run goes on with it.
 */
async function run(): Promise<void> {
  const config = parseMigrateConfig(process.env);
  const log = createLogger('migrate', config);
  const administration = new Administration(config, 'migrate', log);
  try {
    const outcomes = await Promise.allSettled(
      administration.shards.map((_, shard) =>
        migrateOne(administration, shard, config, log.child({ shard })),
      ),
    );
    const failed = outcomes.flatMap((outcome, shard) =>
      outcome.status === 'rejected' ? [{ shard, outcome }] : [],
    );
    if (outcomes.length === 1 && failed[0]) throw failed[0].outcome.reason;
    for (const { shard, outcome } of failed)
      log.error({ err: outcome.reason as unknown, shard }, 'shard not migrated');
    if (failed.length > 0) {
      throw new Error(
        `${failed.length} of ${outcomes.length} physical shards were not migrated: ${failed.map(({ shard }) => shard).join(', ')}. ` +
          'The others were; start this again once they answer.',
      );
    }
    await settlePlaces(administration, log);
  } finally {
    await administration.close();
  }
}

main('migrate', run);
