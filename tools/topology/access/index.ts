export { evaluateAccess } from './evaluate-access';
export { KNOWN_MANAGED_POLICIES } from './collect';
export { CONDITION_OPERATORS } from './conditions';
