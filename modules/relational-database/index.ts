export { instanceLetter, placeReplicas, REPLICA_LIMIT } from './placement';
export type { RelationalDatabaseProps } from './props';
export { RelationalDatabase, shardId, type Member } from './relational-database';
