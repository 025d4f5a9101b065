export { Budget, type BudgetProps } from './budget';
