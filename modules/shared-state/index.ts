export { SharedState, type SharedStateProps } from './shared-state';
