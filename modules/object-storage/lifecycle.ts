import type { S3BucketLifecycleConfigurationRule } from '@cdktf/provider-aws/lib/s3-bucket-lifecycle-configuration';

/** Days after which the parts of an upload that never ended are removed. */
const ABORT_UPLOAD_DAYS = 7;

/** When objects go by themselves. */
export interface Retention {
  /** Days after which an object expires; its version goes later, as `noncurrentDays` says. */
  readonly expireAfterDays: number;
  /** Only objects whose keys begin so. Default: all. */
  readonly prefix?: string;
}

/** Rules that keep a versioned bucket from growing by what nobody sees, and the expiry of its objects. */
export function lifecycleRules(
  noncurrentDays: number,
  retentions: readonly Retention[] = [],
): S3BucketLifecycleConfigurationRule[] {
  const housekeeping: S3BucketLifecycleConfigurationRule = {
    id: 'housekeeping',
    status: 'Enabled',
    filter: [{}],
    abortIncompleteMultipartUpload: [{ daysAfterInitiation: ABORT_UPLOAD_DAYS }],
    noncurrentVersionExpiration: [{ noncurrentDays }],
    expiration: [{ expiredObjectDeleteMarker: true }],
  };
  return [
    housekeeping,
    ...retentions.map(({ expireAfterDays, prefix }) => ({
      id: retentions.length > 1 && prefix ? `expiry-${prefix.replace(/\/$/, '')}` : 'expiry',
      status: 'Enabled',
      filter: [prefix ? { prefix } : {}],
      expiration: [{ days: expireAfterDays }],
    })),
  ];
}
