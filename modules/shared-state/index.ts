export { SharedState, type RegionalTable, type SharedStateProps } from './shared-state';
