import type { Deployment } from '../schema';
import before from './03-load-balancer';

/** A standby that takes over by itself, and replicas that take the reads. */
const rung: Deployment = {
  ...before,
  monthlyBudget: 750,
  database: { ...before.database!, multiAz: { enabled: true }, replicas: 2 },
};

export default rung;
