export { changesOf, type Changes } from './changes';
export { compare } from './compare';
export { comparedArguments, holderType, PROTECTIONS, TABLE } from './holders';
export { inventoryOf, readInventory } from './inventory';
export { readRecord, recordOf } from './record';
export { describe, runCompare, type CompareOptions } from './run';
export type { Finding, Holder, Inventory, LetGo, Severity, StackInventory } from './types';
