import type { BehaviourPlan, CachePolicyPlan, CdnPlan } from '../../tools/twin/varnish/plan';
import type { Origin } from './cdn-origin';

const cache = (changes: Partial<CachePolicyPlan> = {}): CachePolicyPlan => ({
  minTtl: 0,
  defaultTtl: 60,
  maxTtl: 86_400,
  queries: [],
  cookies: [],
  headers: [],
  ...changes,
});
const behaviour = (changes: Partial<BehaviourPlan> = {}): BehaviourPlan => ({
  protocol: 'redirect-to-https',
  methods: ['GET', 'HEAD', 'OPTIONS'],
  origins: ['first'],
  failover: [],
  compress: true,
  cache: cache(),
  headers: [],
  ...changes,
});

/** A distribution over two origins, with a behaviour for each thing that a test looks at. */
export function planOver(first: Origin, second: Origin): CdnPlan {
  const origin = (id: string, { address }: Origin, prefix: string) => ({
    ...{ id, address, prefix, host: `${id}.example.com` },
    ...{ connectAttempts: 2, connectTimeout: 1, readTimeout: 2 },
  });
  return {
    resource: 'aws_cloudfront_distribution.cdn',
    name: 'cdn-1',
    rootObject: 'index.html',
    origins: [origin('first', first, '/bucket/site'), origin('second', second, '')],
    behaviours: [
      behaviour({
        pattern: '/keyed/*',
        origins: ['second'],
        cache: cache({ queries: ['lang', 'b'], cookies: ['theme'], headers: ['Save-Data'] }),
        headers: [
          { name: 'X-Frame-Options', value: 'DENY', override: true },
          { name: 'Content-Security-Policy', value: "default-src 'self'", override: false },
        ],
      }),
      behaviour({ pattern: '/group/?.txt', origins: ['first', 'second'], failover: [404, 503] }),
      behaviour({ pattern: '/short/*', cache: cache({ minTtl: 1, maxTtl: 2 }) }),
      behaviour(),
    ],
    errorSeconds: new Map([
      [404, 1],
      [502, 1],
      [503, 1],
    ]),
  };
}
