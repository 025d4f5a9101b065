export { cost, costsOf, MARKERS, overBudget, report, type CostOptions, type Costs } from './command';
export { CLASSES, chargesOf, type Class } from './classes';
export { deploymentsOf, estimate, type Estimate, type Line } from './estimate';
export { newestPriceList, parsePriceList, type Price, type PriceList } from './price-list';
