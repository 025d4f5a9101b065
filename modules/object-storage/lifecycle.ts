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
  retention?: Retention,
): S3BucketLifecycleConfigurationRule[] {
  const housekeeping: S3BucketLifecycleConfigurationRule = {
    id: 'housekeeping',
    status: 'Enabled',
    filter: [{}],
    abortIncompleteMultipartUpload: [{ daysAfterInitiation: ABORT_UPLOAD_DAYS }],
    noncurrentVersionExpiration: [{ noncurrentDays }],
    expiration: [{ expiredObjectDeleteMarker: true }],
  };
  if (!retention) return [housekeeping];
  return [
    housekeeping,
    {
      id: 'expiry',
      status: 'Enabled',
      filter: [retention.prefix ? { prefix: retention.prefix } : {}],
      expiration: [{ days: retention.expireAfterDays }],
    },
  ];
}
