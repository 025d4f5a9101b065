import type { Logger } from 'pino';
import { z } from 'zod';
import { Secrets } from '../aws/secrets';
import { endpoint, type MigrateConfig, type ShardHosts } from '../config';
import { shardHosts } from '../sharding/hosts';
import { createPool, withClient, type Pool, type PoolClient } from './pool';

const adminSecret = z.object({ username: z.string().min(1), password: z.string().min(1) });

/** Who migrates: by the password of a secret, or as a user of the system that the server knows. */
interface Administrator {
  readonly username: string;
  readonly password?: string;
}

/** The databases as their administrators see them: without a limit on statements, one connection at a time. */
export class Administration {
  /** By number. */
  readonly shards: readonly ShardHosts[];
  private readonly secrets: Secrets;

  constructor(
    private readonly config: MigrateConfig,
    private readonly role: string,
    private readonly log: Logger,
  ) {
    this.shards = shardHosts(config);
    this.secrets = new Secrets(config);
  }

  /** Runs something on the writer of a shard, on one connection, with the password as it is now. */
  async on<T>(shard: number, run: (client: PoolClient) => Promise<T>): Promise<T> {
    return this.at(shard, this.shards[shard]!.writer, run);
  }

  /** Runs something on each replica of a shard. */
  async onReaders<T>(shard: number, run: (client: PoolClient) => Promise<T>): Promise<T[]> {
    return Promise.all(this.shards[shard]!.readers.map((host) => this.at(shard, host, run)));
  }

  close(): Promise<void> {
    this.secrets.close();
    return Promise.resolve();
  }

  private async at<T>(shard: number, host: string, run: (client: PoolClient) => Promise<T>): Promise<T> {
    const { config } = this;
    const { username, password } = await this.administrator(shard);
    const pool: Pool = createPool({
      endpoint: endpoint(host, config.DB_PORT),
      database: config.DB_NAME,
      user: username,
      ...(password === undefined ? {} : { password, caFile: config.DB_CA_FILE }),
      applicationName: `tiers-${this.role}`,
      size: 1,
      // Waiting for another node's turn and rewriting a table may both take long.
      statementTimeoutMs: 0,
      log: this.log,
    });
    try {
      return await withClient(pool, run);
    } finally {
      await pool.end();
    }
  }

  /** The administrator as of now. What is wrong with the secret is said without a word of it. */
  private async administrator(shard: number): Promise<Administrator> {
    const { DB_ADMIN_SECRET_ARN: arns, DB_ADMIN_USER: user = '' } = this.config;
    // One for all, or one for each.
    const arn = arns.length > 1 ? arns[shard] : arns[0];
    if (arn === undefined) return { username: user };
    const secret = await this.secrets.read(arn);
    try {
      return adminSecret.parse(JSON.parse(secret?.text ?? 'null'));
    } catch {
      throw new Error(`Secret ${arn} must be JSON with username and password, both not empty`);
    }
  }
}
