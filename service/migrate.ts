import { join } from 'node:path';
import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { z } from 'zod';
import { awsOptions } from './aws/options';
import { retry } from './backoff';
import { endpoint, parseMigrateConfig } from './config';
import { isUnavailable } from './database/errors';
import { migrate, readMigrations } from './database/migrations';
import { createPool, withClient } from './database/pool';
import { ensureServiceRole } from './database/role';
import { main } from './lifecycle';
import { createLogger } from './logger';

const adminSecret = z.object({ username: z.string().min(1), password: z.string().min(1) });

/** One-shot job: role, then schema. Every worker node runs it at start; only the first finds work. */
async function run(): Promise<void> {
  const config = parseMigrateConfig(process.env);
  const log = createLogger('migrate', config);
  const secrets = new SecretsManagerClient(awsOptions(config));
  const secret = await secrets.send(new GetSecretValueCommand({ SecretId: config.DB_ADMIN_SECRET_ARN }));
  const parsed = adminSecret.safeParse(JSON.parse(secret.SecretString ?? 'null'));
  if (!parsed.success) {
    throw new Error(
      `Secret ${config.DB_ADMIN_SECRET_ARN} must be JSON with username and password, both not empty`,
    );
  }
  const pool = createPool({
    endpoint: endpoint(config.DB_WRITER_HOST, config.DB_PORT),
    database: config.DB_NAME,
    user: parsed.data.username,
    password: parsed.data.password,
    caFile: config.DB_CA_FILE,
    applicationName: 'tiers-migrate',
    size: 1,
    // Waiting for another node's turn and rewriting a table may both take long.
    statementTimeoutMs: 0,
    log,
  });
  try {
    // The database may still be starting, or failing over: the node waits for it for about half a minute.
    const applied = await retry({ attempts: 8, baseMs: 250, retryable: isUnavailable }, () =>
      withClient(pool, (client) =>
        migrate(client, readMigrations(join(__dirname, 'migrations')), log, (admin) =>
          ensureServiceRole(admin, config.DB_NAME, config.DB_USER),
        ),
      ),
    );
    log.info({ applied }, 'schema up to date');
  } finally {
    await pool.end();
  }
}

main('migrate', run);
