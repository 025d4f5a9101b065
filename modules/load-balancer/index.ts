export { LoadBalancer, type LoadBalancerProps, type TargetGroup } from './load-balancer';
