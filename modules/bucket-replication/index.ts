export { BucketReplication, type BucketReplicationProps } from './bucket-replication';
