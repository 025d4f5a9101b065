export { TransitNetwork, type TransitNetworkProps } from './transit-network';
