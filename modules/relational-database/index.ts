export { RelationalDatabase, shardId, type RelationalDatabaseProps } from './relational-database';
export { instanceLetter, placeReplicas, REPLICA_LIMIT } from './placement';
