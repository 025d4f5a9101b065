import type { Logger } from 'pino';
import { endpoint, type DatabaseConfig, type ShardHosts } from '../config';
import { Database } from '../database/database';
import { createServicePool } from '../database/pool';
import { Reader } from '../database/reader';
import { Routing } from './routing';
import { Shards } from './shards';

/** The servers of each physical shard; where none are listed, there is one shard. */
export function shardHosts(
  config: Pick<DatabaseConfig, 'DB_SHARDS' | 'DB_WRITER_HOST'> & {
    readonly DB_READER_HOSTS?: readonly string[];
  },
): readonly ShardHosts[] {
  if (config.DB_SHARDS.length > 0) return config.DB_SHARDS;
  return [{ writer: config.DB_WRITER_HOST, readers: config.DB_READER_HOSTS ?? [] }];
}

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
  // The schema is made on the first one only, so far.
  const databases = shardHosts(config)
    .slice(0, 1)
    .map(({ writer, readers }, number) => {
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
