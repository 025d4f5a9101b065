import { resolve } from 'node:path';
import { pino } from 'pino';
import { parseMigrateConfig } from '../../../service/config';
import { Administration } from '../../../service/database/administration';
import { Database } from '../../../service/database/database';
import { migrate, readMigrations } from '../../../service/database/migrations';
import { createPool, type Pool } from '../../../service/database/pool';
import { Reader } from '../../../service/database/reader';
import { settlePlaces } from '../../../service/sharding/settle';
import { Shards, type Placement } from '../../../service/sharding/shards';
import { DATABASE, PostgresCluster, type PostgresServer } from '../../support/postgres';

export const log = pino({ level: process.env['TEST_LOG'] ?? 'silent' });
const MIGRATIONS = readMigrations(resolve(__dirname, '../../../service/migrations'));

/** Several physical shards, real and migrated, each with a replica where wanted. */
export class ShardServers {
  private readonly open: Shards[] = [];

  private constructor(
    readonly clusters: readonly PostgresCluster[],
    readonly replicas: readonly (readonly PostgresServer[])[],
    readonly administration: Administration,
    /** Of whoever migrates them. */
    readonly environment: Readonly<Record<string, string>>,
  ) {}

  static async start(count: number, options: { replicas?: boolean } = {}): Promise<ShardServers> {
    const clusters: PostgresCluster[] = [];
    const replicas: PostgresServer[][] = [];
    for (let n = 0; n < count; n += 1) {
      clusters.push(await PostgresCluster.start(true));
      replicas.push(options.replicas ? [await clusters[n]!.addReplica()] : []);
    }
    const hosts = clusters.map(({ primary }, n) =>
      [primary.host, replicas[n]!.map(({ host }) => host).join(',')].filter(Boolean).join('/'),
    );
    const environment = {
      TIERS_ENVIRONMENT: 'test',
      AWS_REGION: 'us-east-1',
      DB_WRITER_HOST: clusters[0]!.primary.host,
      DB_SHARDS: hosts.join(' '),
      DB_NAME: DATABASE,
      DB_USER: 'service',
      DB_CA_FILE: clusters[0]!.certificates.caFile,
      DB_ADMIN_USER: 'postgres',
    };
    const administration = new Administration(parseMigrateConfig(environment), 'test', log);
    for (let n = 0; n < count; n += 1)
      await administration.on(n, (client) => migrate(client, MIGRATIONS, log));
    await settlePlaces(administration, log);
    return new ShardServers(clusters, replicas, administration, environment);
  }

  /** As a node of the service sees them. */
  shards(placement?: Placement): Shards {
    const pool = (port: number): Pool =>
      createPool({
        endpoint: { host: '127.0.0.1', port },
        database: DATABASE,
        user: 'postgres',
        applicationName: 'test',
        size: 6,
        log,
      });
    const databases = this.clusters.map(
      ({ primary }, number) =>
        new Database(
          pool(primary.port),
          this.replicas[number]!.map((replica) => new Reader(replica.host, pool(replica.port))),
          log,
          { number },
        ),
    );
    const shards = new Shards(databases, placement);
    this.open.push(shards);
    return shards;
  }

  async stop(): Promise<void> {
    await Promise.all(this.open.map((shards) => shards.close()));
    await this.administration.close();
    await Promise.all(this.clusters.map((cluster) => cluster.stop()));
  }
}
