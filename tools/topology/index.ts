export * from './types';
export { TopologyError, type Location } from './errors';
export { readStacks, stackOf } from './read-stacks';
export { buildGraph, knownTypeName, readGraph, resourceAt, resourcesOfType, targetsOf } from './graph';
export { evaluate, evaluateOutput, evaluateText } from './evaluate';
export { asList, isList, isObject } from './json';
export { KNOWN_TYPES, type KnownType, type KnownTypes } from './symbolic';
