export { Network, type NetworkProps } from './network';
export { planSubnets, PLAN_LIMITS, SUBNET_TIERS, type PlannedSubnet, type SubnetTier } from './subnets';
