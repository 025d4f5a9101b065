import { readFileSync } from 'node:fs';
import { Signer } from '@aws-sdk/rds-signer';
import { Pool, type PoolClient } from 'pg';
import type { Logger } from 'pino';
import type { DatabaseConfig, Endpoint } from '../config';
import { TracedClient } from './traced-client';

export type { Pool, PoolClient } from 'pg';

/** A new connection must stand within this time, or another server is tried. */
const CONNECT_TIMEOUT_MS = 2_000;
/** The server gives up a statement after this time ... */
const STATEMENT_TIMEOUT_MS = 5_000;
/** ... and the client this much later, which also covers a server that has gone silent. */
const SILENCE_MS = 1_000;

export interface PoolOptions {
  readonly endpoint: Endpoint;
  readonly database: string;
  readonly user: string;
  /** Default: none; the server knows the user by that of the system. */
  readonly password?: string | (() => Promise<string>);
  /** Whom the server has to be certified by. Default: nobody; it is reached by a socket of this machine. */
  readonly caFile?: string;
  readonly applicationName: string;
  readonly size: number;
  /** 0 lifts the time limit of a statement. Default 5,000 ms. */
  readonly statementTimeoutMs?: number;
  readonly log: Logger;
}

/** A pool to one server: TLS verified against the given CA, or a socket of this machine; every wait bounded. */
export function createPool(options: PoolOptions): Pool {
  const limit = options.statementTimeoutMs ?? STATEMENT_TIMEOUT_MS;
  const pool = new Pool({
    Client: TracedClient,
    host: options.endpoint.host,
    port: options.endpoint.port,
    database: options.database,
    user: options.user,
    password: options.password,
    ssl:
      options.caFile === undefined
        ? false
        : { ca: readFileSync(options.caFile, 'utf8'), rejectUnauthorized: true },
    application_name: options.applicationName,
    max: options.size,
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    idleTimeoutMillis: 30_000,
    // Connections are renewed so that they spread again after a failover moved a name to another address.
    maxLifetimeSeconds: 900,
    statement_timeout: limit,
    query_timeout: limit === 0 ? undefined : limit + SILENCE_MS,
    idle_in_transaction_session_timeout: 10_000,
    keepAlive: true,
    keepAliveInitialDelayMillis: 5_000,
  });
  const { host } = options.endpoint;
  // A connection that breaks fails its query and leaves the pool; the event comes on top of that, both for those lent
  // out and for idle ones, and would end the process if nobody listened.
  pool.on('connect', (client) => {
    client.on('error', (error) => options.log.warn({ err: error, host }, 'connection lost'));
  });
  pool.on('error', (error) => options.log.debug({ err: error, host }, 'idle connection lost'));
  return pool;
}

/** A pool of the service itself, by the way in that the configuration names. */
export function createServicePool(
  config: DatabaseConfig,
  endpoint: Endpoint,
  role: string,
  log: Logger,
): Pool {
  if (config.DB_AUTH === 'iam') return createIamPool(config, endpoint, role, log);
  return createPool({
    endpoint,
    database: config.DB_NAME,
    user: config.DB_USER,
    applicationName: `tiers-${role}`,
    size: config.DB_POOL_SIZE,
    log,
  });
}

/**
 * A pool that logs in with IAM. The token is signed locally for each new connection: it is valid for 15 minutes and
 * checked only at login (Amazon RDS User Guide, "IAM database authentication").
 */
export function createIamPool(config: DatabaseConfig, endpoint: Endpoint, role: string, log: Logger): Pool {
  const signer = new Signer({
    hostname: endpoint.host,
    port: endpoint.port,
    username: config.DB_USER,
    region: config.AWS_REGION,
  });
  return createPool({
    endpoint,
    database: config.DB_NAME,
    user: config.DB_USER,
    password: () => signer.getAuthToken(),
    caFile: config.DB_CA_FILE,
    applicationName: `tiers-${role}`,
    size: config.DB_POOL_SIZE,
    log,
  });
}

/** Lends a connection to `run`; one that failed is closed instead of going back to the pool. */
export async function withClient<T>(pool: Pool, run: (client: PoolClient) => Promise<T>): Promise<T> {
  const client = await pool.connect();
  let failure: Error | undefined;
  try {
    return await run(client);
  } catch (error) {
    failure = error instanceof Error ? error : new Error(String(error));
    throw error;
  } finally {
    client.release(failure);
  }
}
