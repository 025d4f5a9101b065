import type { Logger } from 'pino';
import { endpoint, type DatabaseConfig } from '../config';
import { Database } from '../database/database';
import { createServicePool } from '../database/pool';
import { Reader } from '../database/reader';
import { shardHosts } from './hosts';
import { Routing } from './routing';
import { Shards } from './shards';

export interface ShardsOptions {
  /** Whether replicas are read. Default: yes. */
  readonly readers?: boolean;
  /** Told of each read that was answered, and by whom. */
  readonly onRead?: (source: 'replica' | 'writer') => void;
  /** Whether the region takes the writes. Default: yes. */
  readonly writesHere?: () => boolean;
}

/** Opens the pools of the configuration, and reads where things are; connections are made when first needed. */
export function openShards(
  config: DatabaseConfig & { readonly TABLE_NAME?: string | undefined },
  role: string,
  log: Logger,
  options: ShardsOptions = {},
): Shards {
  const pool = (host: string) => createServicePool(config, endpoint(host, config.DB_PORT), role, log);
  const databases = shardHosts(config).map(({ writer, readers }, number) => {
    const asked = options.readers === false ? [] : readers;
    return new Database(
      pool(writer),
      asked.map((host) => new Reader(host, pool(host))),
      log.child({ shard: number }),
      { number, onRead: options.onRead, writesHere: options.writesHere },
    );
  });
  return new Shards(databases, new Routing(config, databases.length, log));
}
