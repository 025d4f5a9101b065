export { Cdn, type CdnBucket, type CdnOrigin, type CdnProps } from './cdn';
