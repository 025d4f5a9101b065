export { instanceLetter, placeReplicas, REPLICA_LIMIT } from './placement';
export type { RelationalDatabaseProps } from './props';
export { FORMER, RelationalDatabase, shardId, type Member } from './relational-database';
