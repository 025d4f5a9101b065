export { ErrorTracking, type ErrorTrackingProps, type Tracked } from './error-tracking';
