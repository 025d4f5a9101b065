import type { Deployment } from '../schema';
import before from './06-cdn';

/** Servers remember nothing, so that their number can follow the load and the clock. */
const rung: Deployment = {
  ...before,
  monthlyBudget: 1_000,
  sharedState: { capacity: 'on-demand' },
  web: {
    ...before.web!,
    max: 12,
    nightMin: 2,
    requestsPerSecondPerInstance: 50,
    cpuTarget: 50,
  },
};

export default rung;
