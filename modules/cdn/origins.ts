/** What a behaviour asks: files of the page, pictures, or the service. */
export type OriginTarget = 'site' | 'media' | 'api';

export interface PlannedOrigin {
  readonly id: string;
  /** Region of the bucket; absent for the API. */
  readonly region?: string;
  /** Folder of the bucket that the request's path is below; absent for all of it. */
  readonly path?: string;
}

/** Two origins asked in turn; CloudFront allows no third. */
export interface PlannedGroup {
  readonly id: string;
  readonly members: readonly [string, string];
  /** Answers of the first that the second is asked after. */
  readonly statusCodes: readonly number[];
}

export interface OriginPlan {
  readonly origins: readonly PlannedOrigin[];
  readonly groups: readonly PlannedGroup[];
  /** Origin or group that each behaviour asks. */
  readonly targets: Readonly<Record<OriginTarget, string>>;
}

const BROKEN = [500, 502, 503, 504] as const;
/** S3 answers 403 for a key that does not exist to readers that may not list. */
const MISSING = [403, 404] as const;

/**
 * Buckets of the first two regions back each other: the second is asked too for what has not been copied to the first
 * yet. With one region the service itself backs the bucket, as it can serve the page and the pictures; it is asked only
 * where the bucket is broken, so that requests for files that never existed stay away from it.
 */
export function planOrigins(regions: readonly string[]): OriginPlan {
  const bucketsOf = (target: 'site' | 'media'): PlannedOrigin[] =>
    regions.slice(0, 2).map((region) => ({
      id: `${target}-${region}`,
      region,
      ...(target === 'site' ? { path: '/site' } : {}),
    }));
  const groupOf = (target: 'site' | 'media'): PlannedGroup => {
    const [first, second] = bucketsOf(target).map(({ id }) => id);
    return {
      id: target,
      members: [first!, second ?? 'api'],
      statusCodes: second ? [...MISSING, ...BROKEN] : BROKEN,
    };
  };
  return {
    origins: [...bucketsOf('site'), ...bucketsOf('media'), { id: 'api' }],
    groups: [groupOf('site'), groupOf('media')],
    targets: { site: 'site', media: 'media', api: 'api' },
  };
}
