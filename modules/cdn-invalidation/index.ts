export { CdnInvalidation, type CdnInvalidationProps } from './cdn-invalidation';
export { DistributionParameter, type DistributionParameterProps } from './distribution-parameter';
