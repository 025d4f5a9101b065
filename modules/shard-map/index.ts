export { ShardMap, type ShardMapProps } from './shard-map';
