export { mergeStacks, type WholePlan } from './merge';
export { prove, type Proof } from './prove';
export { writeWholePlan } from './write';
export { planWhole, type PlanWholeOptions } from './plan-whole';
