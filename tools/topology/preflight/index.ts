export { preflight, type PreflightOptions } from './preflight';
export { readServiceNeeds, type RoleNeeds, type ServiceNeeds } from './permissions';
export { balancersOf } from './check-balancing';
