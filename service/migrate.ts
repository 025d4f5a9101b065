import { join } from 'node:path';
import { z } from 'zod';
import { Secrets } from './aws/secrets';
import { retry } from './backoff';
import { endpoint, parseMigrateConfig, type MigrateConfig } from './config';
import { isRefusedLogin, isUnavailable } from './database/errors';
import { migrate, readMigrations } from './database/migrations';
import { createPool, withClient } from './database/pool';
import { ensureServiceRole } from './database/role';
import { main } from './lifecycle';
import { createLogger } from './logger';

const adminSecret = z.object({ username: z.string().min(1), password: z.string().min(1) });

/** Who migrates: by the password of a secret, or as a user of the system that the server knows. */
interface Administrator {
  readonly username: string;
  readonly password?: string;
}

/** The administrator as of now. What is wrong with the secret is said without a word of it. */
async function readAdministrator(
  secrets: Secrets,
  { DB_ADMIN_SECRET_ARN: arn, DB_ADMIN_USER: user = '' }: MigrateConfig,
): Promise<Administrator> {
  if (arn === undefined) return { username: user };
  const secret = await secrets.read(arn);
  try {
    return adminSecret.parse(JSON.parse(secret?.text ?? 'null'));
  } catch {
    throw new Error(`Secret ${arn} must be JSON with username and password, both not empty`);
  }
}

/** One-shot job: role, then schema. Every worker node runs it at start; only the first finds work. */
async function run(): Promise<void> {
  const config = parseMigrateConfig(process.env);
  const log = createLogger('migrate', config);
  const secrets = new Secrets(config);
  const attempt = async (): Promise<number> => {
    const { username, password } = await readAdministrator(secrets, config);
    const pool = createPool({
      endpoint: endpoint(config.DB_WRITER_HOST, config.DB_PORT),
      database: config.DB_NAME,
      user: username,
      ...(password === undefined ? {} : { password, caFile: config.DB_CA_FILE }),
      applicationName: 'tiers-migrate',
      size: 1,
      // Waiting for another node's turn and rewriting a table may both take long.
      statementTimeoutMs: 0,
      log,
    });
    try {
      return await withClient(pool, (client) =>
        migrate(client, readMigrations(join(__dirname, 'migrations')), log, (admin) =>
          ensureServiceRole(admin, config.DB_NAME, config.DB_USER),
        ),
      );
    } finally {
      await pool.end();
    }
  };
  try {
    // The database may still be starting, or failing over, or its password is just being rotated and stands in the
    // secret a moment later: the node waits for about half a minute.
    const passing = (error: unknown): boolean => isUnavailable(error) || isRefusedLogin(error);
    const applied = await retry({ attempts: 8, baseMs: 250, retryable: passing }, attempt);
    log.info({ applied }, 'schema up to date');
  } finally {
    secrets.close();
  }
}

main('migrate', run);
