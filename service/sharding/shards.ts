import { createHash } from 'node:crypto';
import type { Logger } from 'pino';
import { endpoint, type DatabaseConfig, type ShardHosts } from '../config';
import { Database, type Run, type Written } from '../database/database';
import { createServicePool, type PoolClient } from '../database/pool';
import { Reader } from '../database/reader';
import { decodeId, LOGICAL_SHARDS } from '../ids/layout';

/** The logical shard of a user: of the name, so that a repeated sign-up finds the same one. */
export function shardOfName(name: string): number {
  return createHash('sha256').update(name.toLowerCase()).digest().readUInt16BE() >> 4;
}

/** Which physical shard a logical one is on. */
export type Placement = (logical: number) => number;

/** An even share of the logical shards for each physical one. */
export const evenPlacement =
  (physical: number): Placement =>
  (logical) =>
    Math.floor(((logical % LOGICAL_SHARDS) * physical) / LOGICAL_SHARDS);

/** The databases, and who of them holds what. */
export class Shards {
  constructor(
    /** By number of the physical shard. */
    readonly all: readonly Database[],
    private readonly placement: Placement = evenPlacement(all.length),
  ) {}

  /** @param key the id of a row, or the number of a logical shard */
  of(key: string | number): Database {
    const logical = typeof key === 'number' ? key : decodeId(key).shard;
    return this.all[this.placement(logical)]!;
  }

  /**
   * A read of what belongs to the key, from a replica where one will do.
   * @param run undefined or an empty list when nothing is found
   * @param position what the client has seen: the answer is not older
   */
  read<T>(key: string | number, run: Run<T>, position?: string): Promise<T> {
    return this.of(key).read(run, position);
  }

  readFromWriter<T>(key: string | number, run: Run<T>): Promise<T> {
    return this.of(key).readFromWriter(run);
  }

  /** A change of what belongs to the key; `run` may begin a transaction of its own. */
  write<T>(key: string | number, run: (client: PoolClient) => Promise<T>): Promise<Written<T>> {
    return this.of(key).write(run);
  }

  async close(): Promise<void> {
    await Promise.all(this.all.map((database) => database.close()));
  }
}

/** The servers of each physical shard; where none are listed, there is one shard. */
export function shardHosts(
  config: Pick<DatabaseConfig, 'DB_SHARDS' | 'DB_WRITER_HOST' | 'DB_READER_HOSTS'>,
): readonly ShardHosts[] {
  if (config.DB_SHARDS.length > 0) return config.DB_SHARDS;
  return [{ writer: config.DB_WRITER_HOST, readers: config.DB_READER_HOSTS }];
}

export interface ShardsOptions {
  /** Whether replicas are read. Default: yes. */
  readonly readers?: boolean;
  /** Told of each read that was answered, and by whom. */
  readonly onRead?: (source: 'replica' | 'writer') => void;
  /** Whether the region takes the writes. Default: yes. */
  readonly writesHere?: () => boolean;
}

/** Opens the pools of the configuration; connections are made when first needed. */
export function openShards(
  config: DatabaseConfig,
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
  return new Shards(databases);
}
