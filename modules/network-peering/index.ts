export { NetworkPeering, type NetworkPeeringProps } from './network-peering';
