export * from './types';
export { TopologyError, type Location } from './errors';
export { awsProviders, readStacks, stackOf } from './read-stacks';
export { backendFrom } from './backend';
export { buildGraph, readGraph } from './graph';
export { knownTypeName, resourceAt, resourcesOfType, targetsOf } from './lookup';
export { attributeOf, resourcesListed, resourceWith } from './identifiers';
export { fleetOf, fleetsOf, serversOf } from './fleets';
export { securityGroupsOf } from './security-groups';
export { canConnect, canConnectFromInternet, canReachService } from './reachability';
export {
  ENVIRONMENT_FILE,
  evaluateEntry,
  instanceConfiguration,
  parseUserData,
  rawInstanceConfiguration,
} from './user-data';
export { evaluate, evaluateOutput, evaluateText } from './evaluate';
export { asList, isList, isObject, json } from './json';
export { KNOWN_TYPES, type KnownType, type KnownTypes } from './symbolic';
export { CONDITION_OPERATORS, evaluateAccess, KNOWN_MANAGED_POLICIES } from './access';
export {
  balancersOf,
  preflight,
  type PreflightOptions,
  readServiceNeeds,
  type RoleNeeds,
  type ServiceNeeds,
} from './preflight';
