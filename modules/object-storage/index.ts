export { ObjectStorage, type ObjectStorageProps } from './object-storage';
export type { LogSource } from './bucket-policy';
