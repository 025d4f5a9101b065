import type { ShardHosts } from '../config';

interface Hosts {
  readonly DB_SHARDS: readonly ShardHosts[];
  readonly DB_WRITER_HOST: string;
  readonly DB_READER_HOSTS?: readonly string[];
}

/** The servers of each physical shard; where none are listed, there is one shard. */
export function shardHosts({
  DB_SHARDS,
  DB_WRITER_HOST,
  DB_READER_HOSTS = [],
}: Hosts): readonly ShardHosts[] {
  return DB_SHARDS.length > 0 ? DB_SHARDS : [{ writer: DB_WRITER_HOST, readers: DB_READER_HOSTS }];
}
