export { InvalidationLinks, type InvalidationLinksProps } from './invalidation-links';
export { Invalidations, type InvalidationsProps } from './invalidations';
