import type { Deployment } from '../schema';
import before from './05-cache';

/** The page and the pictures come from the edge. */
const rung: Deployment = {
  ...before,
  monthlyBudget: 900,
  cdn: { priceClass: 'PriceClass_100' },
};

export default rung;
