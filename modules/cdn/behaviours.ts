import type { CacheKind } from './cache-policies';
import type { OriginTarget } from './origins';

/** What happens to requests whose path matches. */
export interface Behaviour {
  readonly target: OriginTarget;
  readonly cache: CacheKind;
}

/** The CDN's paths. The first pattern that matches decides; all else is a file of the page. */
export const BEHAVIOURS: {
  readonly default: Behaviour;
  readonly ordered: readonly (Behaviour & { readonly path: string })[];
} = {
  default: { target: 'site', cache: 'site' },
  ordered: [
    { path: '/media/*', target: 'media', cache: 'media' },
    { path: '/v1/client-config', target: 'api', cache: 'client-config' },
    { path: '/p/*', target: 'api', cache: 'post-pages' },
    // Reading one post is public. Writing one is a POST to /v1/posts of the API's own name, which no pattern matches.
    { path: '/v1/posts/*', target: 'api', cache: 'posts' },
  ],
};
