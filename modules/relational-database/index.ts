export { instanceLetter, placeReplicas, REPLICA_LIMIT } from './placement';
export type { RelationalDatabaseProps } from './props';
export { RelationalDatabase, shardId } from './relational-database';
