import { CloudfrontCachePolicy } from '@cdktf/provider-aws/lib/cloudfront-cache-policy';
import { Construct } from 'constructs';
import { Names } from '../../lib/naming';

/** How long, in seconds, answers are kept, and what beside the path tells two requests apart. */
export interface CachePlan {
  /** Kept this long where the origin's Cache-Control says nothing. */
  readonly defaultTtl: number;
  /** Kept no longer than this whatever the origin says; `no-store` and `private` are always honoured. */
  readonly maxTtl: number;
  readonly queries: readonly string[];
  readonly headers: readonly string[];
  readonly cookies: readonly string[];
}

const YEAR = 31_536_000;
const PATH_ONLY = { queries: [], headers: [], cookies: [] } as const;

/**
 * The cache key of each kind of content. What is not in the key does not reach the origin either, so no answer can
 * depend on it: no credential is ever forwarded, in a cookie or in the Authorization header.
 */
export const CACHE_PLANS = {
  /** Files with a hash in their name say a year, index.html says no-cache; a file that says nothing is asked for again. */
  site: { ...PATH_ONLY, defaultTtl: 0, maxTtl: YEAR },
  /** A picture never changes under its name; a day bounds how long a deleted one stays visible. */
  media: { ...PATH_ONLY, defaultTtl: 86_400, maxTtl: 86_400 },
  'client-config': { ...PATH_ONLY, queries: ['platform', 'version'], defaultTtl: 10, maxTtl: 60 },
  /** Somebody who has just written sends the position of the write, and gets no answer older than that. */
  posts: { ...PATH_ONLY, headers: ['x-tiers-position'], defaultTtl: 5, maxTtl: 60 },
  /**
   * The service says how long (s-maxage). The most is a day because what is older is not served in place of an error either
   * (Amazon CloudFront Developer Guide, "Manage how long content stays in the cache"). Accept-Language is left out: there are
   * thousands of it, and `lang` says the same in two.
   */
  'post-pages': {
    queries: ['lang'],
    headers: ['Save-Data'],
    cookies: ['theme'],
    defaultTtl: 0,
    maxTtl: 86_400,
  },
} as const satisfies Record<string, CachePlan>;

export type CacheKind = keyof typeof CACHE_PLANS;

/** One CloudFront cache policy for each kind of content. */
export class CachePolicies extends Construct {
  private readonly policies: ReadonlyMap<string, CloudfrontCachePolicy>;

  constructor(scope: Construct, id: string) {
    super(scope, id);
    const names = Names.of(this);
    this.policies = new Map(
      Object.entries<CachePlan>(CACHE_PLANS).map(([kind, plan]) => [
        kind,
        new CloudfrontCachePolicy(this, kind, {
          name: names.regional('cdnPolicy', `cdn-${kind}`),
          minTtl: 0,
          defaultTtl: plan.defaultTtl,
          maxTtl: plan.maxTtl,
          parametersInCacheKeyAndForwardedToOrigin: {
            enableAcceptEncodingBrotli: true,
            enableAcceptEncodingGzip: true,
            queryStringsConfig: {
              queryStringBehavior: behaviour(plan.queries),
              queryStrings: items(plan.queries),
            },
            headersConfig: { headerBehavior: behaviour(plan.headers), headers: items(plan.headers) },
            cookiesConfig: { cookieBehavior: behaviour(plan.cookies), cookies: items(plan.cookies) },
          },
        }),
      ]),
    );
  }

  idOf(kind: CacheKind): string {
    return this.policies.get(kind)!.id;
  }
}

function behaviour(names: readonly string[]): 'whitelist' | 'none' {
  return names.length > 0 ? 'whitelist' : 'none';
}

function items(names: readonly string[]): { items: string[] } | undefined {
  return names.length > 0 ? { items: [...names] } : undefined;
}
