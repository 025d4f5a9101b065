export type { LogSource } from './bucket-policy';
export type { Retention } from './lifecycle';
export { ObjectStorage, type LogTarget, type ObjectStorageProps } from './object-storage';
