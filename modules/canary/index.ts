export { Canary, type CanaryProps, type CanaryRuns } from './canary';
